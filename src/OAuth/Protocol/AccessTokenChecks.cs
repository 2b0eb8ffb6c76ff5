using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>The claims of an access token at a resource of its own server (RFC 9068 §4). Order is this table.</summary>
internal static class AccessTokenChecks
{
    private delegate Refusal? Check(JsonElement claims, string issuer, DateTimeOffset now);

    private static readonly Check[] Table = [Issuer, Audience, Expiry, Members];

    public static Refusal? Run(VerifiedJwt token, string issuer, DateTimeOffset now)
    {
        foreach (var check in Table)
        {
            if (check(token.Claims, issuer, now) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static Refusal? Issuer(JsonElement claims, string issuer, DateTimeOffset now) => claims.StringMember("iss") == issuer
        ? null
        : new(Rule.TokenIssuer, OAuthErrors.InvalidToken, "the access token is of another issuer");

    private static Refusal? Audience(JsonElement claims, string issuer, DateTimeOffset now) => claims.StringsMember("aud")?.Contains(issuer) == true
        ? null
        : new(Rule.TokenAudience, OAuthErrors.InvalidToken, "the access token is for another resource");

    // Our own clock wrote the time: no skew.
    private static Refusal? Expiry(JsonElement claims, string issuer, DateTimeOffset now) => claims.LongMember("exp") > now.ToUnixTimeSeconds()
        ? null
        : new(Rule.TokenTime, OAuthErrors.InvalidToken, "the access token is expired");

    private static Refusal? Members(JsonElement claims, string issuer, DateTimeOffset now) =>
        claims.StringMember("sub") is not null
        && claims.StringMember("client_id") is not null
        && claims.StringMember("scope") is not null
        && claims.StringMember(Tokens.AccessTokens.GrantClaim) is not null
        && claims.ObjectMember("cnf")?.StringMember("jkt") is not null
            ? null
            : new(Rule.TokenFormat, OAuthErrors.InvalidToken, "a claim of the access token is missing");
}
