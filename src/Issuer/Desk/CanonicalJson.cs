using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>
/// One writing of a JSON value: members sorted by their UTF-16 code units, no white space (the ideas of RFC 8785).
/// Numbers keep their text: what is hashed here holds whole numbers only, written by this program.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The canonical bytes of a value.</summary>
    public static byte[] Bytes(JsonElement value) => JsonText.Write(writer => Write(writer, value));

    /// <summary>Writes the value in canonical order.</summary>
    public static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            WriteObject(writer, value);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var item in value.EnumerateArray())
            {
                Write(writer, item);
            }

            writer.WriteEndArray();
        }
        else
        {
            value.WriteTo(writer);
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement value)
    {
        writer.WriteStartObject();
        foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            writer.WritePropertyName(member.Name);
            Write(writer, member.Value);
        }

        writer.WriteEndObject();
    }
}
