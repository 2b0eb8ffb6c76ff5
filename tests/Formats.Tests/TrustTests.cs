using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats.Trust;

namespace IdentityPlatform.Formats.Tests;

public sealed class TrustTests
{
    private readonly TestPki _pki = new();

    [Fact]
    public void A_chain_to_an_anchor_is_valid_and_names_it()
    {
        var (other, _) = TestPki.SelfSigned("CN=Other");
        var result = Validate([_pki.Leaf, _pki.Intermediate], [other, _pki.Root]);
        Assert.Same(_pki.Root, Assert.IsType<PathResult.Valid>(result).Anchor);
        Assert.Equal("valid", result.Match(_ => "valid", _ => "invalid"));
    }

    [Fact]
    public void A_leaf_directly_below_its_anchor_is_valid()
    {
        var (leaf, _) = TestPki.Issue("CN=Direct", _pki.Root, _pki.RootKey, authority: false);
        Assert.IsType<PathResult.Valid>(Validate([leaf], [_pki.Root]));
    }

    [Fact]
    public void An_unknown_anchor_is_named_with_those_that_were_tried()
    {
        var (other, _) = TestPki.SelfSigned("CN=Other");
        var invalid = Invalid(PathFault.NoAnchor, Validate([_pki.Leaf, _pki.Intermediate], [other]));
        Assert.Equal(["CN=Other"], invalid.TriedAnchors);
        Assert.Equal(1, invalid.Link);
        Invalid(PathFault.NoAnchor, Validate([_pki.Leaf, _pki.Intermediate], []));
    }

    [Fact]
    public void An_anchor_of_the_same_name_with_another_key_does_not_help()
    {
        var (impostor, _) = TestPki.SelfSigned("CN=Root");
        Assert.Equal(1, Invalid(PathFault.Signature, Validate([_pki.Leaf, _pki.Intermediate], [impostor])).Link);
    }

    [Fact]
    public void Two_anchors_of_one_name_are_both_tried()
    {
        var (second, _) = TestPki.SelfSigned("CN=Root");
        Assert.Same(_pki.Root, Assert.IsType<PathResult.Valid>(Validate([_pki.Leaf, _pki.Intermediate], [_pki.Root, second])).Anchor);
        Assert.Same(_pki.Root, Assert.IsType<PathResult.Valid>(Validate([_pki.Leaf, _pki.Intermediate], [second, _pki.Root])).Anchor);
    }

    [Fact]
    public void A_missing_intermediate_breaks_the_path_and_nothing_is_fetched() =>
        Assert.Equal(0, Invalid(PathFault.NoAnchor, Validate([_pki.Leaf], [_pki.Root])).Link);

    [Fact]
    public void What_is_missing_is_not_fetched_from_where_the_leaf_says()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var leaf = Leaf(new X509AuthorityInformationAccessExtension(null, [$"http://{listener.LocalEndpoint}/intermediate"]));
        Invalid(PathFault.NoAnchor, Validate([leaf], [_pki.Root]));
        Assert.False(listener.Pending());
        Assert.IsType<PathResult.Valid>(Validate([leaf, _pki.Intermediate], [_pki.Root]));
    }

    [Fact]
    public void Every_certificate_must_be_valid_at_the_time()
    {
        Assert.IsType<PathResult.Valid>(Validate([_pki.Leaf, _pki.Intermediate], [_pki.Root], TestKeys.Now.AddDays(5).AddSeconds(-1)));
        Assert.Equal(0, Invalid(PathFault.Time, Validate([_pki.Leaf, _pki.Intermediate], [_pki.Root], TestKeys.Now.AddDays(5).AddSeconds(1))).Link);
        Assert.Equal(0, Invalid(PathFault.Time, Validate([_pki.Leaf, _pki.Intermediate], [_pki.Root], TestKeys.Now.AddDays(-5).AddSeconds(-1))).Link);
        var (leaf, _) = TestPki.Issue("CN=Long", _pki.Intermediate, _pki.IntermediateKey, authority: false, until: TestKeys.Now.AddDays(8));
        Assert.Equal(1, Invalid(PathFault.Time, Validate([leaf, _pki.Intermediate], [_pki.Root], TestKeys.Now.AddDays(6))).Link);
    }

    [Fact]
    public void A_leaf_may_not_certify_another()
    {
        var (leaf, _) = TestPki.Issue("CN=Below", _pki.Leaf, _pki.LeafKey, authority: false);
        Assert.Equal(1, Invalid(PathFault.NotAnAuthority, Validate([leaf, _pki.Leaf, _pki.Intermediate], [_pki.Root])).Link);
    }

    [Fact]
    public void A_leaf_signed_with_another_key_is_refused()
    {
        var (_, otherKey) = TestPki.SelfSigned("CN=Intermediate");
        var (leaf, _) = TestPki.Issue("CN=Forged", _pki.Intermediate, otherKey, authority: false);
        Assert.Equal(0, Invalid(PathFault.Signature, Validate([leaf, _pki.Intermediate], [_pki.Root])).Link);
    }

    [Fact]
    public void A_leaf_that_is_not_meant_to_sign_is_refused()
    {
        var (leaf, _) = TestPki.Issue("CN=Agree", _pki.Intermediate, _pki.IntermediateKey, authority: false, X509KeyUsageFlags.KeyAgreement);
        Assert.Equal(0, Invalid(PathFault.KeyUsage, Validate([leaf, _pki.Intermediate], [_pki.Root])).Link);
    }

    // RFC 5280 §4.2.1.3: only a certificate that lists uses is bound to them.
    [Fact]
    public void A_leaf_that_lists_no_uses_may_sign() => Assert.IsType<PathResult.Valid>(Validate([Leaf(), _pki.Intermediate], [_pki.Root]));

    [Fact]
    public void A_certificate_that_the_path_does_not_need_is_refused()
    {
        var (extra, _) = TestPki.Issue("CN=Extra", _pki.Root, _pki.RootKey, authority: true);
        Assert.Equal(1, Invalid(PathFault.NotInPath, Validate([_pki.Leaf, extra, _pki.Intermediate], [_pki.Root])).Link);
        var (leaf, _) = TestPki.Issue("CN=Direct", _pki.Root, _pki.RootKey, authority: false);
        Assert.Equal(1, Invalid(PathFault.NotInPath, Validate([leaf, _pki.Intermediate], [_pki.Root])).Link);
    }

    [Fact]
    public void A_chain_parses_leaf_first()
    {
        var chain = Expect.Accepted(X5c.Parse(TestPki.Header(_pki.Leaf, _pki.Intermediate)));
        Assert.Equal("CN=Signer", chain.Leaf.Subject);
        Assert.Equal(2, chain.Certificates.Count);
        chain.Dispose();
        Assert.All(chain.Certificates, certificate => Assert.Equal(IntPtr.Zero, certificate.Handle));
    }

    [Fact]
    public void The_anchor_or_a_self_signed_leaf_in_the_chain_is_refused()
    {
        Expect.Refused(FormatRule.Certificate, X5c.Parse(TestPki.Header(_pki.Leaf, _pki.Intermediate, _pki.Root)));
        Expect.Refused(FormatRule.Certificate, X5c.Parse(TestPki.Header(_pki.Root)));
    }

    [Fact]
    public void A_long_chain_is_refused()
    {
        Expect.Accepted(X5c.Parse(TestPki.Header(_pki.Leaf, _pki.Intermediate), 2));
        Expect.Refused(FormatRule.Size, X5c.Parse(TestPki.Header(_pki.Leaf, _pki.Intermediate), 1));
    }

    [Fact]
    public void Anything_but_ordinary_base64_of_one_der_certificate_is_refused()
    {
        var base64 = Convert.ToBase64String(_pki.Leaf.RawData);
        Refused(base64.Replace('+', '-').Replace('/', '_').TrimEnd('=') + "-_");
        Refused(base64[..40] + "\\n" + base64[40..]);
        Refused(" " + base64);
        Refused(Convert.ToBase64String([.. _pki.Leaf.RawData, 0]));
        Refused(Convert.ToBase64String(_pki.Leaf.RawData[..^1]));
        Refused(Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(_pki.Leaf.ExportCertificatePem())));
        Refused("AQID");
        Refused("");

        static void Refused(string text) => Expect.Refused(FormatRule.Certificate, X5c.Parse(TestKeys.Json($$"""{"x5c":["{{text}}"]}""")));
    }

    // As it is received: in x5c the base64 is counted, four characters for three bytes.
    [Fact]
    public void A_certificate_is_as_large_as_its_bound()
    {
        Expect.Accepted(X5c.Parse(TestPki.Header(OfSize(12 * 1024))));
        Expect.Refused(FormatRule.Size, X5c.Parse(TestPki.Header(OfSize((12 * 1024) + 1))));
        Expect.Accepted(X5c.ParseDer([OfSize(16 * 1024).RawData]));
        Expect.Refused(FormatRule.Size, X5c.ParseDer([OfSize((16 * 1024) + 1).RawData]));
    }

    [Fact]
    public void A_chain_in_DER_has_a_certificate()
    {
        Expect.Refused(FormatRule.Member, X5c.ParseDer([]));
        Expect.Accepted(X5c.ParseDer([_pki.Leaf.RawData]));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"x5c":[]}""")]
    [InlineData("""{"x5c":"MII"}""")]
    [InlineData("""{"x5c":[1]}""")]
    public void A_missing_or_mistyped_chain_is_refused(string header) => Expect.Refused(FormatRule.Member, X5c.Parse(TestKeys.Json(header)));

    // Below the intermediate one, with these extensions alone.
    private X509Certificate2 Leaf(params X509Extension[] extensions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Bare", key, HashAlgorithmName.SHA256);
        Array.ForEach(extensions, request.CertificateExtensions.Add);
        return request.Create(
            _pki.Intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(_pki.IntermediateKey), TestKeys.Now.AddDays(-1), TestKeys.Now.AddDays(1), [99]);
    }

    // The length of a signature differs by a byte or two.
    private X509Certificate2 OfSize(int bytes)
    {
        var padding = bytes;
        while (true)
        {
            var certificate = Leaf(new X509Extension("1.2.3.4", new byte[padding], critical: false));
            if (certificate.RawData.Length == bytes)
            {
                return certificate;
            }

            padding += bytes - certificate.RawData.Length;
        }
    }

    private static PathResult Validate(X509Certificate2[] chain, X509Certificate2[] anchors, DateTimeOffset? now = null) =>
        CertificatePath.Validate(X5c.Parse(TestPki.Header(chain)).OrThrow(), anchors, now ?? TestKeys.Now);

    private static PathResult.Invalid Invalid(PathFault reason, PathResult result)
    {
        var invalid = Assert.IsType<PathResult.Invalid>(result);
        Assert.Equal(reason, invalid.Reason);
        return invalid;
    }
}
