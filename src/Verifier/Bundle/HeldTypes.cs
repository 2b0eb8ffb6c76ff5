using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Verifier.Bundle;

/// <summary>The type metadata of a bundle, each type with all that it extends, worked out once.</summary>
internal sealed class HeldTypes(BundleContent? content)
{
    // Only types of the bundle get in, so a stranger cannot fill it.
    private readonly ConcurrentDictionary<string, Parsed<TypeChain>> _chains = new(StringComparer.Ordinal);

    /// <summary>The type with what it extends, or why that cannot be used; null where the bundle does not have it.</summary>
    public Parsed<TypeChain>? Find(string type) => content is not null && content.Types.ContainsKey(type)
        ? _chains.GetOrAdd(type, static (name, types) => TypeChain.Resolve(name, types.DocumentOf), this)
        : default(Parsed<TypeChain>?);

    // A document is the JSON value as the bundle spells it, or its octets in base64url where they cannot be spelled there.
    private ReadOnlyMemory<byte>? DocumentOf(string type)
    {
        if (!content!.Types.TryGetValue(type, out var held))
        {
            return null;
        }

        return held.ValueKind == JsonValueKind.String
            ? Base64UrlText.TryDecode(held.GetString()!, out var octets) ? octets : ReadOnlyMemory<byte>.Empty
            : Encoding.UTF8.GetBytes(held.GetRawText());
    }
}
