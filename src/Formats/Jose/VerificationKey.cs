using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdentityPlatform.Formats.Jose;

/// <summary>A public key ready to verify with. Import costs more than a verification: keep one object per long-lived key.</summary>
public sealed class VerificationKey : IDisposable
{
    /// <summary>No signature is longer: that of an RSA key of 8192 bits.</summary>
    internal const int MaxSignatureBytes = 1024;

    private readonly ECDsa? _ecdsa;
    private readonly RSA? _rsa;

    private VerificationKey(Jwk jwk, ECDsa? ecdsa, RSA? rsa) => (Jwk, _ecdsa, _rsa) = (jwk, ecdsa, rsa);

    /// <summary>The key as a JWK.</summary>
    public Jwk Jwk { get; }

    /// <summary>Imports a key; a point off its curve is refused (<see cref="FormatRule.Key"/>).</summary>
    public static Parsed<VerificationKey> Import(Jwk jwk)
    {
        try
        {
            return jwk.KeyType == "EC"
                ? new VerificationKey(jwk, EcPublicKey.Import(jwk), null)
                : new VerificationKey(jwk, null, RSA.Create(new RSAParameters { Modulus = jwk.First, Exponent = jwk.Second }));
        }
        catch (CryptographicException)
        {
            return new FormatFailure(FormatRule.Key, "the key is no valid public key");
        }
    }

    /// <summary>The key of a certificate.</summary>
    public static Parsed<VerificationKey> Of(X509Certificate2 certificate)
    {
        try
        {
            if (certificate.GetECDsaPublicKey() is { } ecdsa)
            {
                return new VerificationKey(Jwk.Of(ecdsa), ecdsa, null);
            }

            if (certificate.GetRSAPublicKey() is { KeySize: >= 2048 and <= 8192 } rsa)
            {
                return new VerificationKey(Jwk.Of(rsa), null, rsa);
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException)
        {
            // A certificate is input: a key that the framework cannot read, or one on another curve, is refused like any other.
        }

        return new FormatFailure(FormatRule.Key, "the certificate's key is neither EC on a known curve nor RSA of 2048 to 8192 bits");
    }

    /// <summary>
    /// True when the signature is valid. A key of another kind or curve than the algorithm's verifies nothing, and neither does
    /// one whose <c>alg</c> or <c>use</c> says that it is for something else (RFC 8725 §3.1).
    /// </summary>
    public bool Verify(JwsAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (Jwk.Use is not (null or "sig") || (Jwk.Algorithm is { } only && only != algorithm.Name()))
        {
            return false;
        }

        if (algorithm.Curve() is { } curve)
        {
            return _ecdsa is not null && Jwk.Curve == curve && VerifyEc(_ecdsa, algorithm.Hash(), data, signature);
        }

        var padding = algorithm == JwsAlgorithm.PS256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        return _rsa is not null && _rsa.VerifyData(data, signature, algorithm.Hash(), padding);
    }

    // In OpenSSL's own form of a signature: the framework would convert the fixed-length form at the price of a kilobyte.
    private bool VerifyEc(ECDsa key, HashAlgorithmName algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes], der = stackalloc byte[EcSignature.MaxDerBytes];
        return signature.Length == 2 * Jwk.First.Length
            && key.VerifyHash(
                digest[..Digests.Hash(algorithm, data, digest)],
                der[..EcSignature.WriteDer(signature, der)],
                DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ecdsa?.Dispose();
        _rsa?.Dispose();
    }
}
