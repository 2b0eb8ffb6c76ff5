using System.Text.Json;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>
/// Reads the disclosures of one SD-JWT together: each is seen to be one JSON array and nothing else, then all are parsed as the
/// items of one array, which costs a fraction of parsing them one by one.
/// </summary>
internal static class DisclosureReader
{
    private static readonly JsonReaderOptions One = new() { MaxDepth = StrictJson.MaxDepth };

    /// <summary>Reads them.</summary>
    /// <param name="encoded">The disclosures as received.</param>
    /// <param name="maxBytes">The bound on each, and on all together.</param>
    /// <param name="pool">Where they are read; null for memory of their own.</param>
    public static Parsed<Disclosure[]> Read(ReadOnlySpan<ReadOnlyMemory<byte>> encoded, int maxBytes, PooledJson? pool)
    {
        if (encoded.IsEmpty)
        {
            return Array.Empty<Disclosure>();
        }

        var capacity = CapacityFor(encoded);
        var buffer = pool?.Take(capacity) ?? new byte[capacity];
        if (Join(encoded, maxBytes, buffer.Span, out var length) is { } failure)
        {
            return failure;
        }

        if (pool is not null)
        {
            failure = StrictJson.TryParse(buffer[..length], capacity, pool, 1, out var pooled);
            return failure is null ? Split(encoded, pooled) : failure;
        }

        return StrictJson.Parse(buffer.Span[..length], capacity, 1).Failed(out failure, out var alone) ? failure : Split(encoded, alone.Element);
    }

    /// <summary>What the disclosures need: decoded, each is shorter than its text, and a comma or a bracket stands beside it.</summary>
    public static int CapacityFor(ReadOnlySpan<ReadOnlyMemory<byte>> encoded)
    {
        var capacity = 1;
        foreach (var text in encoded)
        {
            capacity += text.Length + 1;
        }

        return capacity;
    }

    private static FormatFailure? Join(ReadOnlySpan<ReadOnlyMemory<byte>> encoded, int maxBytes, Span<byte> json, out int length)
    {
        length = 0;
        foreach (var text in encoded)
        {
            if (text.Length > maxBytes)
            {
                return new FormatFailure(FormatRule.Size, $"a disclosure is longer than {maxBytes} characters");
            }

            json[length++] = length == 1 ? (byte)'[' : (byte)',';
            if (!Base64UrlText.TryDecode(text.Span, json[length..], out var written))
            {
                return Base64UrlText.NotBase64Url("a disclosure");
            }

            if (NotOneArray(json.Slice(length, written)) is { } failure)
            {
                return failure;
            }

            length += written;
        }

        json[length++] = (byte)']';
        return null;
    }

    // What is complete in itself cannot join with its neighbours into something else.
    private static FormatFailure? NotOneArray(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, One);
        try
        {
            if (reader.Read() && reader.TokenType != JsonTokenType.StartArray)
            {
                return new FormatFailure(FormatRule.Disclosure, "a disclosure is an array of salt, name and value, or of salt and value");
            }

            reader.Skip();
            return reader.Read() ? new FormatFailure(FormatRule.Json, "a disclosure is more than one JSON value") : null;
        }
        catch (JsonException e)
        {
            return new FormatFailure(FormatRule.Json, $"a disclosure is not strict JSON near byte {e.BytePositionInLine ?? 0}");
        }
    }

    private static Parsed<Disclosure[]> Split(ReadOnlySpan<ReadOnlyMemory<byte>> encoded, JsonElement all)
    {
        var disclosures = new Disclosure[encoded.Length];
        var next = 0;
        foreach (var array in all.EnumerateArray())
        {
            if (Disclosure.Of(encoded[next], array).Failed(out var failure, out var disclosure))
            {
                return failure;
            }

            disclosures[next++] = disclosure;
        }

        return disclosures;
    }
}
