using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace IdentityPlatform.Formats;

/// <summary>
/// Strict JSON (RFC 8259): no duplicate members, no comments, no trailing commas, no byte order mark, valid UTF-8 and UTF-16 escapes,
/// bounded size and depth. A JWT whose members may be doubled is read differently by different readers (RFC 7519 §4).
/// </summary>
public static class StrictJson
{
    /// <summary>The bound on size, in bytes, where a caller has no reason for another.</summary>
    public const int DefaultMaxBytes = 64 * 1024;

    /// <summary>The bound on nesting.</summary>
    public const int MaxDepth = 24;

    /// <summary>Parses any JSON value.</summary>
    public static Parsed<JsonValue> Parse(ReadOnlySpan<byte> utf8, int maxBytes = DefaultMaxBytes) => Parse(utf8, maxBytes, 0);

    /// <summary>Parses any JSON value that may be nested deeper by so much.</summary>
    internal static Parsed<JsonValue> Parse(ReadOnlySpan<byte> utf8, int maxBytes, int extraDepth)
    {
        if (Fault(utf8, maxBytes) is { } fault)
        {
            return fault;
        }

        try
        {
            return new JsonValue(JsonElement.Parse(utf8, OptionsFor(extraDepth)));
        }
        catch (JsonException e)
        {
            return NotStrict(e);
        }
    }

    /// <summary>Parses any JSON value, nested deeper by so much, in memory of a pool: null with the value, or the failure.</summary>
    internal static FormatFailure? TryParse(ReadOnlyMemory<byte> utf8, int maxBytes, PooledJson pool, int extraDepth, out JsonElement value)
    {
        value = default;
        if (Fault(utf8.Span, maxBytes) is { } fault)
        {
            return fault;
        }

        try
        {
            value = pool.Parse(utf8, OptionsFor(extraDepth));
            return null;
        }
        catch (JsonException e)
        {
            return NotStrict(e);
        }
    }

    /// <summary>Parses a JSON object; anything else is a failure of <see cref="FormatRule.Structure"/>.</summary>
    public static Parsed<JsonValue> ParseObject(ReadOnlySpan<byte> utf8, int maxBytes = DefaultMaxBytes)
    {
        if (Parse(utf8, maxBytes).Failed(out var failure, out var value))
        {
            return failure;
        }

        return value.Element.ValueKind == JsonValueKind.Object
            ? value
            : new FormatFailure(FormatRule.Structure, "a JSON object is expected");
    }

    /// <summary>Parses a JSON object where it stands, without a copy; anything else is a failure of <see cref="FormatRule.Structure"/>.</summary>
    /// <param name="utf8">The JSON; the caller changes it no more until the pool is disposed.</param>
    /// <param name="pool">What the object lives in.</param>
    /// <param name="maxBytes">The bound on size.</param>
    public static Parsed<JsonValue> ParseObject(ReadOnlyMemory<byte> utf8, PooledJson pool, int maxBytes = DefaultMaxBytes)
    {
        var failure = TryParse(utf8, maxBytes, pool, 0, out var value);
        return failure is not null ? failure
            : value.ValueKind == JsonValueKind.Object ? new JsonValue(value)
            : new FormatFailure(FormatRule.Structure, "a JSON object is expected");
    }

    private static JsonDocumentOptions OptionsFor(int extraDepth) => new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = MaxDepth + extraDepth,
    };

    // What the framework's parser does not look at.
    private static FormatFailure? Fault(ReadOnlySpan<byte> utf8, int maxBytes)
    {
        if (utf8.Length > maxBytes)
        {
            return new FormatFailure(FormatRule.Size, $"JSON is larger than {maxBytes} bytes");
        }

        if (!Utf8.IsValid(utf8))
        {
            return new FormatFailure(FormatRule.Json, "JSON is not valid UTF-8");
        }

        return HasLoneSurrogate(utf8) ? new FormatFailure(FormatRule.Json, "JSON escapes half of a surrogate pair") : null;
    }

    private static FormatFailure NotStrict(JsonException e) => new(FormatRule.Json, $"not strict JSON near byte {e.BytePositionInLine ?? 0}");

    // RFC 8259 §8.2: an escaped half of a pair is no character. The framework would throw only when the text is read.
    private static bool HasLoneSurrogate(ReadOnlySpan<byte> utf8)
    {
        for (var next = utf8.IndexOf((byte)'\\'); next >= 0; next = utf8.IndexOf((byte)'\\'))
        {
            utf8 = utf8[next..];
            var unit = EscapedUnit(utf8);
            if (char.IsLowSurrogate(unit) || (char.IsHighSurrogate(unit) && !char.IsLowSurrogate(EscapedUnit(utf8[6..]))))
            {
                return true;
            }

            utf8 = utf8[Math.Min(char.IsHighSurrogate(unit) ? 12 : 2, utf8.Length)..];
        }

        return false;
    }

    // The UTF-16 unit of a \uXXXX at the start, or 0 where no such escape stands there.
    private static char EscapedUnit(ReadOnlySpan<byte> utf8) =>
        utf8.Length >= 6 && utf8[0] == '\\' && utf8[1] == 'u'
        && ushort.TryParse(utf8[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : '\0';
}

/// <summary>A strictly parsed JSON value.</summary>
/// <param name="element">The value.</param>
public sealed class JsonValue(JsonElement element)
{
    /// <summary>The value itself.</summary>
    public JsonElement Element { get; } = element;

    /// <summary>Redacted: the value may hold personal data.</summary>
    public override string ToString() => $"JSON {Element.ValueKind}";
}
