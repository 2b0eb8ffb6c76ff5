using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>A disclosure (RFC 9901 §4.2): salt, name and value of a member, or salt and value of an array's item.</summary>
public sealed class Disclosure
{
    private const string Part = "a disclosure";

    private readonly ReadOnlyMemory<byte> _encoded;
    private readonly JsonElement _array;

    private Disclosure(ReadOnlyMemory<byte> encoded, JsonElement array) => (_encoded, _array) = (encoded, array);

    /// <summary>The disclosure as received: what its digest covers.</summary>
    public string Encoded => Encoding.ASCII.GetString(_encoded.Span);

    /// <summary>The member's name; null for an item of an array.</summary>
    public string? Name => IsNamed ? _array[1].GetString() : null;

    /// <summary>The value, in which digests of further disclosures may stand.</summary>
    public JsonElement Value => _array[IsNamed ? 2 : 1];

    internal ReadOnlySpan<byte> Text => _encoded.Span;

    /// <summary>The name as it is spelled in JSON, without its quotes.</summary>
    internal ReadOnlySpan<byte> RawName => JsonMarshal.GetRawUtf8Value(_array[1])[1..^1];

    internal bool IsNamed => _array.GetArrayLength() == 3;

    /// <summary>Parses one disclosure.</summary>
    public static Parsed<Disclosure> Parse(string encoded, int maxBytes = StrictJson.DefaultMaxBytes)
    {
        if (encoded.Length > maxBytes)
        {
            return new FormatFailure(FormatRule.Size, $"a disclosure is longer than {maxBytes} characters");
        }

        var text = Encoding.ASCII.GetBytes(encoded);
        var json = new JsonParts(text.Length, null);
        var failure = json.Add(text, Part) ?? json.Read();
        return failure is null ? Take(ref json, text) : failure;
    }

    /// <summary>Redacted: a disclosure is personal data.</summary>
    public override string ToString() => Name is null ? "disclosure of an item" : $"disclosure of {Name}";

    /// <summary>Adds the JSON of disclosures to that of a message.</summary>
    /// <param name="json">The JSON of the message.</param>
    /// <param name="disclosures">The disclosures, each behind a tilde.</param>
    internal static FormatFailure? AddTo(ref JsonParts json, ReadOnlySpan<byte> disclosures)
    {
        while (!disclosures.IsEmpty)
        {
            var length = Length(disclosures);
            if (json.Add(disclosures.Slice(1, length), Part) is { } failure)
            {
                return failure;
            }

            disclosures = disclosures[(1 + length)..];
        }

        return null;
    }

    /// <summary>The disclosures whose JSON was added, after it has been read.</summary>
    internal static Parsed<Disclosure[]> TakeFrom(ref JsonParts json, ReadOnlyMemory<byte> disclosures, int count)
    {
        var taken = new Disclosure[count];
        for (var i = 0; i < count; i++)
        {
            var length = Length(disclosures.Span);
            if (Take(ref json, disclosures.Slice(1, length)).Failed(out var failure, out var disclosure))
            {
                return failure;
            }

            taken[i] = disclosure;
            disclosures = disclosures[(1 + length)..];
        }

        return taken;
    }

    // Of the first, which begins behind its tilde.
    private static int Length(ReadOnlySpan<byte> disclosures) => disclosures[1..].IndexOf((byte)'~') is var next && next < 0 ? disclosures.Length - 1 : next;

    private static Parsed<Disclosure> Take(ref JsonParts json, ReadOnlyMemory<byte> encoded)
    {
        var failure = json.Take(encoded.Span, Part, out var array);
        return failure is null ? Of(encoded, array) : failure;
    }

    private static Parsed<Disclosure> Of(ReadOnlyMemory<byte> encoded, JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            return NotThree();
        }

        var parts = array.GetArrayLength();
        if (parts is not (2 or 3) || array[0].ValueKind != JsonValueKind.String)
        {
            return NotThree();
        }

        if (parts == 2)
        {
            return new Disclosure(encoded, array);
        }

        var name = array[1];
        if (name.ValueKind != JsonValueKind.String)
        {
            return new FormatFailure(FormatRule.Disclosure, "the name of a disclosed member is a string");
        }

        // RFC 9901 §7.1(3.c.ii.2); _sd_alg is refused with them: §4.1.1 has it in the signed payload alone.
        return SdNames.IsReserved(name)
            ? new FormatFailure(FormatRule.Disclosure, $"'{name.GetString()}' may not be disclosed")
            : new Disclosure(encoded, array);
    }

    private static FormatFailure NotThree() => new FormatFailure(FormatRule.Disclosure, "a disclosure is an array of salt, name and value, or of salt and value");
}
