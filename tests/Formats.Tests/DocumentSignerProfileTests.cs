using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats.Trust;

namespace IdentityPlatform.Formats.Tests;

/// <summary>A certificate of a document signer, and the same one with one thing changed.</summary>
public sealed class DocumentSignerProfileTests
{
    public static TheoryData<string, string> Faults() => new()
    {
        { "no country", "names no country" },
        { "RSA", "its key is on none" },
        { "no key usage", "its key usage" },
        { "key usage not critical", "its key usage" },
        { "key usage with more", "its key usage" },
        { "no extended key usage", "its extended key usage" },
        { "extended key usage not critical", "its extended key usage" },
        { "extended key usage of a reader", "its extended key usage" },
        { "extended key usage of nothing", "its extended key usage" },
        { "authority", "it is an authority" },
        { "no authority key", "its authority's key" },
        { "no own key", "its own key" },
        { "no alternative name", "alternative name of its issuer" },
        { "no pointer", "does not point to revocations" },
    };

    [Fact]
    public void A_certificate_with_everything_passes()
    {
        using var certificate = Make();
        Assert.Null(DocumentSignerProfile.Fault(certificate));
        Assert.Equal("RU", DocumentSignerProfile.Country(certificate));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_is_missing_or_wrong_is_named(string change, string fact)
    {
        using var certificate = Make(change);
        var fault = DocumentSignerProfile.Fault(certificate);
        Assert.Equal(FormatRule.Certificate, fault?.Rule);
        Assert.Contains(fact, fault!.Fact, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_faults_the_first_is_named()
    {
        string[] changes = ["no country", "RSA", "no key usage", "no extended key usage", "authority", "no authority key", "no own key", "no alternative name", "no pointer"];
        for (var first = 0; first < changes.Length; first++)
        {
            using var certificate = Make(changes[first..]);
            var fact = Faults().Single(row => row.Data.Item1 == changes[first]).Data.Item2;
            Assert.Contains(fact, DocumentSignerProfile.Fault(certificate)!.Fact, StringComparison.Ordinal);
        }
    }

    private static X509Certificate2 Make(params string[] changes)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        var name = changes.Contains("no country") ? "CN=Signer" : "CN=Signer, C=RU";
        var request = changes.Contains("RSA")
            ? new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(name, ecdsa, HashAlgorithmName.SHA256);
        foreach (var extension in Extensions(request, changes))
        {
            request.CertificateExtensions.Add(extension);
        }

        return request.CreateSelfSigned(TestKeys.Now.AddDays(-1), TestKeys.Now.AddDays(1));
    }

    private static List<X509Extension> Extensions(CertificateRequest request, string[] changes)
    {
        var usage = X509KeyUsageFlags.DigitalSignature | (changes.Contains("key usage with more") ? X509KeyUsageFlags.KeyCertSign : 0);
        var purpose = new Oid(changes.Contains("extended key usage of a reader") ? "1.0.18013.5.1.6" : DocumentSignerProfile.Usage);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri("https://authority.example"));
        var own = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        (string Absent, X509Extension Extension)[] all =
        [
            ("no key usage", new X509KeyUsageExtension(usage, critical: !changes.Contains("key usage not critical"))),
            ("no extended key usage", new X509EnhancedKeyUsageExtension(
                changes.Contains("extended key usage of nothing") ? [] : [purpose], critical: !changes.Contains("extended key usage not critical"))),
            ("no authority key", X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(own)),
            ("no own key", own),
            ("no alternative name", new X509Extension("2.5.29.18", names.Build().RawData, critical: false)),
            ("no pointer", CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(["https://authority.example/crl"])),
            ("", new X509BasicConstraintsExtension(changes.Contains("authority"), false, 0, critical: true)),
        ];
        return [.. all.Where(part => !changes.Contains(part.Absent)).Select(part => part.Extension)];
    }
}
