using System.Text.Json;

namespace IdentityPlatform.Issuer.Status;

/// <summary>An entry of a status list: it names one copy of one card, so it is not printed.</summary>
/// <param name="List">The number of the list.</param>
/// <param name="Index">The index in it.</param>
public readonly record struct StatusIndex(long List, int Index)
{
    /// <summary>Redacted.</summary>
    public override string ToString() => $"entry of list {List}";

    /// <summary>Writes entries, to be kept as ciphertext.</summary>
    internal static void Write(Utf8JsonWriter writer, IReadOnlyList<StatusIndex> indices)
    {
        writer.WriteStartArray();
        foreach (var index in indices)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(index.List);
            writer.WriteNumberValue(index.Index);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    internal static IReadOnlyList<StatusIndex> Read(JsonElement json) =>
        [.. json.EnumerateArray().Select(pair => new StatusIndex(pair[0].GetInt64(), pair[1].GetInt32()))];
}
