using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>Verifies proofs of type <c>jwt</c> (OpenID4VCI 1.0 Appendix F.1), one after another.</summary>
internal sealed class JwtProofs(ProofTerms terms, DateTimeOffset now)
{
    private readonly List<Jwk> _proved = [];
    private readonly List<Jwk> _keys = [];
    private readonly HashSet<string> _nonces = new(StringComparer.Ordinal);

    // The proofs of a batch carry one attestation of all their keys (HAIP §4.5.1): it is verified once.
    private readonly Dictionary<string, KeyAttestation> _attestations = new(StringComparer.Ordinal);

    /// <summary>The keys of all proofs, or the first failure.</summary>
    public Checked<HolderProofs> Verify(IReadOnlyList<string> proofs)
    {
        foreach (var proof in proofs)
        {
            if (Received(proof).Failed(out var failure, out var verified))
            {
                return failure;
            }

            if ((Claims(verified.Jwt.Claims) ?? Add(verified)) is { } wrong)
            {
                return wrong;
            }
        }

        return _keys.Count <= terms.MaxKeys
            ? HolderProofs.Of(_keys, _nonces)
            : Refused(CredentialRule.BatchSize, $"at most {terms.MaxKeys} keys are accepted in one request");
    }

    private CredentialFailure? Add(VerifiedProof proof)
    {
        if (_proved.Exists(key => key.IsSameKeyAs(proof.Key)))
        {
            return Refused(CredentialRule.ProofKeyRepeated, "each proof of a batch has its own key");
        }

        _proved.Add(proof.Key);
        _nonces.Add(proof.Jwt.Claims.StringMember("nonce")!);
        Take(proof.Key);
        return Attested(proof);
    }

    private CredentialFailure? Attested(VerifiedProof proof)
    {
        if (proof.Jwt.Header.Member("key_attestation") is null)
        {
            return terms.Need is null ? null : Refused(CredentialRule.KeyAttestationMissing, "keys of this credential are attested: key_attestation is missing");
        }

        if (Attestation(proof.Jwt.Header).Failed(out var failure, out var attestation))
        {
            return failure;
        }

        if (!attestation.Keys.Any(key => key.IsSameKeyAs(proof.Key)))
        {
            return Refused(CredentialRule.KeyAttestationOtherKey, "the key of the proof is not among attested_keys");
        }

        // Appendix F.1: a credential for each attested key.
        _nonces.Add(attestation.Nonce);
        foreach (var key in attestation.Keys)
        {
            Take(key);
        }

        return null;
    }

    private void Take(Jwk key)
    {
        if (!_keys.Exists(known => known.IsSameKeyAs(key)))
        {
            _keys.Add(key);
        }
    }

    private Checked<KeyAttestation> Attestation(JsonElement header)
    {
        if (terms.Attesters.Count == 0)
        {
            return Refused(CredentialRule.ProofKeyAttestation, "key attestations are not asked for and cannot be checked here");
        }

        if (header.StringMember("key_attestation") is not { } text)
        {
            return Refused(CredentialRule.KeyAttestationFormat, "a key attestation is a compact JWS");
        }

        if (!_attestations.TryGetValue(text, out var known))
        {
            if (KeyAttestation.Verify(text, terms, besideProof: true, now).Failed(out var failure, out known))
            {
                return failure;
            }

            _attestations[text] = known;
        }

        return known;
    }

    // A proof has two kilobytes, and room for the attestation in its header, which base64url makes longer by a third.
    private const int MaxProofBytes = (8 * 1024) + (KeyAttestation.MaxBytes / 3 * 4);

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
            return jwt.Verify(imported, HolderProofs.TokenType, JwsAlgorithm.ES256).Failed(out var unverified, out var verified)
                ? Unverified(unverified.Rule)
                : new VerifiedProof(verified, key.WithoutKeyId());
        }
    }

    // Appendix F.1: exactly one of kid, jwk and x5c; of these, the metadata offers jwk alone. trust_chain asks for kid.
    private static Checked<Jwk> Key(JsonElement header)
    {
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

    private CredentialFailure? Claims(JsonElement claims)
    {
        if (claims.StringMember("aud") != terms.Issuer)
        {
            return Refused(CredentialRule.ProofAudience, "aud is the credential issuer identifier, as a string");
        }

        // Appendix F.1: iss is the client, and absent where the access is anonymous.
        if (claims.Member("iss") is not null && (terms.ClientId is null || claims.StringMember("iss") != terms.ClientId))
        {
            return Refused(CredentialRule.ProofIssuer, "iss is the client_id, and absent in anonymous access");
        }

        if (claims.LongMember("iat") is not { } issuedAt
            || issuedAt < (now - HolderProofs.MaxAge).ToUnixTimeSeconds() || issuedAt > (now + HolderProofs.MaxAhead).ToUnixTimeSeconds())
        {
            return Refused(CredentialRule.ProofTime, "iat is a whole number of seconds within the last five minutes");
        }

        return claims.StringMember("nonce") is null
            ? Refused(CredentialRule.ProofNonceMissing, "nonce is a c_nonce of this issuer")
            : null;
    }

    private static CredentialFailure Refused(CredentialRule rule, string description) => HolderProofs.Refused(rule, description);
}
