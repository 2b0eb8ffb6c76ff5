using System.Security.Cryptography;
using System.Text;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>
/// A refresh token that rotates: a handle of 256 bits that stays, and a secret of 256 bits that changes. The secret of now is kept
/// under the one before, so that its holder can be told again, and the database alone tells nobody. Redacted.
/// </summary>
internal sealed class RotatingToken
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private static readonly byte[] Purpose = "oauth-refresh-successor"u8.ToArray();

    private RotatingToken(string handle, string secret) => (Handle, Secret, SecretHash) = (handle, secret, StoredHash.Of(secret));

    public string Handle { get; }

    public byte[] SecretHash { get; }

    public string Text => $"{Handle}.{Secret}";

    private string Secret { get; }

    public static RotatingToken New() => new(StoredHash.NewSecret(), StoredHash.NewSecret());

    /// <summary>Null for a token of another form.</summary>
    public static RotatingToken? Parse(string text) => text.Split('.') is [{ Length: > 0 } handle, { Length: > 0 } secret] ? new(handle, secret) : null;

    /// <summary>The same family with a new secret.</summary>
    public RotatingToken Next() => new(Handle, StoredHash.NewSecret());

    /// <summary>The successor's secret, readable with this one's alone.</summary>
    public byte[] Seal(RotatingToken next)
    {
        var plain = Encoding.ASCII.GetBytes(next.Secret);
        var box = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(Key(), TagBytes);
        aes.Encrypt(box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes, plain.Length), box.AsSpan(^TagBytes..));
        return box;
    }

    /// <summary>The successor again.</summary>
    /// <exception cref="CryptographicException">It was sealed under another secret.</exception>
    public RotatingToken Open(ReadOnlySpan<byte> box)
    {
        var plain = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(Key(), TagBytes);
        aes.Decrypt(box[..NonceBytes], box.Slice(NonceBytes, plain.Length), box[^TagBytes..], plain);
        return new(Handle, Encoding.ASCII.GetString(plain));
    }

    public override string ToString() => "rotating refresh token";

    // RFC 5869: the secret is random already, so that extracting and expanding once is enough.
    private byte[] Key() => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.ASCII.GetBytes(Secret), 32, info: Purpose);
}
