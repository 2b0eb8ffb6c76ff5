using System.Formats.Cbor;
using System.Security.Cryptography;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.Formats.Tests;

/// <summary>A document that was minted here: a valid one, one change, the exact failure.</summary>
public sealed class MdocTests : IDisposable
{
    private const string DocType = "org.example.card.1";
    private const string Iso = "org.iso.23220.1";
    private const string Own = "org.example.card.1";

    private readonly TestPki _pki = new();
    private readonly SigningKey _signer;
    private readonly SigningKey _device = TestKeys.Es256();
    private readonly VerificationKey _signerPublic;
    private readonly SessionTranscript _transcript = SessionTranscript.ForOpenId4Vp("x509_hash:abc", "nonce", null, "https://example.org/r");

    public MdocTests()
    {
        _signer = SigningKey.From(_pki.LeafKey, chain: [_pki.Leaf.RawData]);
        _signerPublic = TestKeys.Public(_signer);
    }

    public void Dispose()
    {
        _signer.Dispose();
        _device.Dispose();
        _signerPublic.Dispose();
    }

    [Fact]
    public void A_minted_document_verifies_and_holds_what_went_in()
    {
        var issued = Expect.Accepted(IssuerSigned.Parse(Mint()));
        var verified = Expect.Accepted(issued.Verify(_signerPublic, JwsAlgorithm.ES256));
        var elements = Expect.Accepted(verified.Elements());
        Assert.Equal("Щеглова", elements.Find(Iso, "family_name")?.Text);
        Assert.Equal(new DateOnly(2009, 5, 26), elements.Find(Iso, "birth_date")?.FullDate());
        Assert.Equal("citizen", elements.Find(Own, "citizenship_status")?.Text);
        Assert.Null(elements.Find(Own, "family_name"));
        Assert.Equal(DocType, verified.Mso.DocType);
        Assert.True(verified.Mso.Device.Key.IsSameKeyAs(_device.PublicKey));
        Assert.Equal(Validity, verified.Mso.Validity);
        var status = Expect.Accepted(StatusReference.Parse(verified.Mso.Status!));
        Assert.Equal((7L, "https://example.org/s/1"), (status.Index, status.Uri));
        Assert.Equal([_pki.Leaf.RawData], issued.IssuerAuth.RawCertificates()!.Select(certificate => certificate.ToArray()));
        Assert.False(issued.IssuerAuth.IsTagged);
        Assert.DoesNotContain("Щеглова", issued.ToString() + verified + elements, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_encoding_is_the_deterministic_one_at_every_level()
    {
        var issued = Mint();
        Canonical(issued);
        var read = IssuerSigned.Parse(issued).OrThrow();
        Canonical(read.IssuerAuth.UnverifiedPayload!.Value);
        Canonical(StrictCbor.Parse(read.IssuerAuth.UnverifiedPayload!.Value).OrThrow().Embedded()!.Value);
        Assert.All(read.Items.SelectMany(space => space.Value), item => Canonical(StrictCbor.Parse(item.Encoded).OrThrow().Embedded()!.Value));
        Canonical(HeldMdoc.Parse(issued).OrThrow().Present([(Iso, "family_name"), (Own, "citizenship_status")], _device, _transcript));

        static void Canonical(ReadOnlyMemory<byte> bytes)
        {
            var reader = new CborReader(bytes, CborConformanceMode.Canonical);
            reader.SkipValue();
            Assert.Equal(0, reader.BytesRemaining);
        }
    }

    [Fact]
    public void Randomness_is_asked_for_once_and_no_two_copies_share_anything()
    {
        var calls = 0;
        var first = Mint(bytes => { calls++; TestKeys.Seeded(1)(bytes); });
        var second = Mint(TestKeys.Seeded(2000));
        Assert.Equal(1, calls);
        var (one, other) = (IssuerSigned.Parse(first).OrThrow(), IssuerSigned.Parse(second).OrThrow());
        var salts = new[] { one, other }.SelectMany(document => document.Items.Values.SelectMany(items => items)).Select(item => Convert.ToHexString(item.Encoded.Span)).ToList();
        Assert.Equal(salts.Count, salts.Distinct().Count());
        Assert.Equal(first.Length, second.Length);
    }

    [Fact]
    public void Digest_numbers_say_nothing_about_elements()
    {
        // Over many mintings each element gets each number about as often as any other.
        var counts = new int[4];
        for (var seed = 0; seed < 400; seed++)
        {
            var read = IssuerSigned.Parse(Mint(TestKeys.Seeded(seed * 1000))).OrThrow();
            counts[(int)read.Items[Iso][0].DigestId]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 60, 140));
    }

    [Fact]
    public void A_decoy_is_a_digest_like_any_other()
    {
        var mso = IssuerSigned.Parse(Mint()).OrThrow().UnverifiedMso;
        Assert.Equal((4, 1), (mso.DigestCount(Iso), mso.DigestCount(Own)));
        Assert.Equal(4, Enumerable.Range(0, 4).Select(id => Convert.ToHexString(mso.Digest(Iso, id).Span)).Distinct().Count());
    }

    [Fact]
    public void A_presentation_shows_what_was_chosen_and_is_signed_for_one_request()
    {
        var held = HeldMdoc.Parse(Mint()).OrThrow();
        var document = Assert.Single(Expect.Accepted(DeviceResponse.Parse(held.Present([(Iso, "family_name")], _device, _transcript))).Documents);
        var elements = document.IssuerSigned.Verify(_signerPublic, JwsAlgorithm.ES256).OrThrow().Elements().OrThrow();
        Assert.Equal("family_name", Assert.Single(Assert.Single(elements.NameSpaces).Value).Key);
        using var device = TestKeys.Public(_device);
        Expect.Accepted(document.DeviceSigned.Verify(device, DocType, _transcript, JwsAlgorithm.ES256));
        Expect.Refused(FormatRule.Signature, document.DeviceSigned.Verify(device, "other", _transcript, JwsAlgorithm.ES256));
        Expect.Refused(FormatRule.Signature, document.DeviceSigned.Verify(_signerPublic, DocType, _transcript, JwsAlgorithm.ES256));
        Expect.Refused(FormatRule.Algorithm, document.DeviceSigned.Verify(device, DocType, _transcript, JwsAlgorithm.ES384));
        foreach (var other in new[]
        {
            SessionTranscript.ForOpenId4Vp("x509_hash:abd", "nonce", null, "https://example.org/r"),
            SessionTranscript.ForOpenId4Vp("x509_hash:abc", "nonce2", null, "https://example.org/r"),
            SessionTranscript.ForOpenId4Vp("x509_hash:abc", "nonce", _device.PublicKey, "https://example.org/r"),
            SessionTranscript.ForOpenId4Vp("x509_hash:abc", "nonce", null, "https://example.org/s"),
        })
        {
            Expect.Refused(FormatRule.Signature, document.DeviceSigned.Verify(device, DocType, other, JwsAlgorithm.ES256));
        }
    }

    [Fact]
    public void A_presentation_may_show_nothing_and_carry_a_mac()
    {
        using var reader = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var device = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var held = HeldMdoc.Parse(Mint(device: Jwk.Of(device))).OrThrow();
        var key = DeviceMacKey.Derive(device, Jwk.Of(reader), _transcript).OrThrow();
        var document = DeviceResponse.Parse(held.PresentWithMac([], key, _transcript)).OrThrow().Documents[0];
        Assert.Empty(document.IssuerSigned.Items);
        var theirs = DeviceMacKey.Derive(reader, document.IssuerSigned.UnverifiedMso.Device.Key, _transcript).OrThrow();
        Expect.Accepted(document.DeviceSigned.VerifyMac(theirs, DocType, _transcript));
        using var stranger = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        Expect.Refused(FormatRule.Signature, document.DeviceSigned.VerifyMac(
            DeviceMacKey.Derive(stranger, document.IssuerSigned.UnverifiedMso.Device.Key, _transcript).OrThrow(), DocType, _transcript));
        using var larger = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        Expect.Refused(FormatRule.Key, DeviceMacKey.Derive(larger, Jwk.Of(device), _transcript));
    }

    [Fact]
    public void An_element_that_is_not_there_cannot_be_shown()
    {
        var held = HeldMdoc.Parse(Mint()).OrThrow();
        Assert.Throws<ArgumentException>(() => held.Present([(Own, "family_name")], _device, _transcript));
    }

    [Fact]
    public void Misuse_throws()
    {
        var content = new MdocContent(DocType).Add(Iso, "a", CborValue.Null);
        Assert.Throws<ArgumentException>(() => content.Add(Iso, "a", CborValue.Null));
        Assert.Throws<ArgumentException>(() => MdocWriter.Issue(_signer, new MdocContent(DocType), _device.PublicKey, Validity, TestKeys.Seeded(1)));
        var start = Validity.SignedAt;
        Assert.Throws<ArgumentException>(() => MdocWriter.Issue(_signer, content, _device.PublicKey, new(start, start.AddDays(-1), start.AddDays(1)), TestKeys.Seeded(1)));
        Assert.Throws<ArgumentException>(() => MdocWriter.Issue(_signer, content, _device.PublicKey, new(start, start, start), TestKeys.Seeded(1)));
        using var bare = TestKeys.Es256();
        Assert.Throws<InvalidOperationException>(() => MdocWriter.Issue(bare, content, _device.PublicKey, Validity, TestKeys.Seeded(1)));
    }

    private static MdocValidity Validity { get; } = new(TestKeys.Now.AddHours(-12), TestKeys.Now.AddHours(-12), TestKeys.Now.AddDays(90).AddHours(-12));

    private byte[] Mint(FillRandom? random = null, Jwk? device = null)
    {
        var content = new MdocContent(DocType)
            .Add(Iso, "family_name", CborValue.Of("Щеглова"))
            .Add(Iso, "given_name", CborValue.Of("Юлия"))
            .Add(Iso, "birth_date", CborValue.Of(new DateOnly(2009, 5, 26)))
            .Add(Own, "citizenship_status", CborValue.Of("citizen"))
            .WithDecoys(Iso, 1);
        return MdocWriter.Issue(_signer, content, device ?? _device.PublicKey, Validity, random ?? TestKeys.Seeded(1), ("https://example.org/s/1", 7));
    }
}
