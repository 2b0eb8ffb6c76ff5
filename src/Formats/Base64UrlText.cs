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
        bytes = null;
        if (text.Length % 4 == 1 || text.ContainsAnyExcept(Alphabet) || HasSpareBits(text))
        {
            return false;
        }

        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }

    /// <summary>Decodes, or gives a failure that names <paramref name="what"/>.</summary>
    public static Parsed<byte[]> Parse(ReadOnlySpan<char> text, string what) =>
        TryDecode(text, out var bytes) ? bytes : new FormatFailure(FormatRule.Base64Url, $"{what} is not unpadded base64url");

    private static readonly System.Buffers.SearchValues<char> Alphabet =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

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
