using System.Security.Cryptography;

namespace IdentityPlatform.Hosting.PersonKeys;

/// <summary>AES-256-GCM (NIST SP 800-38D) as one block: version, nonce of 96 random bits, ciphertext, tag of 128 bits.</summary>
internal static class SealedBytes
{
    public const int KeySize = 32;
    private const byte Version = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    /// <summary>The cipher of a key: to make one costs as much as to use it.</summary>
    public static AesGcm CipherOf(ReadOnlySpan<byte> key) => new(key, TagSize);

    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> context, ReadOnlySpan<byte> plain)
    {
        using var cipher = CipherOf(key);
        return Seal(cipher, context, plain);
    }

    public static byte[] Seal(AesGcm cipher, ReadOnlySpan<byte> context, ReadOnlySpan<byte> plain)
    {
        var block = new byte[1 + NonceSize + plain.Length + TagSize];
        block[0] = Version;
        var nonce = block.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        cipher.Encrypt(nonce, plain, block.AsSpan(1 + NonceSize, plain.Length), block.AsSpan(^TagSize), context);
        return block;
    }

    /// <exception cref="CryptographicException">Not a block of this key and context.</exception>
    public static byte[] Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> context, ReadOnlySpan<byte> block)
    {
        using var cipher = CipherOf(key);
        return Open(cipher, context, block);
    }

    /// <exception cref="CryptographicException">Not a block of this key and context.</exception>
    public static byte[] Open(AesGcm cipher, ReadOnlySpan<byte> context, ReadOnlySpan<byte> block)
    {
        if (block.Length < 1 + NonceSize + TagSize || block[0] != Version)
        {
            throw new CryptographicException("Not a sealed block of a known version.");
        }

        var plain = new byte[block.Length - 1 - NonceSize - TagSize];
        cipher.Decrypt(block.Slice(1, NonceSize), block.Slice(1 + NonceSize, plain.Length), block[^TagSize..], plain, context);
        return plain;
    }
}
