using System.Buffers;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IdentityPlatform.Formats;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>A distinguished name in the text form of RFC 4514, to be compared with a certificate's part by part and letter by letter.</summary>
internal sealed class DistinguishedName
{
    private const string Escapable = "\"+,;<>\\ #=";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // RFC 4514 §3, and three that certificates of organisations bear.
    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["CN"] = "2.5.4.3",
        ["L"] = "2.5.4.7",
        ["ST"] = "2.5.4.8",
        ["O"] = "2.5.4.10",
        ["OU"] = "2.5.4.11",
        ["C"] = "2.5.4.6",
        ["STREET"] = "2.5.4.9",
        ["DC"] = "0.9.2342.19200300.100.1.25",
        ["UID"] = "0.9.2342.19200300.100.1.1",
        ["serialNumber"] = "2.5.4.5",
        ["organizationIdentifier"] = "2.5.4.97",
        ["emailAddress"] = "1.2.840.113549.1.9.1",
    };

    // In the order of the text: the most specific first.
    private readonly IReadOnlyList<(string Type, string Value)> _parts;

    private DistinguishedName(IReadOnlyList<(string Type, string Value)> parts) => _parts = parts;

    public static Parsed<DistinguishedName> Parse(string text)
    {
        var parts = new List<(string, string)>();
        var rest = text.AsSpan();
        while (true)
        {
            rest = rest.TrimStart(' ');
            var equals = rest.IndexOf('=');
            if (equals < 1 || TypeOf(rest[..equals].ToString()) is not { } type || ReadValue(rest[(equals + 1)..], out var length) is not { Length: > 0 } value)
            {
                return new FormatFailure(FormatRule.Structure, "is no distinguished name of RFC 4514 with one value in each part");
            }

            parts.Add((type, value));
            rest = rest[(equals + 1 + length)..];
            if (rest.IsEmpty)
            {
                return new DistinguishedName(parts);
            }

            rest = rest[1..];
        }
    }

    public bool Equals(X500DistinguishedName name)
    {
        var own = name.EnumerateRelativeDistinguishedNames(reversed: true).ToList();
        return own.Count == _parts.Count && own.Zip(_parts).All(pair =>
            !pair.First.HasMultipleElements
            && pair.First.GetSingleElementType().Value == pair.Second.Type
            && pair.First.GetSingleElementValue() == pair.Second.Value);
    }

    private static string? TypeOf(string text) =>
        Types.GetValueOrDefault(text) ?? (text.Split('.') is { Length: > 2 } numbers && numbers.All(number => number.Length > 0 && number.All(char.IsAsciiDigit)) ? text : null);

    // RFC 4514 §2.4, up to the comma or the end. A plus, which adds a second value, and hexadecimal DER are not read.
    private static string? ReadValue(ReadOnlySpan<char> text, out int length)
    {
        length = 0;
        if (text.StartsWith("#"))
        {
            return null;
        }

        var bytes = new List<byte>();
        for (; length < text.Length && text[length] != ','; length++)
        {
            var c = text[length];
            if (c == '\\')
            {
                if (ReadEscape(text[(length + 1)..], bytes) is not (> 0 and var used))
                {
                    return null;
                }

                length += used;
            }
            else if (c is '+' or '"' or ';' or '<' or '>' or '\0' || Rune.DecodeFromUtf16(text[length..], out var rune, out var units) != OperationStatus.Done)
            {
                return null;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
                length += units - 1;
            }
        }

        return ToText(bytes);
    }

    // The number of characters that follow the backslash, or 0.
    private static int ReadEscape(ReadOnlySpan<char> text, List<byte> bytes)
    {
        if (text.Length > 0 && Escapable.Contains(text[0], StringComparison.Ordinal))
        {
            bytes.Add((byte)text[0]);
            return 1;
        }

        if (text.Length > 1 && byte.TryParse(text[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
        {
            bytes.Add(octet);
            return 2;
        }

        return 0;
    }

    private static string? ToText(List<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
