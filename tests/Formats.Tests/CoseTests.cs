using System.Formats.Cbor;
using System.Security.Cryptography;
using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Formats.Tests;

public sealed class CoseTests
{
    [Theory]
    [InlineData(JwsAlgorithm.ES256)]
    [InlineData(JwsAlgorithm.ES384)]
    [InlineData(JwsAlgorithm.ES512)]
    public void A_signed_message_verifies_with_its_key_and_algorithm_alone(JwsAlgorithm algorithm)
    {
        using var key = Key(algorithm);
        using var publicKey = TestKeys.Public(key);
        using var other = TestKeys.Public(Key(algorithm));
        var message = Expect.Accepted(CoseSign1.Parse(CoseWriter.Sign(key, "payload"u8, "text/plain", withCertificates: false)));
        Assert.Equal((algorithm, true), (message.Algorithm, message.IsTagged));
        Assert.Equal("text/plain", message.Protected(16)?.Text);
        Assert.True(Expect.Accepted(message.Verify(publicKey, algorithm)).Payload.Span.SequenceEqual("payload"u8));
        Expect.Refused(FormatRule.Signature, message.Verify(other, algorithm));
        Expect.Refused(FormatRule.Algorithm, message.Verify(publicKey, JwsAlgorithm.PS256));
        Expect.Refused(FormatRule.Algorithm, message.Verify(publicKey));
    }

    [Fact]
    public void The_message_of_isomdl_verifies()
    {
        var vector = Vectors.Read("isomdl", "cose-sign1");
        var message = Expect.Accepted(CoseSign1.Parse(Hex(vector, "message_hex")));
        using var publicKey = TestKeys.Public(SigningKey.From(Private(Hex(vector, "private_hex"))));
        Assert.Equal("This is the content.", System.Text.Encoding.UTF8.GetString(Expect.Accepted(message.Verify(publicKey, JwsAlgorithm.ES256)).Payload.Span));
        Assert.False(message.IsTagged);
        Assert.Equal("11"u8, message.Unprotected(4)!.Bytes!.Value.Span);
    }

    [Theory]
    [InlineData(-7, true)]
    [InlineData(-9, true)]
    [InlineData(-35, false)]
    [InlineData(-8, false)]
    [InlineData(5, false)]
    public void The_plain_and_the_fully_specified_number_are_taken(int number, bool verifies)
    {
        using var key = TestKeys.Es256();
        using var publicKey = TestKeys.Public(key);
        var message = CoseSign1.Parse(Message(key, writer => Map(writer, (1, number)), writer => Map(writer)));
        if (verifies)
        {
            Expect.Accepted(message.OrThrow().Verify(publicKey, JwsAlgorithm.ES256));
        }
        else if (number == -35)
        {
            Expect.Refused(FormatRule.Signature, message.OrThrow().Verify(publicKey, JwsAlgorithm.ES384));
        }
        else
        {
            Expect.Refused(FormatRule.Algorithm, message);
        }
    }

    [Fact]
    public void Headers_are_read_where_they_belong()
    {
        using var key = TestKeys.Es256();
        Expect.Accepted(CoseSign1.Parse(Message(key, writer => Map(writer, (1, -7)), writer => Map(writer, (4, 1)))));
        Expect.Refused(FormatRule.Algorithm, CoseSign1.Parse(Message(key, writer => Map(writer), writer => Map(writer, (1, -7)))));
        Expect.Refused(FormatRule.Structure, CoseSign1.Parse(Message(key, writer => Map(writer, (1, -7)), writer => Map(writer, (1, -7)))));
        Expect.Refused(FormatRule.Structure, CoseSign1.Parse(Message(key, writer => Map(writer, (1, -7), (2, 1)), writer => Map(writer))));
        Expect.Refused(FormatRule.Cbor, CoseSign1.Parse(Message(key, writer =>
        {
            writer.WriteNull();
            writer.WriteNull();
        }, writer => Map(writer))));
        Expect.Refused(FormatRule.Structure, CoseSign1.Parse(Message(key, writer => writer.WriteNull(), writer => Map(writer))));
        Expect.Refused(FormatRule.Structure, CoseSign1.Parse(Message(key, writer => Map(writer, (1, -7)), writer => writer.WriteNull())));
    }

    [Theory]
    [InlineData("80")]
    [InlineData("8340a040")]
    [InlineData("8543a10126a0404040")]
    [InlineData("d18443a10126a04040")]
    [InlineData("8443a10126a001" + "40")]
    [InlineData("8443a10126a040f6")]
    public void Another_form_is_refused(string hex) => Expect.Refused(FormatRule.Structure, CoseSign1.Parse(Convert.FromHexString(hex)));

    [Fact]
    public void A_payload_stands_inside_or_elsewhere_and_not_in_both_places()
    {
        using var key = TestKeys.Es256();
        using var publicKey = TestKeys.Public(key);
        var inside = CoseSign1.Parse(CoseWriter.Sign(key, "a"u8, withCertificates: false)).OrThrow();
        Expect.Refused(FormatRule.Structure, inside.VerifyDetached(publicKey, "a"u8.ToArray(), JwsAlgorithm.ES256));
        var writer = new CborWriter();
        CoseWriter.Write(writer, key, "a"u8, detached: true);
        var detached = CoseSign1.Parse(writer.Encode()).OrThrow();
        Expect.Accepted(detached.VerifyDetached(publicKey, "a"u8.ToArray(), JwsAlgorithm.ES256));
        Expect.Refused(FormatRule.Signature, detached.VerifyDetached(publicKey, "b"u8.ToArray(), JwsAlgorithm.ES256));
        Expect.Refused(FormatRule.Structure, detached.Verify(publicKey, JwsAlgorithm.ES256));
    }

    [Fact]
    public void A_chain_goes_with_the_message_and_holds_no_anchor()
    {
        var pki = new TestPki();
        using var one = SigningKey.From(pki.LeafKey, chain: [pki.Leaf.RawData]);
        using var two = SigningKey.From(pki.LeafKey, chain: [pki.Leaf.RawData, pki.Intermediate.RawData]);
        using var root = SigningKey.From(pki.LeafKey, chain: [pki.Leaf.RawData, pki.Root.RawData]);
        using var none = SigningKey.From(pki.LeafKey);
        Assert.Single(Expect.Accepted(CoseSign1.Parse(CoseWriter.Sign(one, [])).OrThrow().Certificates()).Certificates);
        Assert.Equal(CborKind.Bytes, CoseSign1.Parse(CoseWriter.Sign(one, [])).OrThrow().Unprotected(33)!.Kind);
        Assert.Equal(2, Expect.Accepted(CoseSign1.Parse(CoseWriter.Sign(two, [])).OrThrow().Certificates()).Certificates.Count);
        Expect.Refused(FormatRule.Size, CoseSign1.Parse(CoseWriter.Sign(two, [])).OrThrow().Certificates(1));
        Expect.Refused(FormatRule.Certificate, CoseSign1.Parse(CoseWriter.Sign(root, [])).OrThrow().Certificates());
        Expect.Refused(FormatRule.Member, CoseSign1.Parse(CoseWriter.Sign(one, [], withCertificates: false)).OrThrow().Certificates());
        Assert.Throws<InvalidOperationException>(() => CoseWriter.Sign(none, []));
    }

    [Fact]
    public void A_key_is_read_and_written_in_the_same_bytes()
    {
        var published = Hex(Vectors.Read("isomdl", "cose-key"), "key_hex");
        var key = Expect.Accepted(CoseKey.Parse(StrictCbor.Parse(published).OrThrow()));
        Assert.Equal("P-256", key.Curve);
        Assert.True(CoseKey.Write(key).Encoded.Span.SequenceEqual(published));
        foreach (var algorithm in new[] { JwsAlgorithm.ES384, JwsAlgorithm.ES512 })
        {
            using var larger = Key(algorithm);
            Assert.True(Expect.Accepted(CoseKey.Parse(CoseKey.Write(larger.PublicKey))).IsSameKeyAs(larger.PublicKey));
        }
    }

    [Fact]
    public void A_key_that_is_none_is_refused()
    {
        var (x, y) = (new byte[32], new byte[32]);
        Expect.Accepted(CoseKey.Parse(KeyOf(2, 1, x, y)));
        Expect.Refused(FormatRule.Key, CoseKey.Parse(KeyOf(1, 1, x, y)));
        Expect.Refused(FormatRule.Key, CoseKey.Parse(KeyOf(2, 8, x, y)));
        Expect.Refused(FormatRule.Key, CoseKey.Parse(KeyOf(2, 2, x, y)));
        Expect.Refused(FormatRule.Key, CoseKey.Parse(KeyOf(2, 1, x[1..], y)));
        Expect.Refused(FormatRule.Key, CoseKey.Parse(KeyOf(2, 1, x, null)));
        Expect.Refused(FormatRule.Key, CoseKey.Parse(KeyOf(2, 1, x, y, d: x)));
        Expect.Refused(FormatRule.Structure, CoseKey.Parse(CborValue.Null));

        // A point that lies off the curve is seen when the key is taken into use.
        Expect.Refused(FormatRule.Key, VerificationKey.Import(CoseKey.Parse(KeyOf(2, 1, x, y)).OrThrow()));
    }

    private static SigningKey Key(JwsAlgorithm algorithm) => SigningKey.From(ECDsa.Create(
        algorithm == JwsAlgorithm.ES384 ? ECCurve.NamedCurves.nistP384 : algorithm == JwsAlgorithm.ES512 ? ECCurve.NamedCurves.nistP521 : ECCurve.NamedCurves.nistP256));

    private static ECDsa Private(byte[] scalar) => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });

    private static byte[] Hex(JsonElement vector, string name) => Convert.FromHexString(vector.StringMember(name)!);

    // A message with any headers, and a signature over them.
    private static byte[] Message(SigningKey key, Action<CborWriter> protectedHeader, Action<CborWriter> unprotected)
    {
        var header = new CborWriter(allowMultipleRootLevelValues: true);
        protectedHeader(header);
        var bytes = header.Encode();
        var writer = new CborWriter(CborConformanceMode.Lax);
        writer.WriteStartArray(4);
        writer.WriteByteString(bytes);
        unprotected(writer);
        writer.WriteByteString("x"u8);
        writer.WriteByteString(key.Sign(CoseSign1.SigningInput(bytes, "x"u8)));
        writer.WriteEndArray();
        return writer.Encode();
    }

    private static void Map(CborWriter writer, params (int Label, int Value)[] members)
    {
        writer.WriteStartMap(members.Length);
        foreach (var (label, value) in members)
        {
            writer.WriteInt32(label);
            writer.WriteInt32(value);
        }

        writer.WriteEndMap();
    }

    private static CborValue KeyOf(int type, int curve, byte[] x, byte[]? y, byte[]? d = null) => CborValue.Build(writer =>
    {
        writer.WriteStartMap(d is null ? 4 : 5);
        writer.WriteInt32(1);
        writer.WriteInt32(type);
        writer.WriteInt32(-1);
        writer.WriteInt32(curve);
        writer.WriteInt32(-2);
        writer.WriteByteString(x);
        writer.WriteInt32(-3);
        if (y is null)
        {
            writer.WriteBoolean(true);
        }
        else
        {
            writer.WriteByteString(y);
        }

        if (d is not null)
        {
            writer.WriteInt32(-4);
            writer.WriteByteString(d);
        }

        writer.WriteEndMap();
    });
}
