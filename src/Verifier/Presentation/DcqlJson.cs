using System.Collections.Immutable;
using System.Text.Json;

namespace IdentityPlatform.Verifier.Presentation;

/// <summary>Writes the parts of a query.</summary>
internal static class DcqlJson
{
    public static void WriteList<T>(Utf8JsonWriter writer, string name, ImmutableArray<T> items, Action<T> write)
    {
        if (items.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            write(item);
        }

        writer.WriteEndArray();
    }

    public static void WriteNumbers(Utf8JsonWriter writer, string name, IReadOnlyList<int> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteNumberValue(value);
        }

        writer.WriteEndArray();
    }

    public static void WriteStrings(Utf8JsonWriter writer, string? name, ImmutableArray<string> values)
    {
        if (name is not null)
        {
            writer.WritePropertyName(name);
        }

        writer.WriteStartArray();
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
