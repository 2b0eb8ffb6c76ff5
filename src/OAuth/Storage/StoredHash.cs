using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>Secrets of this server are 32 random bytes, and the database knows their SHA-256 alone: no slow hash is needed for what cannot be guessed.</summary>
internal static class StoredHash
{
    private const int OrderBytes = 6;
    private const int OrderChars = OrderBytes * 2;

    /// <summary>A new secret of 256 bits as text.</summary>
    public static string NewSecret() => Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));

    /// <summary>
    /// A new secret of 256 bits that begins with the time: rows of one moment stand beside each other, so that a group of commits
    /// writes few pages and not one for each.
    /// </summary>
    public static string NewOrderedSecret(DateTimeOffset now) => OrderOf(now) + NewSecret();

    /// <summary>A new name of 128 random bits that begins with the time, for a row that is no secret.</summary>
    public static string NewOrderedName(DateTimeOffset now) => OrderOf(now) + Base64UrlText.Encode(RandomNumberGenerator.GetBytes(16));

    /// <summary>The hash of a <see cref="NewOrderedSecret"/>, behind the time that it begins with; of anything else a hash that no row has.</summary>
    public static byte[] OfOrdered(string secret)
    {
        var key = new byte[OrderBytes + SHA256.HashSizeInBytes];
        _ = secret.Length > OrderChars && Convert.FromHexString(secret.AsSpan(0, OrderChars), key, out _, out _) == OperationStatus.Done;
        Of(secret).CopyTo(key, OrderBytes);
        return key;
    }

    public static byte[] Of(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>The hash as text, for keys of the one-time store.</summary>
    public static string TextOf(string secret) => Base64UrlText.Encode(Of(secret));

    // Hexadecimal digits sort as their numbers do; those of base64url do not.
    private static string OrderOf(DateTimeOffset now) => now.ToUnixTimeMilliseconds().ToString($"x{OrderChars}", CultureInfo.InvariantCulture);
}
