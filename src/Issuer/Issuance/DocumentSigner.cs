using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>The key that signs mdocs: readers look at its certificate more closely than those of other formats.</summary>
internal static class DocumentSigner
{
    /// <summary>Stops a program that would issue mdocs which no reader accepts.</summary>
    /// <exception cref="KeyDirectoryException">Says what is wrong with the certificate.</exception>
    public static void Check(SigningKey key, Deployment deployment)
    {
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
}
