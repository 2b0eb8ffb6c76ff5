using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace IdentityPlatform.Hosting.PersonKeys;

/// <summary>The key of one person, read once for everything that a request opens and seals of theirs, one after the other. Zeroed when disposed.</summary>
public sealed class PersonKey : IDisposable
{
    private readonly string _personId;
    private readonly byte[] _key;
    private AesGcm? _cipher;

    internal PersonKey(string personId, byte[] key) => (_personId, _key) = (personId, key);

    /// <summary>Encrypts. The ciphertext opens for the same person and purpose only.</summary>
    public byte[] Protect(string purpose, ReadOnlySpan<byte> plain) => SealedBytes.Seal(Cipher, Context(_personId, purpose), plain);

    /// <summary>Decrypts.</summary>
    /// <exception cref="CryptographicException">The ciphertext was altered, or belongs to another person or purpose.</exception>
    public byte[] Unprotect(string purpose, ReadOnlySpan<byte> cipher) => SealedBytes.Open(Cipher, Context(_personId, purpose), cipher);

    public void Dispose()
    {
        _cipher?.Dispose();
        CryptographicOperations.ZeroMemory(_key);
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(PersonKey);

    private AesGcm Cipher => _cipher ??= SealedBytes.CipherOf(_key);

    // Length-prefixed, so that no two pairs of person and purpose share a context.
    internal static byte[] Context(string personId, string purpose) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{personId.Length}:{personId}{purpose}"));
}
