using System.Security.Cryptography;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.Printed;

namespace IdentityPlatform.Formats.Tests;

/// <summary>What a log shows of what is personal, secret or of one meeting: the kind, the type, how many there are, and not a word more.</summary>
public sealed class ShownWordsTests : IDisposable
{
    private const string Space = "org.example.1";

    private readonly TestPki _pki = new();
    private readonly SigningKey _key;
    private readonly ECDiffieHellman _own = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly SessionTranscript _transcript = SessionTranscript.ForDcApi("https://example.org", "nonce", null);

    public ShownWordsTests() => _key = SigningKey.From(_pki.LeafKey, chain: [_pki.Leaf.RawData]);

    public void Dispose()
    {
        _key.Dispose();
        _own.Dispose();
    }

    [Fact]
    public void Of_a_document()
    {
        var content = new MdocContent("doc").Add(Space, "a", CborValue.Of("Ann")).Add(Space, "b", CborValue.Null).Add("org.example.2", "c", CborValue.Null);
        Assert.Equal("content of a doc", content.ToString());
        var issued = MdocWriter.Issue(_key, content, Jwk.Of(_own), new(TestKeys.Now, TestKeys.Now, TestKeys.Now.AddDays(1)), TestKeys.Seeded(1));
        var held = HeldMdoc.Parse(issued).OrThrow();
        Assert.Equal("held mdoc doc with 3 elements", held.ToString());
        using var signer = TestKeys.Public(_key);
        var verified = held.Received.Verify(signer, JwsAlgorithm.ES256).OrThrow();
        Assert.Equal("mdoc doc with 3 elements", verified.ToString());
        Assert.Equal("3 elements", verified.Elements().OrThrow().ToString());
        Assert.Equal("security object of a doc", verified.Mso.ToString());
        Assert.Equal("item a", held.Received.Items[Space][0].ToString());

        var signed = DeviceResponse.Parse(held.Present([(Space, "a")], _key, _transcript)).OrThrow();
        Assert.Equal("device response with 1 documents", signed.ToString());
        Assert.Equal(("mdoc doc with 1 elements", "device signature"), (signed.Documents[0].ToString(), signed.Documents[0].DeviceSigned.ToString()));
        Assert.Equal("device: 0 elements", signed.Documents[0].DeviceSigned.Verify(signer, "doc", _transcript, JwsAlgorithm.ES256).OrThrow().ToString());
        Assert.Equal("device MAC", DeviceResponse.Parse(held.PresentWithMac([], new byte[32], _transcript)).OrThrow().Documents[0].DeviceSigned.ToString());
    }

    [Fact]
    public void Of_a_meeting()
    {
        var request = DeviceRequest.Parse(DeviceRequest.Write("doc", [(Space, "a", true)], _key, _transcript)).OrThrow();
        Assert.Equal(("device request for doc", "request for doc"), (request.ToString(), request.Documents[0].ToString()));
        var engagement = DeviceEngagement.Create(Jwk.Of(_own), new RetrievalMethod(2, 1, CborValue.Map()));
        Assert.Equal("device engagement with 1 ways", engagement.ToString());
        using var cipher = SessionCipher.ForDevice(_own, Jwk.Of(_own), _transcript).OrThrow();
        Assert.Equal("session cipher", cipher.ToString());
        Assert.Equal("session data", SessionMessage.Parse(SessionMessage.End(20)).OrThrow().ToString());
        Assert.Equal("session establishment", SessionMessage.Parse(SessionMessage.Establish(CoseKey.Write(Jwk.Of(_own)).Encoded.Span, [1])).OrThrow().ToString());

        NfcCarrier[] carriers = [new NfcCarrier.Nfc()];
        Assert.Equal("carrier iso.org:18013:nfc", carriers[0].ToString());
        Assert.Equal("record iso.org:18013:nfc", carriers[0].ToRecord().ToString());
        var asked = NfcHandoverRequest.Create(7, carriers);
        Assert.Equal("NFC handover request with 1 carriers", asked.ToString());
        Assert.Equal("NFC handover with 1 carriers", NfcHandover.Create(engagement, carriers, asked).ToString());
    }

    [Fact]
    public void Of_a_printed_code()
    {
        var content = new PrintedContent
        {
            Issuer = "https://issuer.example",
            Type = "org.example.workpatent.1",
            ValidFrom = TestKeys.Now,
            ValidUntil = TestKeys.Now.AddDays(30),
            Photograph = new byte[1],
            Claims = [("paid", CborValue.Of("RU-SPE"))],
        };
        Assert.Equal("content of a printed org.example.workpatent.1", content.ToString());
        var code = PrintedCode.Parse(PrintedCode.Issue(_key, content)).OrThrow();
        Assert.Equal("printed code", code.ToString());
        using var key = TestKeys.Public(_key);
        Assert.Equal("printed org.example.workpatent.1", code.Verify(key, JwsAlgorithm.ES256).OrThrow().ToString());
    }
}
