using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdentityPlatform.Formats.Tests;

/// <summary>A certificate authority of three levels; each certificate valid for ten days around <see cref="TestKeys.Now"/> unless asked otherwise.</summary>
internal sealed class TestPki
{
    private static byte _serial = 1;

    public TestPki()
    {
        (Root, RootKey) = SelfSigned("CN=Root");
        (Intermediate, IntermediateKey) = Issue("CN=Intermediate", Root, RootKey, authority: true);
        (Leaf, LeafKey) = Issue("CN=Signer", Intermediate, IntermediateKey, authority: false);
    }

    public X509Certificate2 Root { get; }

    public ECDsa RootKey { get; }

    public X509Certificate2 Intermediate { get; }

    public ECDsa IntermediateKey { get; }

    public X509Certificate2 Leaf { get; }

    public ECDsa LeafKey { get; }

    public static (X509Certificate2 Certificate, ECDsa Key) SelfSigned(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key, authority: true, X509KeyUsageFlags.KeyCertSign);
        using var certificate = request.CreateSelfSigned(TestKeys.Now.AddDays(-10), TestKeys.Now.AddDays(10));
        return (X509CertificateLoader.LoadCertificate(certificate.RawData), key);
    }

    public static (X509Certificate2 Certificate, ECDsa Key) Issue(
        string name,
        X509Certificate2 issuer,
        ECDsa issuerKey,
        bool authority,
        X509KeyUsageFlags? usage = null,
        DateTimeOffset? from = null,
        DateTimeOffset? until = null)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key, authority, usage ?? (authority ? X509KeyUsageFlags.KeyCertSign : X509KeyUsageFlags.DigitalSignature));
        var generator = X509SignatureGenerator.CreateForECDsa(issuerKey);
        using var certificate = request.Create(
            issuer.SubjectName, generator, from ?? TestKeys.Now.AddDays(-5), until ?? TestKeys.Now.AddDays(5), [_serial++]);
        return (X509CertificateLoader.LoadCertificate(certificate.RawData), key);
    }

    public static JsonElement Header(params X509Certificate2[] chain) =>
        TestKeys.Json($$"""{"x5c":[{{string.Join(',', chain.Select(certificate => $"\"{Convert.ToBase64String(certificate.RawData)}\""))}}]}""");

    private static CertificateRequest Request(string name, ECDsa key, bool authority, X509KeyUsageFlags usage)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        return request;
    }
}
