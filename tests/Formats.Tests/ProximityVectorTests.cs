using System.Security.Cryptography;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;

namespace IdentityPlatform.Formats.Tests;

/// <summary>The session of ISO/IEC 18013-5 Annex D, byte for byte, from either side.</summary>
public sealed class ProximityVectorTests
{
    private static readonly JsonElement Vector = Vectors.Read("iso18013-5-annex-d", "D.5.1-session");

    private readonly DeviceEngagement _engagement = Expect.Accepted(DeviceEngagement.Parse(Bytes("device_engagement_hex")));
    private readonly SessionMessage _establishment = Expect.Accepted(SessionMessage.Parse(Bytes("session_establishment_hex")));
    private readonly SessionTranscript _transcript = Expect.Accepted(SessionTranscript.Parse(Bytes("session_transcript_hex")));

    [Fact]
    public void The_engagement_says_the_devices_key_and_how_to_reach_it()
    {
        using var device = Key("device_private_hex", _engagement.DeviceKey);
        Assert.Equal(Jwk.Of(device).ThumbprintText(), _engagement.DeviceKey.ThumbprintText());
        var way = Assert.Single(_engagement.Methods);
        Assert.Equal((2, 1), (way.Type, way.Version));
        Assert.True(way.Options.Member(1)!.Boolean);
        Assert.Equal(_engagement.Encoded.ToArray(), Expect.Accepted(DeviceEngagement.ParseUri(_engagement.ToUri())).Encoded.ToArray());
    }

    [Fact]
    public void The_reader_encrypts_the_request_to_the_published_bytes()
    {
        using var reader = Key("reader_private_hex", _establishment.ReaderKey!);
        using var cipher = Expect.Accepted(SessionCipher.ForReader(reader, _engagement.DeviceKey, _transcript));

        var message = SessionMessage.Establish(_establishment.ReaderKeyBytes!.Value.Span, cipher.Encrypt(Bytes("device_request_hex")));

        Assert.Equal(Vector.StringMember("session_establishment_hex"), Convert.ToHexStringLower(message));
    }

    [Fact]
    public void The_device_decrypts_the_request_and_encrypts_the_response_to_the_published_bytes()
    {
        using var device = Key("device_private_hex", _engagement.DeviceKey);
        using var cipher = Expect.Accepted(SessionCipher.ForDevice(device, _establishment.ReaderKey!, _transcript));

        Assert.Equal(Bytes("device_request_hex"), Expect.Accepted(cipher.Decrypt(_establishment.Data!.Value.Span)));
        var answer = Convert.ToHexStringLower(SessionMessage.Carry(cipher.Encrypt(Bytes("device_response_hex"))));

        Assert.Equal(Vector.LongMember("session_data_bytes"), answer.Length / 2);
        Assert.StartsWith(Vector.StringMember("session_data_begins_hex")!, answer, StringComparison.Ordinal);
        Assert.EndsWith(Vector.StringMember("session_data_ends_hex")!, answer, StringComparison.Ordinal);
        Assert.Equal(Vector.StringMember("session_termination_hex"), Convert.ToHexStringLower(SessionMessage.End(SessionMessage.Termination)));
    }

    [Fact]
    public void The_reader_decrypts_what_the_device_answers()
    {
        using var device = Key("device_private_hex", _engagement.DeviceKey);
        using var reader = Key("reader_private_hex", _establishment.ReaderKey!);
        using var theirs = Expect.Accepted(SessionCipher.ForDevice(device, _establishment.ReaderKey!, _transcript));
        using var ours = Expect.Accepted(SessionCipher.ForReader(reader, _engagement.DeviceKey, _transcript));

        var received = Expect.Accepted(SessionMessage.Parse(SessionMessage.Carry(theirs.Encrypt(Bytes("device_response_hex")))));

        Assert.Equal(Bytes("device_response_hex"), Expect.Accepted(ours.Decrypt(received.Data!.Value.Span)));
    }

    [Fact]
    public void The_reader_of_the_annex_is_authenticated_over_its_transcript()
    {
        var request = Assert.Single(Expect.Accepted(DeviceRequest.Parse(Bytes("device_request_hex"))).Documents);
        Assert.Equal("org.iso.18013.5.1.mDL", request.DocType);
        Assert.Equal(["family_name", "document_number", "driving_privileges", "issue_date", "expiry_date", "portrait"], request.Elements.Select(element => element.Element));
        Assert.Equal(["portrait"], request.Elements.Where(element => !element.IntentToRetain).Select(element => element.Element));
        using var chain = Expect.Accepted(request.ReaderAuth!.Certificates());
        using var key = Expect.Accepted(VerificationKey.Of(chain.Leaf));
        Expect.Accepted(request.VerifyReader(key, _transcript, JwsAlgorithm.ES256));
        Expect.Refused(FormatRule.Signature, request.VerifyReader(key, SessionTranscript.ForProximity(_engagement.Encoded, _establishment.ReaderKeyBytes!.Value, CborValue.Null), JwsAlgorithm.ES256));
        Expect.Refused(FormatRule.Algorithm, request.VerifyReader(key, _transcript, JwsAlgorithm.ES384));
    }

    private static byte[] Bytes(string name) => Convert.FromHexString(Vector.StringMember(name)!);

    private static ECDiffieHellman Key(string name, Jwk publicKey) => ECDiffieHellman.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        D = Bytes(name),
        Q = new ECPoint { X = publicKey.First, Y = publicKey.Second },
    });
}
