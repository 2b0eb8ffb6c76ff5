using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Benchmarks.Library;

/// <summary>An issuer's key, with a certificate of ordinary size, and holders' keys.</summary>
internal static class IssuerKey
{
    private static readonly DateTimeOffset From = DateTimeOffset.UnixEpoch;

    public static SigningKey Create() => CreateUnderAuthority().Key;

    /// <summary>The key, and the certificate of the authority that certified it.</summary>
    public static (SigningKey Key, X509Certificate2 Authority) CreateUnderAuthority()
    {
        using var root = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var anchor = new CertificateRequest("CN=Benchmark root, C=RU", root, HashAlgorithmName.SHA256);
        anchor.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        anchor.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        anchor.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(anchor.PublicKey, false));
        using var authority = anchor.CreateSelfSigned(From, From.AddYears(100));
        var request = new CertificateRequest("CN=Benchmark signer, C=RU", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(Card.Issuer));
        request.CertificateExtensions.Add(names.Build());
        using var leaf = request.Create(authority, From, From.AddYears(100), RandomNumberGenerator.GetBytes(16));

        // As a server has its keys: read from a file.
        var file = JsonElement.Parse(JsonText.Write(writer => PrivateJwk.Write(writer, key, "bench")));
        return (PrivateJwk.Parse(file, [leaf.RawData]).OrThrow(), X509CertificateLoader.LoadCertificate(authority.RawData));
    }

    public static IReadOnlyList<Jwk> Holders(int count) => [.. HolderKeys(count).Select(key => key.PublicKey)];

    public static IReadOnlyList<SigningKey> HolderKeys(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256)))];

    /// <summary>What no mint can be faster than: a signature over a digest that is there already, and nothing else.</summary>
    public static OwnRunner BareSigning()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] digest = RandomNumberGenerator.GetBytes(32), signature = new byte[64];
        return new("limit", () => key.TrySignHash(digest, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out var length) ? length : 0);
    }
}
