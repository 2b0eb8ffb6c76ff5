using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Proximity;
using IdentityPlatform.Verifier.Tests.Mdoc;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Proximity;

/// <summary>A meeting face to face, from the QR code to the verdict, over a transport that is no more than bytes.</summary>
public sealed class ReaderSessionTests : IDisposable
{
    private static readonly CredentialQuery Query = CredentialQuery.OfDocType("card", MdocScenario.DocType).Asking(MdocScenario.Iso, "age_over_18");

    private readonly ECDiffieHellman _deviceKey = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly MdocScenario _scenario = new();
    private readonly DeviceEngagement _engagement;
    private ReaderSession _reader;

    public ReaderSessionTests()
    {
        _engagement = DeviceEngagement.ParseUri(DeviceEngagement.Create(Jwk.Of(_deviceKey)).ToUri()).OrThrow();
        _reader = ReaderSession.Open(_engagement, ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256)).OrThrow();
    }

    public void Dispose()
    {
        _deviceKey.Dispose();
        _reader.Dispose();
    }

    [Fact]
    public void A_document_with_the_devices_signature_is_accepted()
    {
        var (device, request) = Meet();
        Assert.Equal((MdocScenario.DocType, (MdocScenario.Iso, "age_over_18", false)), (request.DocType, request.Elements.Single()));
        var accepted = Verify(device.Answer(Signed(device))).IsAccepted();
        Assert.True(accepted.Credential.IsHolderBound);
        Assert.True(accepted.Credential.Find(MdocScenario.Iso, "age_over_18")[0].GetBoolean());
    }

    [Fact]
    public void A_document_with_the_devices_MAC_is_accepted()
    {
        var (device, _) = Meet();
        Verify(device.Answer(Macced(device, TestPki.HolderAgreement))).IsAccepted();
    }

    [Fact]
    public void A_MAC_of_another_key_is_refused()
    {
        var (device, _) = Meet();
        using var stranger = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        Verify(device.Answer(Macced(device, stranger))).IsRejected<Failure.HolderSignatureInvalid>();
    }

    [Fact]
    public void A_MAC_where_no_key_was_offered_is_refused() =>
        Assert.Equal("HMAC 256/256", MdocScenario.Verify(s => s.WithMac = true).IsRejected<Failure.HolderAlgorithmNotAllowed>().Algorithm);

    [Fact]
    public void A_signature_over_another_meeting_is_refused()
    {
        var (device, _) = Meet();
        _scenario.Transcript = SessionTranscript.ForProximity(_engagement.Encoded, CoseKey.Write(TestPki.Holder.PublicKey).Encoded, CborValue.Null);
        Verify(device.Answer(_scenario.Present())).IsRejected<Failure.HolderSignatureInvalid>();
    }

    [Fact]
    public void A_meeting_that_began_with_a_touch_goes_to_its_end()
    {
        var asked = NfcHandoverRequest.Create(1, new NfcCarrier.Ble(BleRole.PeripheralPreferred), new NfcCarrier.Nfc());
        foreach (var request in new[] { null, asked })
        {
            var met = NfcHandover.Parse(NfcHandover.Create(_engagement, [new NfcCarrier.Ble(BleRole.Central)], request).Select, request).OrThrow();
            Assert.Equal(_engagement.Encoded.ToArray(), met.Engagement.Encoded.ToArray());
            Reopen(met);
            var (device, _) = Meet(handover: met.Handover);
            Verify(device.Answer(Signed(device))).IsAccepted();
        }
    }

    [Fact]
    public void A_device_that_signs_over_another_touch_is_refused()
    {
        NfcCarrier[] carriers = [new NfcCarrier.Ble(BleRole.Central)];
        var asked = NfcHandover.Create(_engagement, carriers, NfcHandoverRequest.Create(1, carriers));
        Reopen(asked);
        var (device, _) = Meet(handover: asked.Handover);
        var readerKey = CoseKey.Write(device.ReaderKey).Encoded;
        VerificationResult Over(CborValue handover)
        {
            _scenario.Transcript = SessionTranscript.ForProximity(_engagement.Encoded, readerKey, handover);
            return Verify(device.Answer(_scenario.Present()));
        }

        Over(NfcHandover.Create(_engagement, carriers).Handover).IsRejected<Failure.HolderSignatureInvalid>();
        Over(CborValue.Null).IsRejected<Failure.HolderSignatureInvalid>();
        Over(asked.Handover).IsAccepted();
    }

    [Fact]
    public void More_than_was_asked_for_is_refused()
    {
        var (device, _) = Meet();
        _scenario.Shown.Add((MdocScenario.Iso, "family_name"));
        Assert.Equal(ClaimPathOf("family_name"), Verify(device.Answer(Signed(device))).IsRejected<Failure.OverDisclosure>().Path.ToString());
    }

    [Fact]
    public void The_reader_says_who_it_is()
    {
        var request = Meet(TestPki.Door).Request;
        Assert.NotNull(request.ReaderAuth);
        using var chain = request.ReaderAuth.Certificates().OrThrow();
        using var key = VerificationKey.Of(chain.Leaf).OrThrow();
        Assert.True(request.VerifyReader(key, _reader.Transcript, JwsAlgorithm.ES256).Succeeded(out _, out _));
    }

    [Fact]
    public void A_reader_that_does_not_say_who_it_is_signs_nothing() => Assert.Null(Meet().Request.ReaderAuth);

    [Fact]
    public void A_second_request_goes_over_the_same_session()
    {
        var (device, _) = Meet();
        Verify(device.Answer(Signed(device))).IsAccepted();
        var again = SessionMessage.Parse(_reader.Ask(Query, intentToRetain: true)).OrThrow();
        Assert.Null(again.ReaderKey);
        Assert.True(DeviceRequest.Parse(device.Cipher.Decrypt(again.Data!.Value.Span).OrThrow()).OrThrow().Documents[0].Elements[0].IntentToRetain);
        Verify(device.Answer(Signed(device))).IsAccepted();
    }

    [Fact]
    public void A_device_that_ends_the_meeting_is_heard()
    {
        var (device, _) = Meet();
        Assert.Equal(20, Assert.IsType<ProximityAnswer.Ended>(_reader.Receive(SessionMessage.End(20))).Status);
        var last = Assert.IsType<ProximityAnswer.Presented>(_reader.Receive(SessionMessage.Carry(device.Cipher.Encrypt(Signed(device)), SessionMessage.Termination)));
        Assert.True(last.IsLast);
        Assert.Equal([0xA1], ReaderSession.End()[..1]);
    }

    [Fact]
    public void What_cannot_be_read_ends_the_meeting_with_its_status()
    {
        var (device, _) = Meet();
        var wrong = device.Cipher.Encrypt([1]);
        wrong[^1] ^= 1;
        var broken = Assert.IsType<ProximityAnswer.Malformed>(_reader.Receive(SessionMessage.Carry(wrong)));
        Assert.Equal((FormatRule.Encryption, 10), (broken.Failure.Rule, broken.Status));
        Assert.IsType<ProximityAnswer.Malformed>(_reader.Receive(device.Answer(Signed(device))));
        Assert.Equal(11, Assert.IsType<ProximityAnswer.Malformed>(_reader.Receive(new byte[] { 0xFF })).Status);
        Assert.Equal(11, Assert.IsType<ProximityAnswer.Malformed>(_reader.Receive(Establishment())).Status);
    }

    [Fact]
    public void A_question_that_a_device_cannot_be_asked_is_misuse()
    {
        Assert.Throws<ArgumentException>(() => _reader.Ask(CredentialQuery.OfType("card", TestPki.CardType).Asking("a")));
        Assert.Throws<ArgumentException>(() => _reader.Ask(CredentialQuery.OfDocType("card", "doc")));
        var withSets = CredentialQuery.OfDocType("card", "doc").Asking(new ClaimQuery("a", Formats.SdJwt.ClaimPath.Of("ns", "a"), [])).WithClaimSets(["a"]);
        Assert.Throws<ArgumentException>(() => _reader.Ask(withSets));
    }

    [Fact]
    public void A_reader_with_a_key_on_another_curve_meets_nobody()
    {
        Assert.True(ReaderSession.Open(_engagement, ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384)).Failed(out var failure, out _));
        Assert.Equal(FormatRule.Key, failure.Rule);
    }

    private static byte[] Establishment() => SessionMessage.Establish(CoseKey.Write(TestPki.Holder.PublicKey).Encoded.Span, [1]);

    private static string ClaimPathOf(string element) => Formats.SdJwt.ClaimPath.Of(MdocScenario.Iso, element).ToString();

    private void Reopen(NfcHandover met)
    {
        _reader.Dispose();
        _reader = ReaderSession.Open(met, ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256)).OrThrow();
    }

    private (Device Device, DocumentRequest Request) Meet(SigningKey? door = null, CborValue? handover = null)
    {
        var message = SessionMessage.Parse(_reader.Ask(Query, door)).OrThrow();
        var transcript = SessionTranscript.ForProximity(_engagement.Encoded, message.ReaderKeyBytes!.Value, handover ?? CborValue.Null);
        Assert.Equal(_reader.Transcript.Encoded.ToArray(), transcript.Encoded.ToArray());
        var cipher = SessionCipher.ForDevice(_deviceKey, message.ReaderKey!, transcript).OrThrow();
        var request = DeviceRequest.Parse(cipher.Decrypt(message.Data!.Value.Span).OrThrow()).OrThrow();
        return (new Device(cipher, transcript, message.ReaderKey!), Assert.Single(request.Documents));
    }

    private byte[] Signed(Device device)
    {
        _scenario.Transcript = device.Transcript;
        return _scenario.Present();
    }

    private byte[] Macced(Device device, ECDiffieHellman key) => HeldMdoc.Parse(_scenario.Issue()).OrThrow()
        .PresentWithMac(_scenario.Shown, DeviceMacKey.Derive(key, device.ReaderKey, device.Transcript).OrThrow(), device.Transcript);

    private VerificationResult Verify(byte[] message) =>
        _reader.Verify(Assert.IsType<ProximityAnswer.Presented>(_reader.Receive(message)), Query, _scenario.Policy, _scenario.Trust(), _scenario.Now);

    private sealed record Device(SessionCipher Cipher, SessionTranscript Transcript, Jwk ReaderKey)
    {
        public byte[] Answer(byte[] response) => SessionMessage.Carry(Cipher.Encrypt(response));
    }
}
