using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary>What both registration endpoints read and write (RFC 7591 §3, RFC 7592 §2 and §3).</summary>
internal static class RegistrationMessage
{
    /// <summary>The bound on metadata.</summary>
    public const int MaxBytes = 16 * 1024;

    private const string Scheme = "Bearer ";

    /// <summary>The token of the header, or null.</summary>
    public static string? TokenOf(HttpContext http) =>
        http.Request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header.Length > Scheme.Length
            ? header[Scheme.Length..].Trim(' ')
            : null;

    /// <summary>401, and how to ask (RFC 6750 §3). Unknown, spent and expired look alike.</summary>
    public static JsonAnswer Unauthorized(HttpContext http, Rule rule)
    {
        http.Response.Headers.WWWAuthenticate = TokenOf(http) is null ? "Bearer realm=\"registration\"" : "Bearer realm=\"registration\", error=\"invalid_token\"";
        return JsonAnswer.Error(Unauthorized(rule), StatusCodes.Status401Unauthorized);
    }

    public static Refusal Unauthorized(Rule rule) => new(rule, OAuthErrors.InvalidToken, "the access token is missing or not good here");

    public static Task<JsonBody> ReadAsync(HttpContext http) => JsonBody.ReadAsync(http, MaxBytes);

    /// <summary>The client information response (RFC 7591 §3.2.1, RFC 7592 §3): all that is registered, and the secrets that are new.</summary>
    public static JsonAnswer Information(int status, string issuer, RegisteredClient client, string token, string? secret) => JsonAnswer.Of(status, JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        foreach (var member in client.Metadata().EnumerateObject().Where(member => member.Name != "client_secret_sha256"))
        {
            member.WriteTo(writer);
        }

        writer.WriteNumber("client_id_issued_at", client.CreatedAt);
        if (secret is not null)
        {
            writer.WriteString("client_secret", secret);
            writer.WriteNumber("client_secret_expires_at", 0);
        }

        writer.WriteString("registration_access_token", token);
        writer.WriteString("registration_client_uri", $"{issuer}{ServerUrls.Registration}/{client.ClientId}");
        writer.WriteEndObject();
    }));

    /// <summary>The client's secret that the request repeats, or null (RFC 7592 §2.2).</summary>
    public static string? SecretOf(JsonElement sent) => sent.StringMember("client_secret");
}
