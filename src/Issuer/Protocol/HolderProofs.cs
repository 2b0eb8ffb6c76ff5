using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>
/// Keys whose possession a wallet has proved (OpenID4VCI 1.0 Appendix F.1). Only <see cref="Verify"/> makes one.
/// The nonces are still to be taken: each is good for one accepted request.
/// </summary>
public sealed class HolderProofs
{
    /// <summary>The <c>typ</c> of a proof.</summary>
    public const string TokenType = "openid4vci-proof+jwt";

    /// <summary>How old a proof may be.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    /// <summary>How far a wallet's clock may run ahead.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(1);

    private HolderProofs(IReadOnlyList<Jwk> keys, IReadOnlyList<string> nonces) => (Keys, Nonces) = (keys, nonces);

    /// <summary>The holder's keys, each once, without anything beside the key.</summary>
    public IReadOnlyList<Jwk> Keys { get; }

    /// <summary>The different nonces that the proofs carry.</summary>
    public IReadOnlyList<string> Nonces { get; }

    /// <summary>Verifies every proof; one that fails refuses the request.</summary>
    /// <param name="proofs">The compact JWTs.</param>
    /// <param name="issuer">The credential issuer identifier.</param>
    /// <param name="clientId">The wallet, or null where the access is anonymous.</param>
    /// <param name="now">The time.</param>
    public static Checked<HolderProofs> Verify(IReadOnlyList<string> proofs, string issuer, string? clientId, DateTimeOffset now)
    {
        var keys = new List<Jwk>(proofs.Count);
        var nonces = new HashSet<string>(StringComparer.Ordinal);
        foreach (var proof in proofs)
        {
            if (Received(proof).Failed(out var failure, out var verified))
            {
                return failure;
            }

            if (Claims(verified.Jwt.Claims, issuer, clientId, now) is { } wrong)
            {
                return wrong;
            }

            if (keys.Exists(key => key.IsSameKeyAs(verified.Key)))
            {
                return Refused(CredentialRule.ProofKeyRepeated, "each proof of a batch has its own key");
            }

            keys.Add(verified.Key);
            nonces.Add(verified.Jwt.Claims.StringMember("nonce")!);
        }

        return new HolderProofs(keys, [.. nonces]);
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => $"{Keys.Count} proved keys";

    private const int MaxProofBytes = 8 * 1024;

    private sealed record VerifiedProof(VerifiedJwt Jwt, Jwk Key);

    private static Checked<VerifiedProof> Received(string proof)
    {
        if (SignedJwt.Parse(proof, MaxProofBytes).Failed(out var malformed, out var jwt))
        {
            return malformed.Rule == FormatRule.Algorithm
                ? Refused(CredentialRule.ProofAlgorithm, "alg is ES256")
                : Refused(CredentialRule.ProofFormat, "a proof is a compact JWS");
        }

        if (Key(jwt.Header).Failed(out var failure, out var key))
        {
            return failure;
        }

        if (VerificationKey.Import(key).Failed(out _, out var imported))
        {
            return Refused(CredentialRule.ProofKey, "jwk is a public key on P-256");
        }

        using (imported)
        {
            return jwt.Verify(imported, TokenType, JwsAlgorithm.ES256).Failed(out var unverified, out var verified)
                ? Unverified(unverified.Rule)
                : new VerifiedProof(verified, key.WithoutKeyId());
        }
    }

    // Appendix F.1: exactly one of kid, jwk and x5c; of these, the metadata offers jwk alone. trust_chain asks for kid.
    private static Checked<Jwk> Key(JsonElement header)
    {
        if (header.Member("key_attestation") is not null)
        {
            return Refused(CredentialRule.ProofKeyAttestation, "key attestations are not asked for and cannot be checked here");
        }

        if (header.Member("jwk") is not { } jwk || header.Member("kid") is not null || header.Member("x5c") is not null || header.Member("trust_chain") is not null)
        {
            return Refused(CredentialRule.ProofKeyReference, "the header names the key by jwk alone");
        }

        return Jwk.Parse(jwk).Succeeded(out var key, out _) && key.Curve == "P-256"
            ? key
            : Refused(CredentialRule.ProofKey, "jwk is a public key on P-256");
    }

    private static CredentialFailure Unverified(FormatRule rule)
    {
        if (rule == FormatRule.Algorithm)
        {
            return Refused(CredentialRule.ProofAlgorithm, "alg is ES256");
        }

        return rule == FormatRule.Type
            ? Refused(CredentialRule.ProofTyp, "typ is openid4vci-proof+jwt")
            : Refused(CredentialRule.ProofSignature, "the signature does not verify with the key of the header");
    }

    private static CredentialFailure? Claims(JsonElement claims, string issuer, string? clientId, DateTimeOffset now)
    {
        if (claims.StringMember("aud") != issuer)
        {
            return Refused(CredentialRule.ProofAudience, "aud is the credential issuer identifier, as a string");
        }

        // Appendix F.1: iss is the client, and absent where the access is anonymous.
        if (claims.Member("iss") is not null && (clientId is null || claims.StringMember("iss") != clientId))
        {
            return Refused(CredentialRule.ProofIssuer, "iss is the client_id, and absent in anonymous access");
        }

        if (claims.LongMember("iat") is not { } issuedAt
            || issuedAt < (now - MaxAge).ToUnixTimeSeconds() || issuedAt > (now + MaxAhead).ToUnixTimeSeconds())
        {
            return Refused(CredentialRule.ProofTime, "iat is a whole number of seconds within the last five minutes");
        }

        return claims.StringMember("nonce") is null
            ? Refused(CredentialRule.ProofNonceMissing, "nonce is a c_nonce of this issuer")
            : null;
    }

    private static CredentialFailure Refused(CredentialRule rule, string description) => new(CredentialError.InvalidProof, rule, description);
}
