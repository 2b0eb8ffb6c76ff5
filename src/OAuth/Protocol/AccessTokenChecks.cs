using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>The claims of an access token of this server (RFC 9068 §4). Order is this table.</summary>
internal static class AccessTokenChecks
{
    private delegate Refusal? Check(JsonElement claims, string issuer, DateTimeOffset now);

    private static readonly Check[] Table = [Issuer, Expiry, Members, Owner];

    /// <summary>The first rule that refuses, or null. Whom the token is for is <see cref="Audience"/>, where it matters.</summary>
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

    /// <summary>A resource takes only tokens that name it (RFC 9068 §4).</summary>
    public static Refusal? Audience(JsonElement claims, string resource) => claims.StringsMember("aud")?.Contains(resource) == true
        ? null
        : new(Rule.TokenAudience, OAuthErrors.InvalidToken, "the access token is for another resource");

    private static Refusal? Issuer(JsonElement claims, string issuer, DateTimeOffset now) => claims.StringMember("iss") == issuer
        ? null
        : new(Rule.TokenIssuer, OAuthErrors.InvalidToken, "the access token is of another issuer");

    // Our own clock wrote the time: no skew.
    private static Refusal? Expiry(JsonElement claims, string issuer, DateTimeOffset now) => claims.LongMember("exp") > now.ToUnixTimeSeconds()
        ? null
        : new(Rule.TokenTime, OAuthErrors.InvalidToken, "the access token is expired");

    private static Refusal? Members(JsonElement claims, string issuer, DateTimeOffset now) =>
        claims.StringsMember("aud") is not null
        && claims.StringMember("sub") is not null
        && claims.StringMember("client_id") is not null
        && claims.StringMember("scope") is not null
        && TokenBinding.FromClaims(claims) is not null
        && claims.Member("act") is null == claims.StringsMember(AccessTokens.ActorGrantsClaim) is null
            ? null
            : new(Rule.TokenFormat, OAuthErrors.InvalidToken, "a claim of the access token is missing");

    // A token without a grant is a client's own, and says so in its subject (RFC 9068 §2.2).
    private static Refusal? Owner(JsonElement claims, string issuer, DateTimeOffset now) =>
        claims.StringMember(AccessTokens.GrantClaim) is not null || claims.StringMember("sub") == claims.StringMember("client_id")
            ? null
            : new(Rule.TokenFormat, OAuthErrors.InvalidToken, "the access token names no grant");
}
