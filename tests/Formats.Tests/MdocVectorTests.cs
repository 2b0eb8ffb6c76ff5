using System.Security.Cryptography;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;

namespace IdentityPlatform.Formats.Tests;

public sealed class MdocVectorTests
{
    private const string Mdl = "org.iso.18013.5.1";

    [Fact]
    public void The_document_of_annex_d_verifies_whole()
    {
        var vector = Vectors.Read("iso18013-5-annex-d", "D.4.1.2-device-response");
        var response = Expect.Accepted(DeviceResponse.Parse(Hex(vector, "device_response_hex")));
        var document = Assert.Single(response.Documents);
        Assert.Equal((0, "org.iso.18013.5.1.mDL"), (response.Status, document.DocType));

        using var chain = Expect.Accepted(document.IssuerSigned.IssuerAuth.Certificates());
        using var signer = Expect.Accepted(VerificationKey.Of(chain.Leaf));
        var verified = Expect.Accepted(document.IssuerSigned.Verify(signer, JwsAlgorithm.ES256));
        var elements = Expect.Accepted(verified.Elements());
        Assert.Equal("Doe", elements.Find(Mdl, "family_name")?.Text);
        Assert.Equal(new DateOnly(2019, 10, 20), elements.Find(Mdl, "issue_date")?.FullDate());
        Assert.Equal("123456789", elements.Find(Mdl, "document_number")?.Text);
        Assert.Equal(6, elements.NameSpaces[Mdl].Count);
        Assert.Equal(13, verified.Mso.DigestCount(Mdl));
        Assert.Equal("SHA-256", verified.Mso.DigestAlgorithm);
        Assert.Equal(new DateTimeOffset(2020, 10, 1, 13, 30, 2, TimeSpan.Zero), verified.Mso.Validity.SignedAt);
        Assert.Equal(new DateTimeOffset(2021, 10, 1, 13, 30, 2, TimeSpan.Zero), verified.Mso.Validity.ValidUntil);

        var transcript = Expect.Accepted(SessionTranscript.Parse(Hex(vector, "session_transcript_hex")));
        using var reader = Reader(vector);
        var key = Expect.Accepted(DeviceMacKey.Derive(reader, verified.Mso.Device.Key, transcript));
        Assert.Empty(Expect.Accepted(document.DeviceSigned.VerifyMac(key, document.DocType, transcript)).Elements.NameSpaces);

        // The same MAC is good for no other type, transcript or key.
        Expect.Refused(FormatRule.Signature, document.DeviceSigned.VerifyMac(key, "other", transcript));
        Expect.Refused(FormatRule.Signature, document.DeviceSigned.VerifyMac(key, document.DocType, SessionTranscript.ForDcApi("https://example.org", "n", null)));
        Expect.Refused(FormatRule.Signature, document.DeviceSigned.VerifyMac(new byte[32], document.DocType, transcript));
        Expect.Refused(FormatRule.Structure, document.DeviceSigned.Verify(signer, document.DocType, transcript, JwsAlgorithm.ES256));
    }

    [Fact]
    public void The_transcript_of_annex_d_is_put_together_again()
    {
        var vector = Vectors.Read("iso18013-5-annex-d", "D.4.1.2-device-response");
        var bytes = Hex(vector, "session_transcript_hex");
        var items = StrictCbor.Parse(bytes).OrThrow().Items!;
        using var reader = Reader(vector);
        Assert.True(CoseKey.Parse(StrictCbor.Parse(items[1].Embedded()!.Value).OrThrow()).OrThrow().IsSameKeyAs(Jwk.Of(reader)));
        Assert.Equal(bytes, SessionTranscript.ForProximity(items[0].Embedded()!.Value, items[1].Embedded()!.Value, items[2]).Encoded.ToArray());
    }

    [Fact]
    public void The_transcripts_of_openid4vp_are_made_byte_by_byte()
    {
        var redirect = Vectors.Read("openid4vp-mdoc", "B.2.6.1-redirect-handover");
        var info = redirect.StringsMember("info")!;
        var key = Jwk.Parse(redirect.GetProperty("jwk")).OrThrow();
        Assert.Equal(redirect.StringMember("session_transcript_hex"), Text(SessionTranscript.ForOpenId4Vp(info[0], info[1], key, info[3])));
        Assert.NotEqual(redirect.StringMember("session_transcript_hex"), Text(SessionTranscript.ForOpenId4Vp(info[0], info[1], null, info[3])));

        var browser = Vectors.Read("openid4vp-mdoc", "B.2.6.2-dc-api-handover");
        info = browser.StringsMember("info")!;
        key = Jwk.Parse(browser.GetProperty("jwk")).OrThrow();
        Assert.Equal(browser.StringMember("session_transcript_hex"), Text(SessionTranscript.ForDcApi(info[0], info[1], key)));
    }

    [Theory]
    [InlineData("mdoc", 0)]
    [InlineData("mdoc-mac", 1)]
    public void Presentations_of_other_wallets_are_read_and_their_issuers_verify(string name, int namespaces)
    {
        var bytes = Base64UrlText.Parse(Vectors.Read("conformance-mdoc", name).StringMember("device_response")!, "the response").OrThrow();
        var document = Assert.Single(Expect.Accepted(DeviceResponse.Parse(bytes)).Documents);
        Assert.Equal(namespaces, document.IssuerSigned.Items.Count);
        using var certificate = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(document.IssuerSigned.IssuerAuth.RawCertificates()![0].Span);
        using var signer = Expect.Accepted(VerificationKey.Of(certificate));
        Expect.Accepted(Expect.Accepted(document.IssuerSigned.Verify(signer, document.IssuerSigned.IssuerAuth.Algorithm)).Elements());
        Assert.Equal(name == "mdoc-mac", document.DeviceSigned.Mac is not null);
    }

    [Fact]
    public void A_signer_that_certified_itself_is_no_chain()
    {
        var bytes = Base64UrlText.Parse(Vectors.Read("conformance-mdoc", "mdoc").StringMember("device_response")!, "the response").OrThrow();
        Expect.Refused(FormatRule.Certificate, DeviceResponse.Parse(bytes).OrThrow().Documents[0].IssuerSigned.IssuerAuth.Certificates());
    }

    [Fact]
    public void The_issuers_part_of_isomdl_is_read()
    {
        var read = Expect.Accepted(IssuerSigned.Parse(Hex(Vectors.Read("isomdl", "issuer-signed"), "issuer_signed_hex")));
        Assert.NotEmpty(read.Items);
    }

    [Fact]
    public void Undefined_in_the_place_of_a_detached_payload_is_refused()
    {
        var bytes = Base64UrlText.Parse(Vectors.Read("conformance-mdoc", "mdoc-animo").StringMember("device_response")!, "the response").OrThrow();
        Expect.Refused(FormatRule.Cbor, DeviceResponse.Parse(bytes));
    }

    private static ECDiffieHellman Reader(JsonElement vector) =>
        ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Hex(vector, "reader_private_hex") });

    private static byte[] Hex(JsonElement vector, string name) => Convert.FromHexString(vector.StringMember(name)!);

    private static string Text(SessionTranscript transcript) => Convert.ToHexStringLower(transcript.Encoded.Span);
}
