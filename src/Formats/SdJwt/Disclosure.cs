using System.Text.Json;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>A disclosure (RFC 9901 §4.2): salt, name and value of a member, or salt and value of an array's item.</summary>
public sealed class Disclosure
{
    private Disclosure(string encoded, string salt, string? name, JsonElement value) =>
        (Encoded, Salt, Name, Value) = (encoded, salt, name, value);

    /// <summary>The disclosure as received: what its digest covers.</summary>
    public string Encoded { get; }

    /// <summary>The member's name; null for an item of an array.</summary>
    public string? Name { get; }

    /// <summary>The value, in which digests of further disclosures may stand.</summary>
    public JsonElement Value { get; }

    internal string Salt { get; }

    /// <summary>Parses one disclosure.</summary>
    public static Parsed<Disclosure> Parse(string encoded, int maxBytes = StrictJson.DefaultMaxBytes)
    {
        if (encoded.Length > maxBytes)
        {
            return new FormatFailure(FormatRule.Size, $"a disclosure is longer than {maxBytes} characters");
        }

        if (Base64UrlText.Parse(encoded, "a disclosure").Failed(out var failure, out var bytes)
            || StrictJson.Parse(bytes, maxBytes).Failed(out failure, out var json))
        {
            return failure;
        }

        var array = json.Element;
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() is not (2 or 3) || array[0].ValueKind != JsonValueKind.String)
        {
            return new FormatFailure(FormatRule.Disclosure, "a disclosure is an array of salt, name and value, or of salt and value");
        }

        var salt = array[0].GetString()!;
        return array.GetArrayLength() == 2 ? new Disclosure(encoded, salt, null, array[1]) : Named(encoded, salt, array[1], array[2]);
    }

    /// <summary>Redacted: a disclosure is personal data.</summary>
    public override string ToString() => Name is null ? "disclosure of an item" : $"disclosure of {Name}";

    private static Parsed<Disclosure> Named(string encoded, string salt, JsonElement name, JsonElement value)
    {
        if (name.ValueKind != JsonValueKind.String)
        {
            return new FormatFailure(FormatRule.Disclosure, "the name of a disclosed member is a string");
        }

        // RFC 9901 §7.1(3.c.ii.2); _sd_alg is refused with them: §4.1.1 has it in the signed payload alone.
        return SdNames.IsReserved(name.GetString()!)
            ? new FormatFailure(FormatRule.Disclosure, $"'{name.GetString()}' may not be disclosed")
            : new Disclosure(encoded, salt, name.GetString(), value);
    }
}
