using System.Security.Cryptography;
using System.Text;

namespace IdentityPlatform.Hosting.Keys;

/// <summary>
/// Seals what the server keeps for itself (sector keys, the content of grants, a sign-up under way) with AES-256-GCM,
/// under a key derived from a secret that is not in the database.
/// </summary>
public sealed class Seal
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _encryption;
    private readonly byte[] _lookup;

    /// <summary>Derives the keys of one purpose.</summary>
    public Seal(byte[] secret, string purpose)
    {
        // RFC 5869: one secret, separate keys for separate uses.
        _encryption = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: Encoding.UTF8.GetBytes($"{purpose}/encryption"));
        _lookup = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: Encoding.UTF8.GetBytes($"{purpose}/lookup"));
    }

    /// <summary>Seals; <paramref name="context"/> says what the value belongs to and must be the same on opening.</summary>
    public byte[] Protect(ReadOnlySpan<byte> plain, string context)
    {
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = box.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_encryption, TagBytes);
        aes.Encrypt(nonce, plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(context));
        return box;
    }

    /// <summary>Opens, or answers null for what was not sealed here for this context.</summary>
    public byte[]? Unprotect(ReadOnlySpan<byte> box, string context)
    {
        if (box.Length < NonceBytes + TagBytes)
        {
            return null;
        }

        var plain = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(_encryption, TagBytes);
        try
        {
            aes.Decrypt(box[..NonceBytes], box[(NonceBytes + TagBytes)..], box[NonceBytes..(NonceBytes + TagBytes)], plain, Encoding.UTF8.GetBytes(context));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>A keyed hash to find a row by: who has the database alone can neither read nor guess what it stands for.</summary>
    public string LookupKey(string value) => Convert.ToHexStringLower(HMACSHA256.HashData(_lookup, Encoding.UTF8.GetBytes(value)));

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(Seal);
}
