using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>The encrypted part of a grant. Personal: redacted.</summary>
public sealed class GrantContent
{
    public required IReadOnlyList<string> Scopes { get; init; }

    public string? Nonce { get; init; }

    public long? AuthTime { get; init; }

    public string? Acr { get; init; }

    public IReadOnlyList<string> Amr { get; init; } = [];

    public string? SessionId { get; init; }

    /// <summary>The resources that the access tokens are for (RFC 8707); empty: this server's own.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary><c>authorization_details</c> as granted (RFC 9396 §2), an array; or null.</summary>
    public JsonElement? AuthorizationDetails { get; init; }

    /// <summary>What a token request may still ask for by <c>authorization_details</c>, where nothing was asked for before: an array; or null.</summary>
    public JsonElement? OfferedDetails { get; init; }

    /// <summary>Whatever the host gave along.</summary>
    public JsonElement? Extra { get; init; }

    public override string ToString() => "grant content";

    internal byte[] ToJson() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStrings("scopes", Scopes);
        writer.WriteStrings("amr", Amr);
        writer.WriteString("nonce", Nonce);
        writer.WriteString("acr", Acr);
        writer.WriteString("sid", SessionId);
        if (AuthTime is { } time)
        {
            writer.WriteNumber("auth_time", time);
        }

        writer.WriteStrings("resources", Resources);
        WriteJson(writer, "authorization_details", AuthorizationDetails);
        WriteJson(writer, "offered_details", OfferedDetails);
        WriteJson(writer, "extra", Extra);
        writer.WriteEndObject();
    });

    internal static GrantContent FromJson(byte[] json)
    {
        var value = StrictJson.ParseObject(json).OrThrow().Element;
        return new()
        {
            Scopes = value.StringsMember("scopes") ?? [],
            Amr = value.StringsMember("amr") ?? [],
            Nonce = value.StringMember("nonce"),
            Acr = value.StringMember("acr"),
            SessionId = value.StringMember("sid"),
            AuthTime = value.LongMember("auth_time"),
            Resources = value.StringsMember("resources") ?? [],
            AuthorizationDetails = value.ArrayMember("authorization_details"),
            OfferedDetails = value.ArrayMember("offered_details"),
            Extra = value.Member("extra"),
        };
    }

    private static void WriteJson(Utf8JsonWriter writer, string name, JsonElement? value)
    {
        if (value is { } json)
        {
            writer.WritePropertyName(name);
            json.WriteTo(writer);
        }
    }
}
