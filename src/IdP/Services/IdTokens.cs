using System.Text.Json;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.IdP.Services;

/// <summary>Writes ID tokens (OpenID Connect Core §2).</summary>
public sealed class IdTokens(string issuer, Signer signer)
{
    /// <summary>Enough for a service to read it; it is no session.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>The signed token.</summary>
    /// <param name="grant">The grant that it comes from.</param>
    /// <param name="subject">The pairwise subject.</param>
    /// <param name="acr">The assurance now.</param>
    /// <param name="claims">Personal claims that the person agreed to and the service asked to have here.</param>
    /// <param name="now">The time.</param>
    public string Write(TokenGrant grant, string subject, string acr, IReadOnlyDictionary<string, string> claims, DateTimeOffset now) =>
        JwtWriter.Sign(signer.Active(KeyRole.IdentityTokens, grant.Client.IdTokenAlgorithm), "JWT", json =>
        {
            json.WriteString("iss", issuer);
            json.WriteString("sub", subject);
            json.WriteString("aud", grant.Client.Id);
            json.WriteNumber("exp", (now + Lifetime).ToUnixTimeSeconds());
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            if (grant.AuthTime is { } authTime)
            {
                json.WriteNumber("auth_time", authTime.ToUnixTimeSeconds());
            }

            WriteOptional(json, "nonce", grant.Nonce);
            json.WriteString("acr", acr);
            WriteAmr(json, grant.Amr);
            WriteOptional(json, "sid", grant.SessionId);
            ReleasedClaims.WriteTo(json, claims);
        });

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteAmr(Utf8JsonWriter json, IReadOnlyList<string> amr)
    {
        json.WriteStartArray("amr");
        foreach (var method in amr)
        {
            json.WriteStringValue(method);
        }

        json.WriteEndArray();
    }
}
