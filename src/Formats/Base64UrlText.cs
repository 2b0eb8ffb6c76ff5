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

    internal static FormatFailure NotBase64Url(string what) => new(FormatRule.Base64Url, $"{what} is not unpadded base64url");

    private static readonly System.Buffers.SearchValues<char> Alphabet =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static bool IsEncoding(ReadOnlySpan<char> text) => text.Length % 4 != 1 && !text.ContainsAnyExcept(Alphabet) && !HasSpareBits(text);

    // RFC 4648 §3.5: the bits of the last character that carry no data are zero in the one canonical encoding.
    private static bool HasSpareBits(ReadOnlySpan<char> text) => (text.Length % 4) switch
    {
        2 => (ValueOf(text[^1]) & 0b1111) != 0,
        3 => (ValueOf(text[^1]) & 0b11) != 0,
        _ => false,
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
