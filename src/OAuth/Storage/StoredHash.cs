using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>Secrets of this server are 32 random bytes, and the database knows their SHA-256 alone: no slow hash is needed for what cannot be guessed.</summary>
internal static class StoredHash
{
    // 48 bits of milliseconds in hexadecimal, and 16 random bytes in base64url.
    private const int OrderChars = 12;
    private const int NameChars = OrderChars + 22;

    /// <summary>A new secret of 256 bits as text.</summary>
    public static string NewSecret() => Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));

    /// <summary>
    /// A new name of 128 random bits that begins with the time, for a row that is no secret: rows of one moment stand beside each
    /// other, so that a group of commits writes few pages and not one for each.
    /// </summary>
    public static string NewOrderedName(DateTimeOffset now) => OrderOf(now) + Base64UrlText.Encode(RandomNumberGenerator.GetBytes(16));

    /// <summary>The <see cref="NewOrderedName"/> that a longer secret begins with; of anything else a name that no row has.</summary>
    public static string NameIn(string secret) => secret.Length > NameChars ? secret[..NameChars] : "";

    public static byte[] Of(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>The hash as text, for keys of the one-time store.</summary>
    public static string TextOf(string secret) => Base64UrlText.Encode(Of(secret));

    // Hexadecimal digits sort as their numbers do; those of base64url do not.
    private static string OrderOf(DateTimeOffset now) => now.ToUnixTimeMilliseconds().ToString($"x{OrderChars}", CultureInfo.InvariantCulture);
}
