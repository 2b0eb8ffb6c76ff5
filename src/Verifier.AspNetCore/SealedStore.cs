using System.Security.Cryptography;
using System.Text;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>
/// A store that cannot read what it keeps: the secret of a handle gives the name under which a value is kept and the key under which it is encrypted, and
/// the store sees neither the secret nor the key.
/// </summary>
internal sealed class SealedStore(IPresentationStore store)
{
    private const int NameBytes = 32;
    private const int KeyBytes = 32;

    public async ValueTask<bool> PutAsync(string purpose, string secret, byte[] value, DateTimeOffset expiresAt, DateTimeOffset now, CancellationToken ct)
    {
        var (name, key) = Derive(purpose, secret);
        return await store.PutAsync(name, Seal(key, value), expiresAt, now, ct);
    }

    public async ValueTask<byte[]?> FindAsync(string purpose, string secret, DateTimeOffset now, CancellationToken ct)
    {
        var (name, key) = Derive(purpose, secret);
        return await store.FindAsync(name, now, ct) is { } kept ? Open(key, kept) : null;
    }

    public async ValueTask<byte[]?> TakeAsync(string purpose, string secret, DateTimeOffset now, CancellationToken ct)
    {
        var (name, key) = Derive(purpose, secret);
        return await store.TakeAsync(name, now, ct) is { } kept ? Open(key, kept) : null;
    }

    // RFC 5869. Secrets are 192 random bits; what a caller makes up leads to a name under which nothing is kept.
    private static (string Name, byte[] Key) Derive(string purpose, string secret)
    {
        Span<byte> derived = stackalloc byte[NameBytes + KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), derived, [], Encoding.ASCII.GetBytes($"presentation {purpose}"));
        return (Convert.ToHexStringLower(derived[..NameBytes]), derived[NameBytes..].ToArray());
    }

    // NIST SP 800-38D: a random nonce of 96 bits; a key encrypts two values at the most.
    private static byte[] Seal(byte[] key, byte[] value)
    {
        var sealedValue = new byte[AesGcm.NonceByteSizes.MaxSize + AesGcm.TagByteSizes.MaxSize + value.Length];
        var (nonce, tag, text) = Parts(sealedValue);
        RandomNumberGenerator.Fill(nonce.Span);
        using var aes = new AesGcm(key, tag.Length);
        aes.Encrypt(nonce.Span, value, text.Span, tag.Span);
        CryptographicOperations.ZeroMemory(value);
        return sealedValue;
    }

    // What was altered in the store is not there.
    private static byte[]? Open(byte[] key, byte[] sealedValue)
    {
        if (sealedValue.Length < AesGcm.NonceByteSizes.MaxSize + AesGcm.TagByteSizes.MaxSize)
        {
            return null;
        }

        var (nonce, tag, text) = Parts(sealedValue);
        var value = new byte[text.Length];
        using var aes = new AesGcm(key, tag.Length);
        try
        {
            aes.Decrypt(nonce.Span, text.Span, tag.Span, value);
            return value;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static (Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> Text) Parts(byte[] sealedValue)
    {
        var (nonce, tag) = (AesGcm.NonceByteSizes.MaxSize, AesGcm.TagByteSizes.MaxSize);
        return (sealedValue.AsMemory(0, nonce), sealedValue.AsMemory(nonce, tag), sealedValue.AsMemory(nonce + tag));
    }
}
