using System.Buffers;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>
/// The parameters of a query or a form body (application/x-www-form-urlencoded), read strictly: none is there twice, all is
/// valid UTF-8. Parameters without a value count as left out (RFC 6749 §3.1). Holds secrets: redacted.
/// </summary>
public sealed class RequestParameters
{
    // RFC 8707 §2: the one parameter that may be repeated.
    private const string Resource = "resource";

    // What stands for itself: ASCII without the percent and the plus sign.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range(0, 128).Select(code => (char)code).Where(c => c is not ('%' or '+'))]);

    private const string ValuesMember = "parameters";
    private const string ResourcesMember = "resources";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, string> _values;

    private RequestParameters(Dictionary<string, string> values, IReadOnlyList<string> resources, bool isSigned) =>
        (_values, Resources, IsSigned) = (values, resources, isSigned);

    /// <summary>All parameters, unknown ones too, but <see cref="Resources"/>.</summary>
    public IReadOnlyDictionary<string, string> All => _values;

    /// <summary>Every value of <c>resource</c>, in the order in which they came.</summary>
    public IReadOnlyList<string> Resources { get; }

    /// <summary>True when they came in a request object whose signature was verified.</summary>
    public bool IsSigned { get; }

    /// <summary>The value, or null where it is missing or empty.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>Parameters that were parsed before, such as those of a stored request.</summary>
    public static RequestParameters Of(IEnumerable<KeyValuePair<string, string>> values, params IEnumerable<string> resources) =>
        new(new(values, StringComparer.Ordinal), [.. resources], isSigned: false);

    /// <summary>Parses a query (without its question mark) or a form body.</summary>
    public static Checked<RequestParameters> Parse(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        List<string>? resources = null;
        List<string>? empty = null;
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            var value = Decode(equals < 0 ? "" : pair[(equals + 1)..]);
            if (name is null || value is null)
            {
                return new Refusal(Rule.FormEncoding, OAuthErrors.InvalidRequest, "a parameter is not valid percent-encoded UTF-8");
            }

            if (name == Resource)
            {
                if (value.Length > 0)
                {
                    (resources ??= []).Add(value);
                }

                continue;
            }

            // RFC 6749 §3.1 and §3.2: parameters must not be included more than once.
            if (!values.TryAdd(name, value))
            {
                return new Refusal(Rule.DoubledParameter, OAuthErrors.InvalidRequest, "a parameter is there more than once");
            }

            if (value.Length == 0)
            {
                (empty ??= []).Add(name);
            }
        }

        empty?.ForEach(name => values.Remove(name));
        return new RequestParameters(values, resources ?? (IReadOnlyList<string>)[], isSigned: false);
    }

    /// <summary>What <see cref="WriteTo"/> wrote. Whether they were signed was checked before and is not kept.</summary>
    internal static RequestParameters Read(JsonElement json) => Of(
        json.GetProperty(ValuesMember).EnumerateObject().Select(member => KeyValuePair.Create(member.Name, member.Value.GetString()!)),
        json.StringsMember(ResourcesMember)!);

    /// <summary>Writes the parameters as members of an object.</summary>
    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject(ValuesMember);
        foreach (var (name, value) in _values)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.WriteStartArray(ResourcesMember);
        foreach (var resource in Resources)
        {
            writer.WriteStringValue(resource);
        }

        writer.WriteEndArray();
    }

    /// <summary>The parameters of a request object: only <see cref="RequestObject"/> makes them.</summary>
    internal static RequestParameters OfSigned(Dictionary<string, string> values, IReadOnlyList<string> resources) => new(values, resources, isSigned: true);

    /// <summary>Redacted.</summary>
    public override string ToString() => $"{_values.Count} parameters";

    // WHATWG URL §5.1, but strict: a percent sign needs two hexadecimal digits, and the bytes must be UTF-8.
    internal static string? Decode(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain))
        {
            return text;
        }

        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                if (!Rune.TryGetRuneAt(text, i, out var rune))
                {
                    return null;
                }

                length += (rune.Value == '+' ? new Rune(' ') : rune).EncodeToUtf8(bytes.AsSpan(length));
                i += rune.Utf16SequenceLength - 1;
                continue;
            }

            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                return null;
            }

            bytes[length++] = Convert.FromHexString(text.AsSpan(i + 1, 2))[0];
            i += 2;
        }

        return ToText(bytes.AsSpan(0, length));
    }

    private static string? ToText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
