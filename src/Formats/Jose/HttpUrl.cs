using System.Buffers;
using System.Globalization;

namespace IdentityPlatform.Formats.Jose;

/// <summary>The normal form in which RFC 9449 §4.3 compares URLs: RFC 3986 §6.2.2 and §6.2.3, without query and fragment.</summary>
internal static class HttpUrl
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%");

    /// <summary>The normal form, or null for what is no absolute http(s) URL, or names a user.</summary>
    public static string? Normalize(string url)
    {
        // The framework's parser mends what it is given (back slashes, white space, escapes that are none): only URLs of RFC 3986 go in.
        if (url.AsSpan().ContainsAnyExcept(Allowed)
            || HasBrokenEscape(url)
            || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || HasUser(url))
        {
            return null;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{uri.Scheme}://{uri.Host}:{uri.Port}{WithUpperDigits(uri.AbsolutePath)}");
    }

    // RFC 3986 §2.1: two hexadecimal digits.
    private static bool HasBrokenEscape(string url)
    {
        for (var at = url.IndexOf('%', StringComparison.Ordinal); at >= 0; at = url.IndexOf('%', at + 1))
        {
            if (at + 2 >= url.Length || !char.IsAsciiHexDigit(url[at + 1]) || !char.IsAsciiHexDigit(url[at + 2]))
            {
                return true;
            }
        }

        return false;
    }

    // RFC 9110 §4.2.4: not even an empty one. The authority stands between the first two slashes and the next delimiter (RFC 3986 §3.2).
    private static bool HasUser(ReadOnlySpan<char> url)
    {
        var rest = url[(url.IndexOf("//") + 2)..];
        return rest.IndexOfAny("@/?#") is >= 0 and var at && rest[at] == '@';
    }

    // RFC 3986 §6.2.2.1. The framework has put the host into lower case, and unreserved characters as themselves (§6.2.2.2); a path begins with a slash.
    private static string WithUpperDigits(string path) => string.Create(path.Length, path, (text, from) =>
    {
        from.CopyTo(text);
        for (var i = 2; i < text.Length; i++)
        {
            if (from[i - 1] == '%' || from[i - 2] == '%')
            {
                text[i] = char.ToUpperInvariant(from[i]);
            }
        }
    });
}
