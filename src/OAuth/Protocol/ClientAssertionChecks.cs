using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>The claims of a client assertion (RFC 7523 §3), with FAPI 2.0's rule for the audience. Order is this table.</summary>
internal static class ClientAssertionChecks
{
    private delegate Refusal? Check(JsonElement claims, Expected expected);

    private static readonly Check[] Table = [Issuer, Audience, Expiry, NotBefore, IssuedAt, Id];

    /// <summary>The first rule that refuses, or null.</summary>
    /// <param name="assertion">Its signature is verified.</param>
    /// <param name="clientId">Whose key verified it.</param>
    /// <param name="issuer">This server.</param>
    /// <param name="endpoints">URLs that may stand for this server, for a client outside FAPI; null for a client of FAPI.</param>
    /// <param name="now">The time.</param>
    public static Refusal? Run(VerifiedJwt assertion, string clientId, string issuer, IReadOnlyCollection<string>? endpoints, DateTimeOffset now)
    {
        var expected = new Expected(clientId, issuer, endpoints, now);
        foreach (var check in Table)
        {
            if (check(assertion.Claims, expected) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    // RFC 7523 §3(1) and (2): issuer and subject are the client.
    private static Refusal? Issuer(JsonElement claims, Expected expected) =>
        claims.StringMember("iss") == expected.ClientId && claims.StringMember("sub") == expected.ClientId
            ? null
            : Refuse(Rule.AssertionIssuer, "iss and sub of the assertion are the client_id");

    // FAPI 2.0 §5.3.2.1: the issuer as one string; neither an array nor an endpoint's URL.
    private static Refusal? Audience(JsonElement claims, Expected expected)
    {
        if (claims.StringMember("aud") == expected.Issuer)
        {
            return null;
        }

        if (expected.Endpoints is null)
        {
            return Refuse(Rule.AssertionAudience, "aud of the assertion is the issuer, as a string");
        }

        // RFC 7523 §3(3) and OpenID Connect Core §9: also the token endpoint, also among others.
        var audiences = claims.StringsMember("aud") ?? (claims.StringMember("aud") is { } one ? [one] : []);
        return audiences.Any(audience => audience == expected.Issuer || expected.Endpoints.Contains(audience))
            ? null
            : Refuse(Rule.AssertionAudience, "aud of the assertion is neither the issuer nor the token endpoint");
    }

    private static Refusal? Expiry(JsonElement claims, Expected expected) =>
        claims.LongMember("exp") is { } exp
        && !TimeRules.IsPast(exp, expected.Now)
        && !TimeRules.IsFuture(exp, expected.Now + TimeRules.AssertionLifetime)
            ? null
            : Refuse(Rule.AssertionTime, "exp of the assertion is missing, past, or more than five minutes ahead");

    private static Refusal? NotBefore(JsonElement claims, Expected expected) => IsAhead(claims, "nbf", expected)
        ? Refuse(Rule.AssertionTime, "nbf of the assertion is ahead")
        : null;

    private static Refusal? IssuedAt(JsonElement claims, Expected expected) => IsAhead(claims, "iat", expected)
        ? Refuse(Rule.AssertionTime, "iat of the assertion is ahead")
        : null;

    private static Refusal? Id(JsonElement claims, Expected expected) => claims.StringMember("jti") is { Length: > 0 and <= 256 }
        ? null
        : Refuse(Rule.AssertionId, "jti of the assertion is missing or too long");

    // A member of another type than a whole number is as wrong as a time ahead.
    private static bool IsAhead(JsonElement claims, string name, Expected expected) =>
        claims.Member(name) is not null && (claims.LongMember(name) is not { } time || TimeRules.IsFuture(time, expected.Now));

    private static Refusal Refuse(Rule rule, string description) => new(rule, OAuthErrors.InvalidClient, description);

    private sealed record Expected(string ClientId, string Issuer, IReadOnlyCollection<string>? Endpoints, DateTimeOffset Now);
}
