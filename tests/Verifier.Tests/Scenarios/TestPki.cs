using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Verifier.Tests.Scenarios;

/// <summary>An authority with its certificate, which signs leaf certificates.</summary>
internal sealed class TestAuthority
{
    private static readonly DateTimeOffset From = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _key;

    public TestAuthority(string name)
    {
        _key = FixedKeys.Of(name);
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Certificate = request.CreateSelfSigned(From, From.AddYears(10));
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>A signing key with a chain of one leaf.</summary>
    public SigningKey Sign(string name, string? uri = null, string? dns = null, DateTimeOffset? until = null, string? usage = null)
    {
        var key = FixedKeys.Of($"{Certificate.Subject} {name}");
        return SigningKey.From(key, chain: [Certify(key, name, uri, dns, until, usage)]);
    }

    /// <summary>A certificate for a key whose private part is then needed in a file.</summary>
    public (byte[] Certificate, ECParameters Key) Certify(string name, string dns, ECDsa key) =>
        (Certify(key, name, null, dns, null, null), key.ExportParameters(includePrivateParameters: true));

    private byte[] Certify(ECDsa key, string name, string? uri, string? dns, DateTimeOffset? until, string? usage)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        if (usage is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        }

        var names = new SubjectAlternativeNameBuilder();
        names.AddEmailAddress("signer@example.org");
        if (uri is not null)
        {
            names.AddUri(new Uri(uri));
        }

        if (dns is not null)
        {
            names.AddDnsName(dns);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        using var leaf = request.Create(Certificate, From, until ?? From.AddYears(9), RandomNumberGenerator.GetBytes(16));
        return leaf.RawData;
    }

    /// <summary>A key whose chain is this authority's own certificate: what x5c must not be.</summary>
    public SigningKey AsSelfSigned() => SigningKey.From(_key, chain: [Certificate.RawData]);
}

/// <summary>The keys that all scenarios share: making them anew for each would be most of the tests' time.</summary>
internal static class TestPki
{
    public const string Issuer = "https://issuer.example.org";
    public const string CardType = "https://example.org/vct/compatriot-card/1";
    public const string OtherType = "https://example.org/vct/work-patent/1";
    public const string StatusUri = "https://status.example.org/c/17";

    public static TestAuthority CardAuthority { get; } = new("Card issuer authority");

    public static TestAuthority StatusAuthority { get; } = new("Status authority");

    public static TestAuthority OtherAuthority { get; } = new("Authority of somebody else");

    public static TestAuthority AccessAuthority { get; } = new("Access authority");

    public static SigningKey CardSigner { get; } = CardAuthority.Sign("Card signer", Issuer);

    public static SigningKey StatusSigner { get; } = StatusAuthority.Sign("Status signer", Issuer);

    public static SigningKey Stranger { get; } = OtherAuthority.Sign("Stranger", Issuer);

    public static SigningKey Door { get; } = AccessAuthority.Sign("Door", dns: "localhost");

    public static SigningKey BundleRoot { get; } = SigningKey.From(FixedKeys.Of("Bundle root"));

    /// <summary>The holder's key, for agreements and for signatures.</summary>
    public static ECDiffieHellman HolderAgreement { get; } = ECDiffieHellman.Create(FixedKeys.Of("Holder").ExportParameters(includePrivateParameters: true));

    public static SigningKey Holder { get; } = SigningKey.From(FixedKeys.Of("Holder"));

    public static SigningKey OtherHolder { get; } = NewKey();

    public static SigningKey NewKey() => SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
}

/// <summary>Keys that are the same in every run, so that what is written once can be held against what is written anew. They protect nothing.</summary>
internal static class FixedKeys
{
    public static ECDsa Of(string name) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        D = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes("identity platform test key: " + name)),
    });
}
