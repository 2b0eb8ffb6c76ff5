using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>The claims of a client attestation and of its proof of possession (Attestation-Based Client Authentication, draft 07 §5).</summary>
internal static class AttestationChecks
{
    /// <summary>The first rule that the attestation breaks, or null.</summary>
    public static Refusal? Attestation(VerifiedJwt attestation, string clientId, DateTimeOffset now)
    {
        var claims = attestation.Claims;
        if (claims.StringMember("sub") != clientId)
        {
            return Refuse(Rule.AttestationSubject, "sub of the attestation is the client_id");
        }

        if (claims.LongMember("exp") is not { } exp || TimeRules.IsPast(exp, now))
        {
            return Refuse(Rule.AttestationTime, "exp of the attestation is missing or past");
        }

        return IsAhead(claims, "nbf", now) || IsAhead(claims, "iat", now)
            ? Refuse(Rule.AttestationTime, "the attestation is not valid yet")
            : null;
    }

    /// <summary>The first rule that the proof breaks, or null.</summary>
    public static Refusal? Proof(VerifiedJwt proof, string clientId, string issuer, DateTimeOffset now)
    {
        var claims = proof.Claims;

        // Draft 07 §5.2 dropped iss; earlier drafts set it to the client_id. What is there has to be right.
        if (claims.StringMember("aud") != issuer || (claims.Member("iss") is not null && claims.StringMember("iss") != clientId))
        {
            return Refuse(Rule.AttestationProofAudience, "aud of the attestation's proof is the issuer");
        }

        if (claims.LongMember("iat") is not { } iat || !TimeRules.IsRecent(iat, now)
            || (claims.Member("exp") is not null && (claims.LongMember("exp") is not { } exp || TimeRules.IsPast(exp, now))))
        {
            return Refuse(Rule.AttestationProofTime, "iat of the attestation's proof is missing or not now");
        }

        return claims.StringMember("jti") is { Length: > 0 and <= 256 }
            ? null
            : Refuse(Rule.AttestationProofFormat, "jti of the attestation's proof is missing or too long");
    }

    private static bool IsAhead(JsonElement claims, string name, DateTimeOffset now) =>
        claims.Member(name) is not null && (claims.LongMember(name) is not { } time || TimeRules.IsFuture(time, now));

    private static Refusal Refuse(Rule rule, string description) => new(rule, OAuthErrors.InvalidClientAttestation, description);
}
