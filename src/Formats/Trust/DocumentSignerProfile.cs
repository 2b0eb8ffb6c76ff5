using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Trust;

/// <summary>
/// What the certificate of a document signer has in it (ISO/IEC 18013-5 annex B.1.4), beside a valid path: readers of mdocs
/// refuse one that lacks any of it. How long it is valid (457 days at most) is for its authority to keep.
/// </summary>
public static class DocumentSignerProfile
{
    /// <summary>The extended key usage of document signers.</summary>
    public const string Usage = "1.0.18013.5.1.2";

    private const string IssuerAlternativeName = "2.5.29.18";
    private const string RevocationPointer = "2.5.29.31";
    private const string CountryName = "2.5.4.6";

    /// <summary>The first thing that is missing or wrong, or null.</summary>
    public static FormatFailure? Fault(X509Certificate2 certificate) =>
        Missing(Country(certificate) is { Length: 2 }, "its subject names no country")
        ?? Missing(HasCurve(certificate), "its key is on none of P-256, P-384 and P-521")
        ?? Missing(Find<X509KeyUsageExtension>(certificate) is { Critical: true, KeyUsages: X509KeyUsageFlags.DigitalSignature }, "its key usage is not digitalSignature alone, and critical")
        ?? Missing(IsForDocuments(certificate), $"its extended key usage is not {Usage}, and critical")
        ?? Missing(Find<X509BasicConstraintsExtension>(certificate) is not { CertificateAuthority: true }, "it is an authority")
        ?? Missing(Find<X509AuthorityKeyIdentifierExtension>(certificate)?.KeyIdentifier is not null, "it does not identify its authority's key")
        ?? Missing(Find<X509SubjectKeyIdentifierExtension>(certificate) is not null, "it does not identify its own key")
        ?? Missing(certificate.Extensions[IssuerAlternativeName] is not null, "it has no alternative name of its issuer")
        ?? Missing(certificate.Extensions[RevocationPointer] is not null, "it does not point to revocations");

    /// <summary>The <c>countryName</c> of the subject, or null.</summary>
    public static string? Country(X509Certificate2 certificate)
    {
        try
        {
            return certificate.SubjectName.EnumerateRelativeDistinguishedNames()
                .FirstOrDefault(part => !part.HasMultipleElements && part.GetSingleElementType().Value == CountryName)?.GetSingleElementValue();
        }
        catch (CryptographicException)
        {
            // A certificate is input: a name that cannot be read names no country.
            return null;
        }
    }

    private static FormatFailure? Missing(bool holds, string fact) =>
        holds ? null : new FormatFailure(FormatRule.Certificate, $"the certificate is not that of a document signer: {fact}");

    private static bool HasCurve(X509Certificate2 certificate)
    {
        VerificationKey.Of(certificate).Succeeded(out var key, out _);
        using (key)
        {
            return key?.Jwk.KeyType == "EC";
        }
    }

    private static bool IsForDocuments(X509Certificate2 certificate) =>
        Find<X509EnhancedKeyUsageExtension>(certificate) is { Critical: true } usage && usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == Usage);

    private static T? Find<T>(X509Certificate2 certificate)
        where T : X509Extension => certificate.Extensions.OfType<T>().FirstOrDefault();
}
