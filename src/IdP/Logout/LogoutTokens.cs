using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.IdP.Logout;

/// <summary>Writes logout tokens (Back-Channel Logout 1.0 §2.4), at the time of sending: their life is two minutes.</summary>
public sealed class LogoutTokens(string issuer, Signer signer, TimeProvider time)
{
    /// <summary>The <c>typ</c>, so that no logout token is ever taken for an ID token (§2.4, §4).</summary>
    public const string Type = "logout+jwt";

    /// <summary>The one member of <c>events</c>.</summary>
    public const string Event = "http://schemas.openid.net/event/backchannel-logout";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    /// <summary>A token for one attempt, signed as the service's ID tokens are (§2.6); null while there is no key for that.</summary>
    public string? Write(LogoutNotice notice, Client service)
    {
        if (signer.FindActive(KeyRole.IdentityTokens, service.IdTokenAlgorithm) is not { } key)
        {
            return null;
        }

        var now = time.GetUtcNow();
        return JwtWriter.Sign(key, Type, json =>
        {
            json.WriteString("iss", issuer);
            json.WriteString("aud", service.Id);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + Lifetime).ToUnixTimeSeconds());
            json.WriteString("jti", Base64UrlText.Encode(RandomNumberGenerator.GetBytes(16)));
            json.WriteString("sub", notice.Subject);
            json.WriteString("sid", notice.SessionId);
            json.WriteStartObject("events");
            json.WriteStartObject(Event);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}
