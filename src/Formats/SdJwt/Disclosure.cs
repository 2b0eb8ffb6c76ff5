using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>A disclosure (RFC 9901 §4.2): salt, name and value of a member, or salt and value of an array's item.</summary>
public sealed class Disclosure
{
    private readonly ReadOnlyMemory<byte> _encoded;
    private readonly JsonElement _array;
    private string? _name;

    private Disclosure(ReadOnlyMemory<byte> encoded, JsonElement array, JsonElement value) => (_encoded, _array, Value) = (encoded, array, value);

    /// <summary>The disclosure as received: what its digest covers.</summary>
    public string Encoded => Encoding.ASCII.GetString(_encoded.Span);

    /// <summary>The member's name; null for an item of an array.</summary>
    public string? Name => IsNamed ? _name ??= _array[1].GetString() : null;

    /// <summary>The value, in which digests of further disclosures may stand.</summary>
    public JsonElement Value { get; }

    internal ReadOnlySpan<byte> Text => _encoded.Span;

    /// <summary>The name as it is spelled in JSON, without its quotes.</summary>
    internal ReadOnlySpan<byte> RawName => JsonMarshal.GetRawUtf8Value(_array[1])[1..^1];

    internal bool IsNamed => _array.GetArrayLength() == 3;

    /// <summary>Parses one disclosure.</summary>
    public static Parsed<Disclosure> Parse(string encoded, int maxBytes = StrictJson.DefaultMaxBytes) =>
        DisclosureReader.Read([Encoding.ASCII.GetBytes(encoded)], maxBytes, null).Failed(out var failure, out var disclosures) ? failure : disclosures[0];

    /// <summary>Redacted: a disclosure is personal data.</summary>
    public override string ToString() => Name is null ? "disclosure of an item" : $"disclosure of {Name}";

    internal static Parsed<Disclosure> Of(ReadOnlyMemory<byte> encoded, JsonElement array)
    {
        var parts = array.GetArrayLength();
        if (parts is not (2 or 3) || array[0].ValueKind != JsonValueKind.String)
        {
            return new FormatFailure(FormatRule.Disclosure, "a disclosure is an array of salt, name and value, or of salt and value");
        }

        if (parts == 2)
        {
            return new Disclosure(encoded, array, array[1]);
        }

        var name = array[1];
        if (name.ValueKind != JsonValueKind.String)
        {
            return new FormatFailure(FormatRule.Disclosure, "the name of a disclosed member is a string");
        }

        // RFC 9901 §7.1(3.c.ii.2); _sd_alg is refused with them: §4.1.1 has it in the signed payload alone.
        return SdNames.IsReserved(name)
            ? new FormatFailure(FormatRule.Disclosure, $"'{name.GetString()}' may not be disclosed")
            : new Disclosure(encoded, array, array[2]);
    }
}
