using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Tests.Catalogue;

namespace IdentityPlatform.Issuer.Tests.Issuance;

public sealed class DocumentSignerTests
{
    private static readonly string ExampleKeys = Path.GetFullPath(Path.Combine(CatalogueFiles.Directory, "..", "..", "..", "..", "keys.example", "card-issuer-signer"));

    [Fact]
    public void The_example_signer_may_sign_mdocs()
    {
        using var signer = Signer.Load(ExampleKeys);
        var key = signer.Active(KeyRole.Credentials);
        using var leaf = X509CertificateLoader.LoadCertificate(key.CertificateChain[0]);
        Assert.Null(DocumentSignerProfile.Fault(leaf));
        DocumentSigner.Check(key, CatalogueFiles.Shipped());
    }

    [Fact]
    public void Another_signer_stops_the_start_and_the_reason_is_told()
    {
        using var signer = Signer.Load(Path.Combine(Path.GetDirectoryName(ExampleKeys)!, "card-issuer"));
        var status = Assert.Throws<KeyDirectoryException>(() => DocumentSigner.Check(signer.Active(KeyRole.Status), CatalogueFiles.Shipped()));
        Assert.Contains("its certificate has no extended key usage that sets it apart", status.Message, StringComparison.Ordinal);
        using var door = Signer.Load(Path.Combine(Path.GetDirectoryName(ExampleKeys)!, "event-door"));
        var reader = Assert.Throws<KeyDirectoryException>(() => DocumentSigner.Check(door.Active(KeyRole.RequestObjects), CatalogueFiles.Shipped()));
        Assert.Contains("its subject names no country", reader.Message, StringComparison.Ordinal);
        using var bare = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var none = Assert.Throws<KeyDirectoryException>(() => DocumentSigner.Check(bare, CatalogueFiles.Shipped()));
        Assert.Contains("has no certificate", none.Message, StringComparison.Ordinal);
    }
}
