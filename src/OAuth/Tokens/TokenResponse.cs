using System.Text.Json;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>A successful token response (RFC 6749 §5.1, RFC 9449 §5). Holds tokens: redacted.</summary>
internal sealed class TokenResponse
{
    /// <summary>The access token in ASCII.</summary>
    public required byte[] AccessToken { get; init; }

    public required AccessTokenBody Body { get; init; }

    public string? RefreshToken { get; init; }

    public string? IdToken { get; init; }

    /// <summary><c>issued_token_type</c> (RFC 8693 §2.2.1).</summary>
    public string? IssuedTokenType { get; init; }

    public override string ToString() => $"token response for {Body.ClientId}";

    public byte[] ToJson()
    {
        using var json = PooledJson.Rent();
        var writer = json.Writer;
        writer.WriteStartObject();
        writer.WriteString("access_token"u8, AccessToken);
        writer.WriteString("token_type"u8, Body.Binding.TokenType);
        writer.WriteNumber("expires_in"u8, (long)(Body.ExpiresAt - Body.IssuedAt).TotalSeconds);
        if (Body.Scopes.Count > 0 || Body.AuthorizationDetails is null)
        {
            // What was asked for by details alone has none (RFC 6749 §3.3: a scope has at least one word).
            AccessTokenBody.WriteScope(writer, Body.Scopes);
        }

        WriteOptional(writer, "issued_token_type", IssuedTokenType);
        WriteOptional(writer, "refresh_token", RefreshToken);
        WriteOptional(writer, "id_token", IdToken);
        if (Body.AuthorizationDetails is { } details)
        {
            // RFC 9396 §7: as granted, which may be less than was asked for.
            writer.WritePropertyName("authorization_details"u8);
            details.WriteTo(writer);
        }

        writer.WriteEndObject();
        return json.Written().ToArray();
    }

    private static void WriteOptional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
