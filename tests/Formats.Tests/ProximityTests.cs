using System.Formats.Cbor;
using System.Security.Cryptography;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;

namespace IdentityPlatform.Formats.Tests;

/// <summary>What a meeting is made of: each rule with what breaks it and what does not.</summary>
public sealed class ProximityTests : IDisposable
{
    private readonly ECDiffieHellman _device = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDiffieHellman _reader = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _device.Dispose();
        _reader.Dispose();
    }

    [Fact]
    public void An_engagement_reads_back_as_it_was_written()
    {
        var engagement = DeviceEngagement.Create(Jwk.Of(_device), new RetrievalMethod(2, 1, CborValue.Map(("a", CborValue.Of(true)))));
        var read = Expect.Accepted(DeviceEngagement.ParseUri(engagement.ToUri()));
        Assert.Equal(engagement.Encoded.ToArray(), read.Encoded.ToArray());
        Assert.Equal(Jwk.Of(_device).ThumbprintText(), read.DeviceKey.ThumbprintText());
        Assert.Equal((2, 1), (read.Methods[0].Type, read.Methods[0].Version));
        Assert.Empty(DeviceEngagement.Create(Jwk.Of(_device)).Methods);
        Expect.Accepted(DeviceEngagement.ParseUri("MDOC:" + engagement.ToUri()[5..]));
    }

    [Theory]
    [InlineData("", FormatRule.Structure)]
    [InlineData("https://example.org", FormatRule.Structure)]
    [InlineData("mdoc:", FormatRule.Cbor)]
    [InlineData("mdoc:not base64url", FormatRule.Base64Url)]
    [InlineData("mdoc:gA", FormatRule.Structure)]
    public void Something_else_is_no_engagement(string text, FormatRule rule) => Expect.Refused(rule, DeviceEngagement.ParseUri(text));

    [Theory]
    [InlineData("2.0", 1, "P-256", FormatRule.Type)]
    [InlineData("1.0", 2, "P-256", FormatRule.Algorithm)]
    [InlineData("1.0", 1, "P-384", FormatRule.Key)]
    [InlineData("1.1", 1, "P-256", null)]
    public void Version_cipher_suite_and_curve_are_known_ones(string version, int suite, string curve, FormatRule? rule)
    {
        using var key = ECDiffieHellman.Create(ECCurve.CreateFromFriendlyName(curve == "P-256" ? "nistP256" : "nistP384"));
        var writer = new CborWriter();
        writer.WriteStartMap(2);
        writer.WriteInt32(0);
        writer.WriteTextString(version);
        writer.WriteInt32(1);
        writer.WriteEncodedValue(CborValue.Array(CborValue.Of(suite), CborValue.Embed(CoseKey.Write(Jwk.Of(key)))).Encoded.Span);
        writer.WriteEndMap();
        if (rule is { } broken)
        {
            Expect.Refused(broken, DeviceEngagement.Parse(writer.Encode()));
        }
        else
        {
            Expect.Accepted(DeviceEngagement.Parse(writer.Encode()));
        }
    }

    [Fact]
    public void Messages_go_both_ways_in_their_order_and_no_other()
    {
        var (reader, device) = Session();
        var (first, second) = (reader.Encrypt([1]), reader.Encrypt([2]));
        Assert.NotEqual(first, second);
        Assert.Equal([1], Expect.Accepted(device.Decrypt(first)));
        Assert.Equal([2], Expect.Accepted(device.Decrypt(second)));
        Assert.Equal([3], Expect.Accepted(reader.Decrypt(device.Encrypt([3]))));
        Assert.Empty(Expect.Accepted(reader.Decrypt(device.Encrypt([]))));
    }

    [Fact]
    public void A_message_twice_out_of_turn_or_changed_is_refused_and_ends_the_session()
    {
        var (reader, device) = Session();
        var (first, second) = (reader.Encrypt([1]), reader.Encrypt([2]));
        Expect.Refused(FormatRule.Encryption, device.Decrypt(second));
        Expect.Refused(FormatRule.Encryption, device.Decrypt(first));

        (reader, device) = Session();
        first = reader.Encrypt([1]);
        Expect.Accepted(device.Decrypt(first));
        Expect.Refused(FormatRule.Encryption, device.Decrypt(first));

        (reader, device) = Session();
        first = reader.Encrypt([1]);
        first[0] ^= 1;
        Expect.Refused(FormatRule.Encryption, device.Decrypt(first));

        (reader, device) = Session();
        first = reader.Encrypt([]);
        Expect.Refused(FormatRule.Encryption, device.Decrypt(first.AsSpan(0, 15)));
        Expect.Refused(FormatRule.Encryption, device.Decrypt(first));
        Expect.Accepted(Session().Device.Decrypt(first));
    }

    [Fact]
    public void A_session_that_is_over_takes_and_makes_no_message()
    {
        var (reader, device) = Session();
        var first = reader.Encrypt([1]);
        reader.Dispose();
        device.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reader.Encrypt([2]));
        Assert.Throws<ObjectDisposedException>(() => device.Decrypt(first));
    }

    [Fact]
    public void A_side_does_not_take_its_own_messages_for_the_others()
    {
        var (reader, _) = Session();
        Expect.Refused(FormatRule.Encryption, reader.Decrypt(reader.Encrypt([1])));
    }

    [Fact]
    public void Another_transcript_gives_other_keys()
    {
        var reader = Expect.Accepted(SessionCipher.ForReader(_reader, Jwk.Of(_device), Transcript(CborValue.Null)));
        var device = Expect.Accepted(SessionCipher.ForDevice(_device, Jwk.Of(_reader), Transcript(CborValue.Array(CborValue.Of(1), CborValue.Null))));
        Expect.Refused(FormatRule.Encryption, device.Decrypt(reader.Encrypt([1])));
    }

    [Fact]
    public void A_key_on_another_curve_agrees_with_none()
    {
        using var other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        Expect.Refused(FormatRule.Key, SessionCipher.ForReader(_reader, Jwk.Of(other), Transcript(CborValue.Null)));
        Expect.Refused(FormatRule.Key, SessionCipher.ForReader(other, Jwk.Of(_device), Transcript(CborValue.Null)));
    }

    // NIST SP 800-56A Rev. 3 §5.6.2.3: a point off the curve would give the other side's key away, bit by bit.
    [Fact]
    public void A_point_off_its_curve_agrees_with_no_key()
    {
        var (transcript, theirs) = (Transcript(CborValue.Null), Jwk.Of(_reader));
        var wrong = theirs.Second.ToArray();
        wrong[^1] ^= 1;
        var broken = Jwk.OfPoint("P-256", theirs.First, wrong).OrThrow();
        Expect.Accepted(DeviceMacKey.Derive(_device, theirs, transcript));
        Expect.Refused(FormatRule.Key, DeviceMacKey.Derive(_device, broken, transcript));
        Expect.Accepted(SessionCipher.ForDevice(_device, theirs, transcript));
        Expect.Refused(FormatRule.Key, SessionCipher.ForDevice(_device, broken, transcript));
    }

    [Theory]
    [InlineData("83F6F6F6", true)]
    [InlineData("82F6F6", false)]
    [InlineData("84F6F6F6F6", false)]
    [InlineData("A0", false)]
    public void A_transcript_has_three_parts(string hex, bool isOne)
    {
        var read = SessionTranscript.Parse(Convert.FromHexString(hex));
        if (isOne)
        {
            Assert.Equal(hex, Convert.ToHexString(Expect.Accepted(read).Encoded.Span));
        }
        else
        {
            Expect.Refused(FormatRule.Structure, read);
        }
    }

    [Theory]
    [InlineData("A0", FormatRule.Structure)]
    [InlineData("A1646461746101", FormatRule.Structure)]
    [InlineData("A166737461747573F6", FormatRule.Structure)]
    [InlineData("A16673746174757320", FormatRule.Structure)]
    [InlineData("A26A655265616465724B65790164646174614101", FormatRule.Structure)]
    [InlineData("A26A655265616465724B6579D81841A064646174614101", FormatRule.Key)]
    [InlineData("A1646461746141", FormatRule.Cbor)]
    public void Something_else_is_no_message(string hex, FormatRule rule) => Expect.Refused(rule, SessionMessage.Parse(Convert.FromHexString(hex)));

    [Fact]
    public void Messages_read_back_as_they_were_written()
    {
        var key = CoseKey.Write(Jwk.Of(_reader)).Encoded;
        var establishment = Expect.Accepted(SessionMessage.Parse(SessionMessage.Establish(key.Span, [1, 2])));
        Assert.Equal(key.ToArray(), establishment.ReaderKeyBytes!.Value.ToArray());
        Assert.Equal([1, 2], establishment.Data!.Value.ToArray());
        var last = Expect.Accepted(SessionMessage.Parse(SessionMessage.Carry([3], SessionMessage.Termination)));
        Assert.Equal((20, null), (last.Status, last.ReaderKey));
        Assert.Null(Expect.Accepted(SessionMessage.Parse(SessionMessage.End(SessionMessage.EncryptionError))).Data);
        Assert.Equal(0, Expect.Accepted(SessionMessage.Parse(SessionMessage.End(0))).Status);
    }

    [Fact]
    public void A_request_reads_back_as_it_was_written_and_says_who_asks()
    {
        var pki = new TestPki();
        using var reader = SigningKey.From(pki.LeafKey, chain: [pki.Leaf.RawData]);
        var transcript = Transcript(CborValue.Null);
        var request = Assert.Single(Expect.Accepted(DeviceRequest.Parse(DeviceRequest.Write("doc", [("ns", "a", true), ("ns", "b", false)], reader, transcript))).Documents);
        Assert.Equal([("ns", "a", true), ("ns", "b", false)], request.Elements);
        using var key = TestKeys.Public(reader);
        Expect.Accepted(request.VerifyReader(key, transcript, JwsAlgorithm.ES256));
        Expect.Refused(FormatRule.Signature, request.VerifyReader(key, Transcript(CborValue.Of("other")), JwsAlgorithm.ES256));
        using var stranger = TestKeys.Es256();
        using var strangersKey = TestKeys.Public(stranger);
        Expect.Refused(FormatRule.Signature, request.VerifyReader(strangersKey, transcript, JwsAlgorithm.ES256));
        var nobody = Assert.Single(Expect.Accepted(DeviceRequest.Parse(DeviceRequest.Write("doc", [("ns", "a", true)], null, transcript))).Documents);
        Expect.Refused(FormatRule.Structure, nobody.VerifyReader(key, transcript, JwsAlgorithm.ES256));
    }

    private (SessionCipher Reader, SessionCipher Device) Session()
    {
        var transcript = Transcript(CborValue.Null);
        return (Expect.Accepted(SessionCipher.ForReader(_reader, Jwk.Of(_device), transcript)), Expect.Accepted(SessionCipher.ForDevice(_device, Jwk.Of(_reader), transcript)));
    }

    private SessionTranscript Transcript(CborValue handover) =>
        SessionTranscript.ForProximity(DeviceEngagement.Create(Jwk.Of(_device)).Encoded, CoseKey.Write(Jwk.Of(_reader)).Encoded, handover);
}
