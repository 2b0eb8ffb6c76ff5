using System.Buffers;
using System.Globalization;
using System.Text;

namespace IdentityPlatform.Formats.Jose;

/// <summary>The normal form in which RFC 9449 §4.3 compares URLs: RFC 3986 §6.2.2 and §6.2.3, without query and fragment.</summary>
internal static class HttpUrl
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%");

    /// <summary>The normal form, or null for what is no absolute http(s) URL.</summary>
    public static string? Normalize(string url)
    {
        // The framework's parser mends what it is given (back slashes, white space): only characters of RFC 3986 go in.
        if (url.AsSpan().ContainsAnyExcept(Allowed)
            || !url.Contains("://", StringComparison.Ordinal)
            || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.UserInfo.Length > 0)
        {
            return null;
        }

        var path = DecodeUnreserved(uri.AbsolutePath);
        return path is null ? null : string.Create(CultureInfo.InvariantCulture, $"{uri.Scheme}://{uri.Host.ToLowerInvariant()}:{uri.Port}{path}");
    }

    // RFC 3986 §6.2.2.1 and §6.2.2.2: hexadecimal digits in upper case, unreserved characters as themselves.
    private static string? DecodeUnreserved(string path)
    {
        var text = new StringBuilder(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] != '%')
            {
                text.Append(path[i]);
                continue;
            }

            if (i + 2 >= path.Length || !byte.TryParse(path.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                return null;
            }

            var c = (char)octet;
            _ = char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~'
                ? text.Append(c)
                : text.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
            i += 2;
        }

        return text.ToString();
    }
}
