using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>
/// One SD-JWT under check: what was given, and what the checks so far have established. What is established once stays. To ask for
/// what no check has established yet is a fault of the plan's order, and throws.
/// </summary>
internal sealed class SdJwtCase(string presented, Expectation expectation, Policy policy, Trust trust, DateTimeOffset now) : IDisposable
{
    private readonly PooledJson _json = new();
    private SignedSdJwt? _token;
    private string? _type;
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

    /// <summary>From Format: the type that the issuer's JWT states (<c>vct</c>), known to be the issuer's after IssuerSignature; null where it states none.</summary>
    public string? Type => _token is not null ? _type : throw OutOfOrder();

    /// <summary>From IssuerTrust: the key whose signature counts.</summary>
    public VerificationKey Signer => _signer ?? throw OutOfOrder();

    /// <summary>From IssuerTrust: who that key belongs to.</summary>
    public string Issuer => _issuer ?? throw OutOfOrder();

    /// <summary>From IssuerSignature: the claims that the issuer signed, digests and all.</summary>
    public JsonElement SignedClaims => (_issuerJwt ?? throw OutOfOrder()).Claims;

    /// <summary>From Integrity: the claims with the disclosures in their places.</summary>
    public DisclosedClaims Disclosed => _disclosed ?? throw OutOfOrder();

    /// <summary>Memory for the presentation's JSON, which goes back when its check is over.</summary>
    public PooledJson Json => _json;

    public SdJwtCase With(SignedSdJwt token)
    {
        _type = AcceptedType.Stated(token.IssuerJwt.UnverifiedClaims, expectation.Query.Types);
        return Establish(ref _token, token);
    }

    public SdJwtCase With(VerificationKey signer, string issuer)
    {
        Establish(ref _issuer, issuer);
        return Establish(ref _signer, signer);
    }

    public SdJwtCase With(VerifiedJwt issuerJwt) => Establish(ref _issuerJwt, issuerJwt);

    public SdJwtCase With(DisclosedClaims disclosed) => Establish(ref _disclosed, disclosed);

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private SdJwtCase Establish<T>(ref T? place, T value)
        where T : class
    {
        place = place is null ? value : throw new InvalidOperationException("The plan establishes something twice.");
        return this;
    }

    private static InvalidOperationException OutOfOrder() => new("The plan asks for what no check has established yet.");
}
