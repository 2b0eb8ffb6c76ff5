using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Benchmarks.Servers;

/// <summary>The certificate of the key that signs requests for cards, as an authority would issue it. Nobody asks for a card here; without one the server does not start.</summary>
internal static class AccessCertificate
{
    /// <summary>Certifies the key of this file, by an authority that lives no longer than this call.</summary>
    /// <returns>The certificate in PEM.</returns>
    public static string Issue(string keyFile, string host)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=Benchmark authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = DateTimeOffset.UtcNow;
        using var root = authority.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));

        var jwk = JsonElement.Parse(File.ReadAllBytes(keyFile)).GetProperty("jwk");
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Coordinate(jwk, "x"), Y = Coordinate(jwk, "y") } });
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        using var leaf = request.Create(root, now.AddDays(-1), now.AddDays(1), [1]);
        return leaf.ExportCertificatePem();
    }

    private static byte[] Coordinate(JsonElement jwk, string name) => Base64UrlText.Parse(jwk.GetProperty(name).GetString(), name).OrThrow();
}
