using System.Buffers.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>The signer's public side: what the web process publishes and verifies with.</summary>
public sealed class SignerKeys
{
    /// <summary>The key that signs cards now; null while there is none, such as after one was denied.</summary>
    public required string? ActiveId { get; init; }

    /// <summary>The certificates of the key that signs cards now, leaf first; where none does, of the last that did.</summary>
    public required IReadOnlyList<byte[]> Certificates { get; init; }

    /// <summary>RFC 7638 thumbprints of denied card signers: verifiers are told not to trust what they signed.</summary>
    public required IReadOnlyList<string> Denied { get; init; }

    /// <summary>The keys that vouch for officers.</summary>
    public required IReadOnlyList<Jwk> Roster { get; init; }

    /// <summary>The officers whom the custodian has removed.</summary>
    public required IReadOnlyList<string> Removed { get; init; }

    internal static SignerAnswer? Find(JsonElement json)
    {
        if (json.StringsMember("certificates") is not { } certificates || json.StringsMember("denied") is not { } denied
            || json.ArrayMember("roster") is not { } roster || json.StringsMember("removed") is not { } removed
            || !certificates.All(text => Base64.IsValid(text)))
        {
            return null;
        }

        var keys = new List<Jwk>();
        foreach (var item in roster.EnumerateArray())
        {
            if (Jwk.Parse(item).Failed(out _, out var key))
            {
                return null;
            }

            keys.Add(key);
        }

        return new SignerAnswer.Keys(new SignerKeys
        {
            ActiveId = json.StringMember("active"),
            Certificates = [.. certificates.Select(Convert.FromBase64String)],
            Denied = denied,
            Roster = keys,
            Removed = removed,
        });
    }

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (ActiveId is not null)
        {
            writer.WriteString("active", ActiveId);
        }

        writer.WriteStrings("certificates", Certificates.Select(Convert.ToBase64String));
        writer.WriteStrings("denied", Denied);
        writer.WriteStartArray("roster");
        foreach (var key in Roster)
        {
            key.WriteTo(writer);
        }

        writer.WriteEndArray();
        writer.WriteStrings("removed", Removed);
        writer.WriteEndObject();
    }
}
