using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Benchmarks.Library;

/// <summary>An issuer's key, with a certificate of ordinary size, and holders' keys.</summary>
internal static class IssuerKey
{
    public static SigningKey Create()
    {
        using var root = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (from, until) = (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var anchor = new CertificateRequest("CN=Benchmark root, C=RU", root, HashAlgorithmName.SHA256);
        anchor.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        anchor.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(anchor.PublicKey, false));
        using var authority = anchor.CreateSelfSigned(from, until);
        var request = new CertificateRequest("CN=Benchmark signer, C=RU", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        using var leaf = request.Create(authority, from, until, RandomNumberGenerator.GetBytes(16));
        return SigningKey.From(key, "bench", [leaf.RawData]);
    }

    public static IReadOnlyList<Jwk> Holders(int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Jwk.Of(key);
    })];

    /// <summary>What no mint can be faster than: a signature over a digest that is there already, and nothing else.</summary>
    public static OwnRunner BareSigning()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] digest = RandomNumberGenerator.GetBytes(32), signature = new byte[64];
        return new("limit", () => key.TrySignHash(digest, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out var length) ? length : 0);
    }
}
