using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.OAuth.RelyingParty;

/// <summary>The claims of an ID token, checked as OpenID Connect Core §3.1.3.7 orders. Pure.</summary>
public static class IdTokenChecks
{
    private const long SkewSeconds = 60;

    /// <summary>Names the first claim that is wrong, or null when all hold.</summary>
    /// <param name="claims">The claims of a verified ID token.</param>
    /// <param name="issuer">The provider's issuer identifier.</param>
    /// <param name="clientId">The relying service's client id.</param>
    /// <param name="nonce">The nonce that this sign-in sent.</param>
    /// <param name="now">The time of the check.</param>
    public static string? FindWrongClaim(JsonElement claims, string issuer, string clientId, string nonce, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        if (claims.StringMember("iss") != issuer)
        {
            return "iss";
        }

        if (!IsAudience(claims, clientId))
        {
            return "aud";
        }

        if (claims.LongMember("exp") is not { } exp || exp <= seconds - SkewSeconds)
        {
            return "exp";
        }

        if (claims.LongMember("iat") is not { } iat || iat > seconds + SkewSeconds)
        {
            return "iat";
        }

        if (claims.StringMember("nonce") != nonce)
        {
            return "nonce";
        }

        return string.IsNullOrEmpty(claims.StringMember("sub")) ? "sub" : null;
    }

    // §3.1.3.7(3): an audience beside this client is not trusted here, so none is accepted.
    private static bool IsAudience(JsonElement claims, string clientId) =>
        claims.StringMember("aud") == clientId || claims.StringsMember("aud") is [var only] && only == clientId;
}
