using System.Text.Json;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>
/// One SD-JWT under check: what was given, and what the checks so far have established. Immutable: a check that establishes
/// something gives a new case. To ask for what no check has established yet is a fault of the plan's order, and throws.
/// </summary>
internal sealed class SdJwtCase(string presented, Expectation expectation, Policy policy, Trust trust, DateTimeOffset now)
{
    private SignedSdJwt? _token;
    private VerificationKey? _signer;
    private string? _issuer;
    private VerifiedJwt? _issuerJwt;
    private DisclosedClaims? _disclosed;

    public string Presented => presented;

    public Expectation Expectation => expectation;

    public Policy Policy => policy;

    public Trust Trust => trust;

    public DateTimeOffset Now => now;

    /// <summary>From Format.</summary>
    public SignedSdJwt Token => _token ?? throw OutOfOrder();

    /// <summary>From IssuerTrust: the key whose signature counts.</summary>
    public VerificationKey Signer => _signer ?? throw OutOfOrder();

    /// <summary>From IssuerTrust: who that key belongs to.</summary>
    public string Issuer => _issuer ?? throw OutOfOrder();

    /// <summary>From IssuerSignature: the claims that the issuer signed, digests and all.</summary>
    public JsonElement SignedClaims => (_issuerJwt ?? throw OutOfOrder()).Claims;

    /// <summary>From Integrity: the claims with the disclosures in their places.</summary>
    public DisclosedClaims Disclosed => _disclosed ?? throw OutOfOrder();

    public SdJwtCase With(SignedSdJwt token) => new(presented, expectation, policy, trust, now) { _token = token };

    public SdJwtCase With(VerificationKey signer, string issuer) =>
        new(presented, expectation, policy, trust, now) { _token = _token, _signer = signer, _issuer = issuer };

    public SdJwtCase With(VerifiedJwt issuerJwt) =>
        new(presented, expectation, policy, trust, now) { _token = _token, _signer = _signer, _issuer = _issuer, _issuerJwt = issuerJwt };

    public SdJwtCase With(DisclosedClaims disclosed) =>
        new(presented, expectation, policy, trust, now) { _token = _token, _signer = _signer, _issuer = _issuer, _issuerJwt = _issuerJwt, _disclosed = disclosed };

    private static InvalidOperationException OutOfOrder() => new("The plan asks for what no check has established yet.");
}
