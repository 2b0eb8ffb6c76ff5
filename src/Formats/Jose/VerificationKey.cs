using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdentityPlatform.Formats.Jose;

/// <summary>A public key ready to verify with. Import costs more than a verification: keep one object per long-lived key.</summary>
public sealed class VerificationKey : IDisposable
{
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
                ? new VerificationKey(jwk, ImportEc(jwk), null)
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
        if (certificate.GetECDsaPublicKey() is { } ecdsa)
        {
            return new VerificationKey(Jwk.Of(ecdsa), ecdsa, null);
        }

        return certificate.GetRSAPublicKey() is { KeySize: >= 2048 } rsa
            ? new VerificationKey(Jwk.Of(rsa), null, rsa)
            : new FormatFailure(FormatRule.Key, "the certificate's key is neither EC nor RSA of 2048 bits or more");
    }

    /// <summary>True when the signature is valid. A key of another kind or curve than the algorithm's verifies nothing.</summary>
    public bool Verify(JwsAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (algorithm.Curve() is { } curve)
        {
            return _ecdsa is not null && Jwk.Curve == curve
                && _ecdsa.VerifyData(data, signature, algorithm.Hash(), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        var padding = algorithm == JwsAlgorithm.PS256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        return _rsa is not null && _rsa.VerifyData(data, signature, algorithm.Hash(), padding);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ecdsa?.Dispose();
        _rsa?.Dispose();
    }

    private static ECDsa ImportEc(Jwk jwk) => ECDsa.Create(new ECParameters
    {
        Curve = jwk.Curve switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            _ => ECCurve.NamedCurves.nistP521,
        },
        Q = new ECPoint { X = jwk.First, Y = jwk.Second },
    });
}
