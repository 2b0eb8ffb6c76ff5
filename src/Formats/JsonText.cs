using System.Text.Encodings.Web;
using System.Text.Json;

namespace IdentityPlatform.Formats;

/// <summary>Writes JSON as UTF-8, without escaping more than RFC 8259 §7 asks for.</summary>
public static class JsonText
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The value that <paramref name="write"/> writes, read at once out of memory that is wiped.</summary>
    public static JsonElement Value(Action<Utf8JsonWriter> write)
    {
        using var buffer = new PooledBytes(1024);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer);
        }

        return JsonElement.Parse(buffer.Written);
    }

    /// <summary>The bytes that <paramref name="write"/> writes.</summary>
    /// <param name="write">Writes a value.</param>
    /// <param name="expectedBytes">About how many there will be: what is much longer than this is copied while it grows.</param>
    public static byte[] Write(Action<Utf8JsonWriter> write, int expectedBytes = 512)
    {
        using var buffer = new PooledBytes(expectedBytes);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer);
        }

        return buffer.Written.ToArray();
    }

    /// <summary>Writes a member that is an array of strings.</summary>
    /// <param name="writer">Stands within an object.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="values">The strings, in their order.</param>
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
