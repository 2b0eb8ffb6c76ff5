using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>The key that signs cards: what its certificate has to say.</summary>
internal static class DocumentSigner
{
    /// <summary>
    /// Stops a signer whose cards any other key under the same root could sign too, such as that of the web process for status lists;
    /// and one that would issue mdocs which no reader accepts.
    /// </summary>
    /// <exception cref="KeyDirectoryException">Says what is wrong with the certificate.</exception>
    public static void Check(SigningKey key, Deployment deployment)
    {
        if (key.CertificateChain.Count > 0 && UsageOf(key.CertificateChain[0]) is null)
        {
            throw new KeyDirectoryException($"Key {key.KeyId} signs cards: its certificate has no extended key usage that sets it apart from those of other signers.");
        }

        if (deployment.Configurations.All(configuration => configuration.Format != CredentialFormat.MsoMdoc))
        {
            return;
        }

        if (key.CertificateChain.Count == 0)
        {
            throw new KeyDirectoryException($"Key {key.KeyId} signs mdocs and has no certificate: have it certified by an IACA root.");
        }

        using var leaf = X509CertificateLoader.LoadCertificate(key.CertificateChain[0]);
        if (DocumentSignerProfile.Fault(leaf) is { } fault)
        {
            throw new KeyDirectoryException($"Key {key.KeyId} signs mdocs: {fault.Fact}.");
        }

        // ISO/IEC 18013-5 §9.3.3: what the document says of its country is compared with its signer's.
        if (DocumentSignerProfile.Country(leaf) != deployment.Country)
        {
            throw new KeyDirectoryException($"Key {key.KeyId} signs mdocs: its certificate is of {DocumentSignerProfile.Country(leaf)}, and the cards are of {deployment.Country}.");
        }
    }

    /// <summary>The extended key usage of a certificate; null where it has none.</summary>
    public static string? UsageOf(byte[] certificate)
    {
        using var leaf = X509CertificateLoader.LoadCertificate(certificate);
        return leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(usage => usage.EnhancedKeyUsages.Cast<Oid>()).FirstOrDefault()?.Value;
    }
}
