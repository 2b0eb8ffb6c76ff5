using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace IdentityPlatform.Formats;

/// <summary>
/// The JSON of one message that comes in several parts of base64url, read together as the items of one array, which costs a fraction of
/// reading them one by one. First all are added, then they are read, then each is taken in its turn.
/// </summary>
internal ref struct JsonParts
{
    private readonly PooledJson? _pool;
    private readonly Memory<byte> _json;
    private int _length;
    private int _next;
    private JsonElement _all;
    private JsonElement.ArrayEnumerator _items;

    /// <summary>Makes ready for parts of a text.</summary>
    /// <param name="characters">The length of the text, in which something stands between the parts.</param>
    /// <param name="pool">Where they are read; null for memory of their own.</param>
    public JsonParts(int characters, PooledJson? pool) =>
        (_pool, _json) = (pool, pool?.Take(CapacityFor(characters)) ?? new byte[CapacityFor(characters)]);

    /// <summary>Decoded, a part is no longer than its text, and the comma or bracket before it takes the place of what stood between; two brackets remain.</summary>
    public static int CapacityFor(int characters) => characters + 2;

    /// <summary>Adds a part.</summary>
    public FormatFailure? Add(ReadOnlySpan<byte> base64Url, string what)
    {
        _json.Span[_length++] = _length == 1 ? (byte)'[' : (byte)',';
        if (!Base64UrlText.TryDecode(base64Url, _json.Span[_length..], out var written))
        {
            return Base64UrlText.NotBase64Url(what);
        }

        _length += written;
        return null;
    }

    /// <summary>Reads all that was added.</summary>
    public FormatFailure? Read()
    {
        _json.Span[_length++] = (byte)']';
        var failure = _pool is null ? ReadAlone(_json.Span[.._length]) : StrictJson.TryParse(_json[.._length], _length, _pool, 1, out _all);
        (_next, _items) = (1, failure is null ? _all.EnumerateArray() : default);
        return failure;
    }

    /// <summary>The next part. Each fills its own place: what is less or more than one value would join with its neighbours into something else.</summary>
    /// <param name="base64Url">The part as it was added.</param>
    /// <param name="what">What it is.</param>
    /// <param name="part">The value.</param>
    public FormatFailure? Take(ReadOnlySpan<byte> base64Url, string what, out JsonElement part)
    {
        part = _items.MoveNext() ? _items.Current : default;
        var (start, end) = (_next, _next + Base64Url.GetMaxDecodedLength(base64Url.Length));
        _next = end + 1;
        return part.ValueKind != JsonValueKind.Undefined && Fills(JsonMarshal.GetRawUtf8Value(part), start, end)
            ? null
            : new FormatFailure(FormatRule.Json, $"{what} is not one JSON value");
    }

    // But for white space around it (RFC 8259 §2).
    private readonly bool Fills(ReadOnlySpan<byte> value, int start, int end) =>
        JsonMarshal.GetRawUtf8Value(_all).Overlaps(value, out var at) && at >= start && at + value.Length <= end
        && !_json.Span[start..at].ContainsAnyExcept(" \t\r\n"u8) && !_json.Span[(at + value.Length)..end].ContainsAnyExcept(" \t\r\n"u8);

    private FormatFailure? ReadAlone(ReadOnlySpan<byte> json)
    {
        if (StrictJson.Parse(json, json.Length, 1).Failed(out var failure, out var value))
        {
            return failure;
        }

        _all = value.Element;
        return null;
    }
}
