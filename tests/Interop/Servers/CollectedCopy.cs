using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Interop.Servers;

/// <summary>One copy of a card in the hands of an independent wallet, with the key that it is bound to.</summary>
internal sealed class CollectedCopy(string card, JsonElement key)
{
    public string Card { get; } = card;

    /// <summary>The private key as a JWK.</summary>
    public JsonObject Key => JsonObject.Create(key)!;

    /// <summary>The copies of a collection that succeeded.</summary>
    public static IReadOnlyList<CollectedCopy> Of(JsonElement collection)
    {
        Assert.Null(collection.StringMember("refused"));
        return [.. collection.GetProperty("copies").EnumerateArray().Select(copy => new CollectedCopy(copy.StringMember("credential")!, copy.GetProperty("key")))];
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(CollectedCopy);
}
