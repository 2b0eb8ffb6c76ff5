using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Verifier.Testing;

/// <summary>A certificate authority for tests: valid a year before its time, and nine after it.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly DateTimeOffset _from;

    /// <summary>Makes an authority.</summary>
    /// <param name="name">The common name.</param>
    /// <param name="now">The time at which it is valid.</param>
    public TestAuthority(string name, DateTimeOffset now)
    {
        _from = now.AddYears(-1);
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Certificate = request.CreateSelfSigned(_from, now.AddYears(9));
    }

    /// <summary>Its certificate: an anchor.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>A new key with a certificate of this authority, and no anchor behind it.</summary>
    /// <param name="name">The common name.</param>
    /// <param name="uri">The URI in the certificate, with which an <c>iss</c> is compared.</param>
    /// <param name="usage">An extended key usage (an OID), or null.</param>
    public SigningKey Certify(string name, Uri uri, string? usage = null)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        if (usage is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        }

        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(uri);
        request.CertificateExtensions.Add(names.Build());
        using var leaf = request.Create(Certificate, _from, _from.AddYears(9), RandomNumberGenerator.GetBytes(16));
        return SigningKey.From(key, chain: [leaf.RawData]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }
}
