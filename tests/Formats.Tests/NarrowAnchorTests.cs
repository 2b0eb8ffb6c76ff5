using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats.Trust;

namespace IdentityPlatform.Formats.Tests;

/// <summary>Anchors that are no self-signed root: an authority under another one, or the signer's own certificate.</summary>
public sealed class NarrowAnchorTests
{
    private readonly TestPki _pki = new();

    [Fact]
    public void An_authority_under_another_is_an_anchor_of_its_own()
    {
        Assert.Same(_pki.Intermediate, Assert.IsType<PathResult.Valid>(Validate([_pki.Leaf], [_pki.Intermediate])).Anchor);
        Assert.Equal(PathFault.NoAnchor, Invalid(Validate([_pki.Leaf], [])).Reason);
    }

    [Fact]
    public void Its_signature_is_checked()
    {
        var (impostor, impostorKey) = TestPki.Issue("CN=Intermediate", _pki.Root, _pki.RootKey, authority: true);
        var (forged, _) = TestPki.Issue("CN=Signer", impostor, impostorKey, authority: false);
        Assert.Equal((0, PathFault.Signature), At(Validate([forged], [_pki.Intermediate])));
        Assert.IsType<PathResult.Valid>(Validate([forged], [impostor]));
    }

    [Fact]
    public void Its_time_is_checked()
    {
        Assert.Equal(PathFault.Time, Invalid(Validate([_pki.Leaf], [_pki.Intermediate], TestKeys.Now.AddDays(6))).Reason);
        var (old, oldKey) = TestPki.Issue("CN=Old", _pki.Root, _pki.RootKey, authority: true, until: TestKeys.Now.AddDays(-1));
        var (leaf, _) = TestPki.Issue("CN=Signer", old, oldKey, authority: false);
        Assert.Equal((1, PathFault.Time), At(Validate([leaf], [old])));
    }

    [Fact]
    public void It_has_to_be_an_authority()
    {
        var (below, _) = TestPki.Issue("CN=Below", _pki.Leaf, _pki.LeafKey, authority: false);
        Assert.Equal(1, Invalid(Validate([below], [_pki.Leaf])).Link);
    }

    [Fact]
    public void The_signers_own_certificate_is_an_anchor_for_it_alone()
    {
        Assert.Same(_pki.Leaf, Assert.IsType<PathResult.Valid>(Validate([_pki.Leaf], [_pki.Leaf])).Anchor);
        var (sibling, _) = TestPki.Issue("CN=Sibling", _pki.Intermediate, _pki.IntermediateKey, authority: false);
        Assert.Equal((0, PathFault.NoAnchor), At(Validate([sibling], [_pki.Leaf])));
    }

    [Fact]
    public void A_signer_that_is_its_own_anchor_stands_alone_in_its_time_and_may_sign()
    {
        Assert.Equal((1, PathFault.NotInPath), At(Validate([_pki.Leaf, _pki.Intermediate], [_pki.Leaf])));
        Assert.Equal((0, PathFault.Time), At(Validate([_pki.Leaf], [_pki.Leaf], TestKeys.Now.AddDays(5).AddTicks(1))));
        Assert.Equal((0, PathFault.Time), At(Validate([_pki.Leaf], [_pki.Leaf], TestKeys.Now.AddDays(-5).AddTicks(-1))));

        // RFC 5280 §4.1.2.5: both ends belong to it.
        Assert.IsType<PathResult.Valid>(Validate([_pki.Leaf], [_pki.Leaf], TestKeys.Now.AddDays(5)));
        Assert.IsType<PathResult.Valid>(Validate([_pki.Leaf], [_pki.Leaf], TestKeys.Now.AddDays(-5)));
        var (mute, _) = TestPki.Issue("CN=Mute", _pki.Root, _pki.RootKey, authority: false, usage: X509KeyUsageFlags.KeyEncipherment);
        Assert.Equal((0, PathFault.KeyUsage), At(Validate([mute], [mute])));
    }

    [Fact]
    public void Certificates_are_read_from_PEM_whole_or_not_at_all()
    {
        var pem = $"the root\n{_pki.Root.ExportCertificatePem()}\nthe intermediate\n{_pki.Intermediate.ExportCertificatePem()}\n";
        Assert.Equal([_pki.Root.Subject, _pki.Intermediate.Subject], Expect.Accepted(PemCertificates.Parse(pem)).Select(certificate => certificate.Subject));
        Expect.Refused(FormatRule.Certificate, PemCertificates.Parse(""));
        Refused("block 2 ", pem + _pki.LeafKey.ExportPkcs8PrivateKeyPem());
        Expect.Refused(FormatRule.Certificate, PemCertificates.Parse(pem.Replace("-----END CERTIFICATE-----\nthe", "-----END CERT-----\nthe", StringComparison.Ordinal)));
        Refused("block 2 ", pem + PemEncoding.WriteString("CERTIFICATE", [1, 2, 3]));
        Refused("block 2 ", pem + PemEncoding.WriteString("TRUSTED CERTIFICATE", _pki.Root.RawData));

        static void Refused(string named, string text)
        {
            var parsed = PemCertificates.Parse(text);
            Expect.Refused(FormatRule.Certificate, parsed);
            Assert.StartsWith(named, parsed.Failed(out var failure, out _) ? failure.Fact : "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_text_has_so_many_certificates()
    {
        var pem = string.Concat(Enumerable.Repeat(_pki.Root.ExportCertificatePem() + "\n", 1024));
        Assert.Equal(1024, Expect.Accepted(PemCertificates.Parse(pem)).Count);
        Expect.Refused(FormatRule.Certificate, PemCertificates.Parse(pem + _pki.Root.ExportCertificatePem()));
    }

    private static PathResult Validate(X509Certificate2[] chain, X509Certificate2[] anchors, DateTimeOffset? now = null)
    {
        using var parsed = Expect.Accepted(X5c.Parse(TestPki.Header(chain)));
        return CertificatePath.Validate(parsed, anchors, now ?? TestKeys.Now);
    }

    private static PathResult.Invalid Invalid(PathResult result) => Assert.IsType<PathResult.Invalid>(result);

    private static (int Link, PathFault Reason) At(PathResult result) => (Invalid(result).Link, Invalid(result).Reason);
}
