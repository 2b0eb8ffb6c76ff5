using System.Text.Json;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>What an access token is going to say (RFC 9068 §2.2). Personal: redacted.</summary>
internal sealed class AccessTokenBody
{
    public required string Subject { get; init; }

    public required string ClientId { get; init; }

    /// <summary>The one resource that it is for.</summary>
    public required string Audience { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required TokenBinding Binding { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Null for a client's own token.</summary>
    public string? GrantId { get; init; }

    public DateTimeOffset? AuthTime { get; init; }

    public string? Acr { get; init; }

    public JsonElement? AuthorizationDetails { get; init; }

    /// <summary>Writes further claims.</summary>
    public Action<Utf8JsonWriter>? Claims { get; init; }

    public override string ToString() => $"access token of {ClientId}";

    /// <summary>Writes the claims, without their braces and without <c>iss</c> and <c>jti</c>.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteString("sub"u8, Subject);
        writer.WriteStartArray("aud"u8);
        writer.WriteStringValue(Audience);
        writer.WriteEndArray();
        writer.WriteString("client_id"u8, ClientId);
        WriteScope(writer, Scopes);
        writer.WriteNumber("iat"u8, IssuedAt.ToUnixTimeSeconds());
        writer.WriteNumber("exp"u8, ExpiresAt.ToUnixTimeSeconds());
        if (GrantId is not null)
        {
            writer.WriteString("grant_id"u8, GrantId);
        }

        Binding.WriteTo(writer);
        WriteSignIn(writer);
        if (AuthorizationDetails is { } details)
        {
            writer.WritePropertyName("authorization_details"u8);
            details.WriteTo(writer);
        }

        Claims?.Invoke(writer);
    }

    /// <summary><c>scope</c>: one word as it is, several joined (RFC 6749 §3.3).</summary>
    public static void WriteScope(Utf8JsonWriter writer, IReadOnlyList<string> scopes) =>
        writer.WriteString("scope"u8, scopes.Count == 1 ? scopes[0] : string.Join(' ', scopes));

    // RFC 9068 §2.2.1. How the person signed in (amr) is nobody's business but the client's.
    private void WriteSignIn(Utf8JsonWriter writer)
    {
        if (AuthTime is { } time)
        {
            writer.WriteNumber("auth_time"u8, time.ToUnixTimeSeconds());
        }

        if (Acr is not null)
        {
            writer.WriteString("acr"u8, Acr);
        }
    }
}
