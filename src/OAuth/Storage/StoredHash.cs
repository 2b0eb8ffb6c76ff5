using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>Secrets of this server are 32 random bytes, and the database knows their SHA-256 alone: no slow hash is needed for what cannot be guessed.</summary>
internal static class StoredHash
{
    /// <summary>A new secret of 256 bits as text.</summary>
    public static string NewSecret() => Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));

    public static byte[] Of(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>The hash as text, for keys of the one-time store.</summary>
    public static string TextOf(string secret) => Base64UrlText.Encode(Of(secret));
}
