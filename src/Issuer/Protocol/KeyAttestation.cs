using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>
/// Keys of which a wallet's provider says where they are kept (OpenID4VCI 1.0 Appendix D.1, HAIP §4.5.1). Only <see cref="Verify"/>
/// makes one. Its nonce is still to be taken.
/// </summary>
public sealed class KeyAttestation
{
    /// <summary>The <c>typ</c> of an attestation.</summary>
    public const string TokenType = "key-attestation+jwt";

    /// <summary>The bound on an attestation: a chain of four certificates and fifty keys fit.</summary>
    public const int MaxBytes = 48 * 1024;

    private KeyAttestation(IReadOnlyList<Jwk> keys, string nonce) => (Keys, Nonce) = (keys, nonce);

    /// <summary>The attested keys, each once, without anything beside the key.</summary>
    public IReadOnlyList<Jwk> Keys { get; }

    public string Nonce { get; }

    /// <summary>Verifies an attestation: trust, signature, times, level, keys.</summary>
    /// <param name="text">The compact JWT.</param>
    /// <param name="terms">What the issuer asks of it.</param>
    /// <param name="besideProof">True in the header of a <c>jwt</c> proof, where it has to say when it ends.</param>
    /// <param name="now">The time.</param>
    public static Checked<KeyAttestation> Verify(string text, ProofTerms terms, bool besideProof, DateTimeOffset now)
    {
        if (SignedJwt.Parse(text, MaxBytes).Failed(out var malformed, out var jwt))
        {
            return malformed.Rule == FormatRule.Algorithm
                ? Refused(CredentialRule.KeyAttestationAlgorithm, "alg of the key attestation is ES256")
                : Refused(CredentialRule.KeyAttestationFormat, "a key attestation is a compact JWS");
        }

        if (Trusted(jwt, terms.Attesters, now).Failed(out var failure, out var verified))
        {
            return failure;
        }

        if ((Times(verified.Claims, besideProof, now) ?? Level(verified.Claims, terms.Need)) is { } wrong)
        {
            return wrong;
        }

        if (Attested(verified.Claims, terms.MaxKeys).Failed(out failure, out var keys))
        {
            return failure;
        }

        // Appendix F.1: where there is a nonce endpoint, its nonce is in the attestation too.
        return verified.Claims.StringMember("nonce") is { } nonce
            ? new KeyAttestation(keys, nonce)
            : Refused(CredentialRule.KeyAttestationNonce, "nonce of the key attestation is a c_nonce of this issuer");
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => $"{Keys.Count} attested keys";

    private static Checked<VerifiedJwt> Trusted(SignedJwt jwt, IReadOnlyList<X509Certificate2> attesters, DateTimeOffset now)
    {
        // HAIP §4.5.1: the key is in x5c, with the chain and without the anchor.
        if (X5c.Parse(jwt.Header).Failed(out var failure, out var chain))
        {
            return Refused(CredentialRule.KeyAttestationTrust, $"x5c of the key attestation is not valid: {failure.Fact}");
        }

        using (chain)
        {
            if (CertificatePath.Validate(chain, attesters, now) is not PathResult.Valid || VerificationKey.Of(chain.Leaf).Failed(out _, out var key))
            {
                return Refused(CredentialRule.KeyAttestationTrust, "the attester of the keys is not trusted here");
            }

            using (key)
            {
                return jwt.Verify(key, TokenType, JwsAlgorithm.ES256).Failed(out failure, out var verified) ? Unverified(failure.Rule) : verified;
            }
        }
    }

    private static CredentialFailure Unverified(FormatRule rule)
    {
        if (rule == FormatRule.Algorithm)
        {
            return Refused(CredentialRule.KeyAttestationAlgorithm, "alg of the key attestation is ES256");
        }

        return rule == FormatRule.Type
            ? Refused(CredentialRule.KeyAttestationTyp, $"typ of the key attestation is {TokenType}")
            : Refused(CredentialRule.KeyAttestationSignature, "the signature of the key attestation does not verify");
    }

    // Appendix D.1: iat always; exp where a proof stands beside it. How fresh it is, its nonce says.
    private static CredentialFailure? Times(JsonElement claims, bool besideProof, DateTimeOffset now)
    {
        if (claims.LongMember("iat") is not { } issuedAt || issuedAt > (now + HolderProofs.MaxAhead).ToUnixTimeSeconds())
        {
            return Refused(CredentialRule.KeyAttestationTime, "iat of the key attestation is a time that has come");
        }

        if (claims.Member("exp") is null)
        {
            return besideProof ? Refused(CredentialRule.KeyAttestationTime, "exp of the key attestation is missing") : null;
        }

        return claims.LongMember("exp") is { } ends && ends > now.ToUnixTimeSeconds()
            ? null
            : Refused(CredentialRule.KeyAttestationTime, "the key attestation has ended");
    }

    private static CredentialFailure? Level(JsonElement claims, KeyAttestationNeed? need) =>
        need is null || (Reaches(claims, "key_storage", need.KeyStorage) && Reaches(claims, "user_authentication", need.UserAuthentication))
            ? null
            : Refused(CredentialRule.KeyAttestationLevel, "key_storage or user_authentication is none of those in key_attestations_required");

    private static bool Reaches(JsonElement claims, string name, IReadOnlyList<string> accepted) =>
        accepted.Count == 0 || (claims.StringsMember(name) ?? []).Any(level => accepted.Contains(level, StringComparer.Ordinal));

    private static Checked<IReadOnlyList<Jwk>> Attested(JsonElement claims, int most)
    {
        if (claims.ArrayMember("attested_keys") is not { } listed || listed.GetArrayLength() is var count && (count == 0 || count > most))
        {
            return Refused(CredentialRule.KeyAttestationKeys, $"attested_keys has one to {most} keys");
        }

        var keys = new List<Jwk>(count);
        foreach (var json in listed.EnumerateArray())
        {
            // Nobody proves these keys by a signature: the import says whether the point is on its curve.
            if (Jwk.Parse(json).Failed(out _, out var jwk) || jwk.Curve != "P-256" || VerificationKey.Import(jwk).Failed(out _, out var imported))
            {
                return Refused(CredentialRule.KeyAttestationKeys, "attested_keys holds public keys on P-256");
            }

            imported.Dispose();
            if (keys.Exists(key => key.IsSameKeyAs(jwk)))
            {
                return Refused(CredentialRule.KeyAttestationKeys, "attested_keys holds a key twice");
            }

            keys.Add(jwk.WithoutKeyId());
        }

        return keys;
    }

    private static CredentialFailure Refused(CredentialRule rule, string description) => new(CredentialError.InvalidProof, rule, description);
}
