using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Conformance.Harness;

namespace IdentityPlatform.Conformance.Programs;

/// <summary>A certification authority of the suite: the operator's part of setting a server up.</summary>
internal sealed class SuiteAuthority : IDisposable
{
    // RFC 5280 §4.2.1.12
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa _pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public SuiteAuthority(string name)
    {
        var request = new CertificateRequest($"CN={name}", _pair, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 1, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(900));
    }

    public X509Certificate2 Root { get; }

    /// <summary>Writes the anchor as PEM and gives the file.</summary>
    public string WriteRoot(string folder)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{Root.GetNameInfo(X509NameType.SimpleName, false)}.pem");
        File.WriteAllText(file, Root.ExportCertificatePem());
        return file;
    }

    /// <summary>A leaf for a key of the suite.</summary>
    public X509Certificate2 Issue(SuiteKey key, string name) => Issue(new CertificateRequest($"CN={name}", (ECDsa)key.Pair, HashAlgorithmName.SHA256), null, null);

    /// <summary>A certificate for TLS clients, with its private key.</summary>
    public X509Certificate2 IssueToClient(string name)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", pair, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(ClientAuthentication)], critical: false));
        using var leaf = Issue(request, null, null);
        using var whole = leaf.CopyWithPrivateKey(pair);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Answers the certificate request that <c>keys create</c> left beside the key of a role, with <c>keys certify</c>.</summary>
    public Task CertifyAsync(ChildServer server, string role, string? usage) => CertifyAsync(server, role, usage, server.KeysDirectory);

    /// <summary>The same for another key directory of the program, whose verbs stand below another one.</summary>
    public async Task CertifyAsync(ChildServer server, string role, string? usage, string directory, params string[] below)
    {
        var name = Path.GetFileNameWithoutExtension(Directory.GetFiles(directory, $"{role}-*.csr").Single());
        var pem = await File.ReadAllTextAsync(Path.Combine(directory, $"{name}.csr"));
        var request = CertificateRequest.LoadSigningRequestPem(pem, HashAlgorithmName.SHA256);
        using var leaf = Issue(new(new X500DistinguishedName($"C=RU, CN=Suite {role}"), request.PublicKey, HashAlgorithmName.SHA256), server.Url, usage);
        var file = Path.Combine(directory, $"{name}.pem");
        await File.WriteAllTextAsync(file, leaf.ExportCertificatePem());
        await server.RunVerbAsync([.. below, "keys", "certify", "--name", name, "--certificates", file]);
    }

    public void Dispose()
    {
        Root.Dispose();
        _pair.Dispose();
    }

    private X509Certificate2 Issue(CertificateRequest request, string? url, string? usage)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Root, true, false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        if (url is not null)
        {
            names.AddUri(new Uri(url));
        }

        request.CertificateExtensions.Add(names.Build());
        if (usage is not null)
        {
            // ISO/IEC 18013-5 annex B.1.4: a document signer's usage is critical, and it names its issuer and where revocations are.
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(usage)], true));
            var issuer = new SubjectAlternativeNameBuilder();
            issuer.AddUri(new Uri("https://authority.test"));
            request.CertificateExtensions.Add(new X509Extension("2.5.29.18", issuer.Build().RawData, false));
            request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(["http://authority.test/suite.crl"]));
        }

        return request.Create(Root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(800), RandomNumberGenerator.GetBytes(16));
    }
}
