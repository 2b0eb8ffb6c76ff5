using System.Text.Json;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>Lists of texts as members of a JSON object.</summary>
internal static class JsonLists
{
    public static void WriteStrings(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
