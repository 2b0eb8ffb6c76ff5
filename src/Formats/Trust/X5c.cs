using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace IdentityPlatform.Formats.Trust;

/// <summary>The <c>x5c</c> header (RFC 7515 §4.1.6) in the profile of HAIP §6.1.1.</summary>
public static class X5c
{
    private const int MaxCertificateBytes = 16 * 1024;

    /// <summary>
    /// Parses the chain of a JOSE header: ordinary base64 of DER, leaf first, without the trust anchor or any other
    /// self-signed certificate. Says nothing about trust: that is <see cref="CertificatePath"/>.
    /// </summary>
    public static Parsed<X5cChain> Parse(JsonElement header, int maxCertificates = 4)
    {
        if (header.StringsMember("x5c") is not { Count: > 0 } encoded)
        {
            return new FormatFailure(FormatRule.Member, "x5c is missing, empty, or no array of strings");
        }

        return ReadAll(encoded, ReadText, maxCertificates);
    }

    /// <summary>
    /// Parses a chain of certificates in DER (<c>x5chain</c>, RFC 9360 §2): leaf first, without the trust anchor or any other
    /// self-signed certificate. Says nothing about trust: that is <see cref="CertificatePath"/>.
    /// </summary>
    public static Parsed<X5cChain> ParseDer(IReadOnlyList<ReadOnlyMemory<byte>> certificates, int maxCertificates = 4) => certificates.Count == 0
        ? new FormatFailure(FormatRule.Member, "the chain has no certificate")
        : ReadAll(certificates, der => Read(der.Span), maxCertificates);

    private static Parsed<X5cChain> ReadAll<T>(IReadOnlyList<T> encoded, Func<T, Parsed<X509Certificate2>> read, int maxCertificates)
    {
        if (encoded.Count > maxCertificates)
        {
            return new FormatFailure(FormatRule.Size, $"the chain has more than {maxCertificates} certificates");
        }

        var certificates = new List<X509Certificate2>(encoded.Count);
        foreach (var item in encoded)
        {
            if (read(item).Failed(out var failure, out var certificate))
            {
                certificates.ForEach(earlier => earlier.Dispose());
                return failure;
            }

            certificates.Add(certificate);
        }

        return new X5cChain(certificates);
    }

    private static Parsed<X509Certificate2> ReadText(string text) => ReadAny(text).Failed(out var failure, out var certificate) ? failure : NotSelfIssued(certificate);

    private static Parsed<X509Certificate2> Read(ReadOnlySpan<byte> der) => ReadAny(der).Failed(out var failure, out var certificate) ? failure : NotSelfIssued(certificate);

    private static Parsed<X509Certificate2> NotSelfIssued(X509Certificate2 certificate)
    {
        if (!IsSelfIssued(certificate))
        {
            return certificate;
        }

        certificate.Dispose();
        return new FormatFailure(FormatRule.Certificate, "the chain holds a self-signed certificate");
    }

    /// <summary>Reads ordinary base64 of exactly one certificate in DER, self-signed or not.</summary>
    internal static Parsed<X509Certificate2> ReadAny(string text)
    {
        if (text.Length > MaxCertificateBytes)
        {
            return new FormatFailure(FormatRule.Size, "a certificate is larger than 16 KiB");
        }

        // The framework's decoder forgives white space: what was decoded must encode to the same text.
        var der = new byte[text.Length];
        return Convert.TryFromBase64String(text, der, out var length) && Convert.ToBase64String(der.AsSpan(0, length)) == text
            ? ReadAny(der.AsSpan(0, length))
            : new FormatFailure(FormatRule.Certificate, "x5c is not ordinary base64");
    }

    /// <summary>Reads exactly one certificate in DER, self-signed or not.</summary>
    internal static Parsed<X509Certificate2> ReadAny(ReadOnlySpan<byte> der)
    {
        if (der.Length > MaxCertificateBytes)
        {
            return new FormatFailure(FormatRule.Size, "a certificate is larger than 16 KiB");
        }

        try
        {
            var certificate = X509CertificateLoader.LoadCertificate(der);

            // The loader reads PEM as well, and forgives bytes behind the end.
            if (!certificate.RawData.AsSpan().SequenceEqual(der))
            {
                certificate.Dispose();
                return new FormatFailure(FormatRule.Certificate, "a certificate is not exactly one DER structure");
            }

            return certificate;
        }
        catch (CryptographicException)
        {
            return new FormatFailure(FormatRule.Certificate, "a certificate is not DER");
        }
    }

    private static bool IsSelfIssued(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}

/// <summary>A certificate chain as received: well formed, and not trusted.</summary>
public sealed class X5cChain : IDisposable
{
    internal X5cChain(IReadOnlyList<X509Certificate2> certificates) => Certificates = certificates;

    /// <summary>The certificates, leaf first, without the anchor.</summary>
    public IReadOnlyList<X509Certificate2> Certificates { get; }

    /// <summary>The certificate of the signer.</summary>
    public X509Certificate2 Leaf => Certificates[0];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var certificate in Certificates)
        {
            certificate.Dispose();
        }
    }
}
