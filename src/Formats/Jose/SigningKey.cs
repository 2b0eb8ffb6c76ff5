using System.Buffers.Text;
using System.Security.Cryptography;

namespace IdentityPlatform.Formats.Jose;

/// <summary>
/// A private key that signs with one algorithm. Wraps the framework's key object, so that a key in a PKCS#11 token
/// signs as one in memory does. One object per key, shared between threads without a lock: signing reads the key, in a context
/// that no other call has at the same time (OpenSSL counts references atomically and locks an RSA key's blinding itself), and
/// one key per thread would gain some five per cent.
/// </summary>
public sealed class SigningKey : IDisposable
{
    /// <summary>The longest signature: of an RSA key of 8,192 bits.</summary>
    internal const int MaxSignatureBytes = 1024;

    private readonly ECDsa? _ecdsa;
    private readonly RSA? _rsa;
    private readonly EcSigner? _signer;
    private volatile JoseHeader? _header;

    private SigningKey(JwsAlgorithm algorithm, Jwk jwk, IReadOnlyList<byte[]> chain, ECDsa? ecdsa, RSA? rsa, EcSigner? signer = null) =>
        (Algorithm, PublicKey, CertificateChain, _ecdsa, _rsa, _signer) = (algorithm, jwk, chain, ecdsa, rsa, signer);

    /// <summary>The one algorithm of this key.</summary>
    public JwsAlgorithm Algorithm { get; }

    /// <summary>The public half, with its <c>kid</c>.</summary>
    public Jwk PublicKey { get; }

    /// <summary>The key id: the one given, else the RFC 7638 thumbprint.</summary>
    public string KeyId => PublicKey.KeyId!;

    /// <summary>The <c>x5c</c> chain in DER, leaf first, without the trust anchor (HAIP §6.1.1); empty where the key has no certificate.</summary>
    public IReadOnlyList<byte[]> CertificateChain { get; }

    /// <summary>Takes ownership of an EC key; its curve decides the algorithm.</summary>
    public static SigningKey From(ECDsa key, string? keyId = null, IReadOnlyList<byte[]>? chain = null) => From(key, null, keyId, chain);

    /// <summary>Takes ownership of an EC key that lies in this process's memory, and not in a token.</summary>
    internal static SigningKey InMemory(ECParameters parameters, string? keyId, IReadOnlyList<byte[]>? chain)
    {
        if (!EcPublicKey.HasOpenSsl)
        {
            return From(ECDsa.Create(parameters), keyId, chain);
        }

        var key = new ECDsaOpenSsl();
        try
        {
            key.ImportParameters(parameters);
            return From(key, new EcSigner(key), keyId, chain);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static SigningKey From(ECDsa key, EcSigner? signer, string? keyId, IReadOnlyList<byte[]>? chain)
    {
        var algorithm = key.KeySize switch { 256 => JwsAlgorithm.ES256, 384 => JwsAlgorithm.ES384, _ => JwsAlgorithm.ES512 };
        return new(algorithm, Jwk.Of(key, keyId ?? Jwk.Of(key).ThumbprintText()), chain ?? [], key, null, signer);
    }

    /// <summary>Takes ownership of an RSA key.</summary>
    /// <exception cref="ArgumentException">The algorithm is none of RSA's.</exception>
    public static SigningKey From(RSA key, JwsAlgorithm algorithm, string? keyId = null, IReadOnlyList<byte[]>? chain = null)
    {
        if (algorithm.Curve() is not null)
        {
            throw new ArgumentException("An RSA key signs with PS256 or RS256.", nameof(algorithm));
        }

        return new(algorithm, Jwk.Of(key, keyId ?? Jwk.Of(key).ThumbprintText(), algorithm), chain ?? [], null, key);
    }

    /// <summary>Signs; ECDSA in the fixed-length form of RFC 7518 §3.4.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        Span<byte> signature = stackalloc byte[MaxSignatureBytes];
        return signature[..Sign(data, signature)].ToArray();
    }

    /// <summary>Signs into a buffer of <see cref="MaxSignatureBytes"/> and answers how long the signature is.</summary>
    internal int Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        // Hashed here: the framework would copy the data before it hashes them.
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        hash = hash[..Digests.Hash(Algorithm.Hash(), data, hash)];
        if (_signer is not null)
        {
            return _signer.Sign(hash, signature);
        }

        int length;
        var signed = _ecdsa is not null
            ? _ecdsa.TrySignHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out length)
            : _rsa!.TrySignHash(hash, signature, Algorithm.Hash(), Algorithm == JwsAlgorithm.PS256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1, out length);
        return signed ? length : throw new CryptographicException($"A signature is longer than {MaxSignatureBytes} bytes.");
    }

    /// <summary>The JOSE header in base64url that this key's last JWT had, or a new one: most keys sign one type, with the same chain, again and again.</summary>
    internal byte[] HeaderOf(string type, KeyReference reference, Func<SigningKey, string, KeyReference, byte[]> write)
    {
        // One object, read and replaced whole: threads that race write the same bytes twice.
        if (_header is not { } last || last.Reference != reference || last.Type != type)
        {
            _header = last = new(type, reference, Base64Url.EncodeToUtf8(write(this, type, reference)));
        }

        return last.Text;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _signer?.Dispose();
        _ecdsa?.Dispose();
        _rsa?.Dispose();
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => $"{Algorithm} key {KeyId}";

    private sealed record JoseHeader(string Type, KeyReference Reference, byte[] Text);
}
