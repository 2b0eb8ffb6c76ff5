using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.Formats;

/// <summary>
/// Base64url without padding (RFC 7515 §2), strict: what decodes encodes to the same text again.
/// The framework's decoder accepts padding, white space and set spare bits; this one refuses them.
/// </summary>
public static class Base64UrlText
{
    /// <summary>Encodes without padding.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>Decodes, or answers false for anything that is not the one encoding of some bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = IsEncoding(text) ? Base64Url.DecodeFromChars(text) : null;
        return bytes is not null;
    }

    /// <summary>Decodes into memory that is there, and says how many bytes it took; false for anything that is not the one encoding of some bytes.</summary>
    /// <exception cref="ArgumentException">The memory is too short.</exception>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes, out int length)
    {
        length = 0;
        if (!IsEncoding(text))
        {
            return false;
        }

        length = Base64Url.DecodeFromChars(text, bytes);
        return true;
    }

    /// <summary>Decodes, or gives a failure that names <paramref name="what"/>.</summary>
    public static Parsed<byte[]> Parse(ReadOnlySpan<char> text, string what) =>
        TryDecode(text, out var bytes) ? bytes : NotBase64Url(what);

    /// <summary>Decodes text that is in ASCII already; otherwise the same.</summary>
    internal static bool TryDecode(ReadOnlySpan<byte> ascii, Span<byte> bytes, out int length)
    {
        length = 0;
        if (!IsEncoding(ascii))
        {
            return false;
        }

        length = Base64Url.DecodeFromUtf8(ascii, bytes);
        return true;
    }

    /// <summary>Decodes text that is in ASCII already, or gives a failure that names <paramref name="what"/>.</summary>
    public static Parsed<byte[]> Parse(ReadOnlySpan<byte> ascii, string what) => IsEncoding(ascii) ? Base64Url.DecodeFromUtf8(ascii) : NotBase64Url(what);

    internal static FormatFailure NotBase64Url(string what) => new(FormatRule.Base64Url, $"{what} is not unpadded base64url");

    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly SearchValues<byte> AsciiAlphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    private static bool IsEncoding(ReadOnlySpan<char> text) =>
        text.IsEmpty || (!text.ContainsAnyExcept(Alphabet) && IsWhole(text.Length, text[^1]));

    /// <summary>True for the one encoding of some bytes.</summary>
    internal static bool IsEncoding(ReadOnlySpan<byte> ascii) =>
        ascii.IsEmpty || (!ascii.ContainsAnyExcept(AsciiAlphabet) && IsWhole(ascii.Length, (char)ascii[^1]));

    // RFC 4648 §3.5: the bits of the last character that carry no data are zero in the one canonical encoding.
    private static bool IsWhole(int length, char last) => (length % 4) switch
    {
        0 => true,
        1 => false,
        2 => (ValueOf(last) & 0b1111) == 0,
        _ => (ValueOf(last) & 0b11) == 0,
    };

    private static int ValueOf(char c) => c switch
    {
        >= 'A' and <= 'Z' => c - 'A',
        >= 'a' and <= 'z' => c - 'a' + 26,
        >= '0' and <= '9' => c - '0' + 52,
        '-' => 62,
        _ => 63,
    };
}
