using System.Security.Cryptography;
using System.Text;

namespace IdentityPlatform.Formats.Tests;

public sealed class JweTests
{
    private static readonly byte[] Payload = Encoding.UTF8.GetBytes("""{"vp_token":{}}""");

    [Fact]
    public void The_encrypted_response_of_OpenID4VP_decrypts()
    {
        var vector = Vectors.Read("openid4vp", "8.3-encrypted-response");
        var jwk = vector.GetProperty("decryption_jwk");
        using var key = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Base64UrlText.Parse(jwk.StringMember("d"), "d").OrThrow(),
            Q = new ECPoint { X = Base64UrlText.Parse(jwk.StringMember("x"), "x").OrThrow(), Y = Base64UrlText.Parse(jwk.StringMember("y"), "y").OrThrow() },
        });
        var jwe = vector.StringMember("jwe")!;
        Assert.Equal(jwk.StringMember("kid"), Jwe.KeyIdOf(jwe));
        Assert.Equal(vector.StringMember("plaintext"), Encoding.UTF8.GetString(Expect.Accepted(Jwe.Decrypt(jwe, key))));
    }

    [Fact]
    public void The_key_agreement_of_RFC_7518_binds_both_parties_into_the_key()
    {
        var vector = Vectors.Read("jose", "rfc7518-key-agreement");
        using var alice = Expect.Accepted(PrivateJwk.ParseAgreement(vector.GetProperty("alice")));
        using var bob = Expect.Accepted(PrivateJwk.ParseAgreement(vector.GetProperty("bob")));
        var (u, v) = (Bytes("apu"), Bytes("apv"));
        var derived = KeyAgreement.Derive(alice, bob, vector.StringMember("enc")!, 16, u, v);
        Assert.Equal(Bytes("derived"), derived);
        Assert.Equal(derived, KeyAgreement.Derive(bob, alice, vector.StringMember("enc")!, 16, u, v));
        Assert.NotEqual(derived, KeyAgreement.Derive(bob, alice, vector.StringMember("enc")!, 16, v, u));
        Assert.NotEqual(derived, KeyAgreement.Derive(bob, alice, vector.StringMember("enc")!, 16, [], []));

        byte[] Bytes(string name) => Base64UrlText.Parse(vector.StringMember(name), name).OrThrow();
    }

    [Fact]
    public void A_public_key_to_encrypt_to_names_its_use()
    {
        using var key = NewKey();
        using var larger = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        var jwk = Jwk.ForEncryption(key);
        Assert.Equal(("enc", "ECDH-ES", Jwk.Of(key).ThumbprintText()), (jwk.Use, jwk.Algorithm, jwk.KeyId));
        Assert.Equal("k1", Jwk.ForEncryption(key, "k1").KeyId);
        Assert.Throws<ArgumentException>(() => Jwk.ForEncryption(larger));
        Expect.Refused(FormatRule.Key, PrivateJwk.ParseAgreement(TestKeys.Json("""{"kty":"EC","crv":"P-384"}""")));
        Expect.Refused(FormatRule.Key, PrivateJwk.ParseAgreement(TestKeys.Json("""{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}""")));
    }

    [Theory]
    [InlineData("A128GCM")]
    [InlineData("A256GCM")]
    public void A_message_reads_back_as_it_was_encrypted(string enc)
    {
        using var key = NewKey();
        var jwe = Jwe.Encrypt(Jwk.Of(key, "k1"), enc, Payload, TestKeys.Seeded(1), partyU: "from"u8, partyV: "to"u8);
        Assert.Equal("k1", Jwe.KeyIdOf(jwe));
        Assert.Equal(Payload, Expect.Accepted(Jwe.Decrypt(jwe, key)));
    }

    [Fact]
    public void The_initialisation_vector_and_the_name_of_the_key_are_those_handed_in()
    {
        using var key = NewKey();
        var drawn = new byte[12];
        TestKeys.Seeded(9)(drawn);
        var jwe = Jwe.Encrypt(Jwk.Of(key, "k1"), "A128GCM", Payload, TestKeys.Seeded(9), keyId: "k2");
        Assert.Equal(Base64UrlText.Encode(drawn), jwe.Split('.')[2]);
        Assert.Equal("k2", Jwe.KeyIdOf(jwe));
        Assert.Null(Jwe.KeyIdOf(Jwe.Encrypt(Jwk.Of(key), "A128GCM", Payload, TestKeys.Seeded(9))));
    }

    // RFC 7518 §4.6.2: each party's information is bound into the key by its length too.
    [Fact]
    public void Both_parties_stand_in_the_header()
    {
        using var key = NewKey();
        var header = StrictJson.ParseObject(Base64UrlText.Parse(
            Jwe.Encrypt(Jwk.Of(key), "A128GCM", Payload, TestKeys.Seeded(1), partyU: "from"u8, partyV: "to"u8, compress: true).Split('.')[0], "").OrThrow()).OrThrow().Element;
        Assert.Equal(["alg", "enc", "zip", "apu", "apv", "epk"], header.EnumerateObject().Select(member => member.Name));
        Assert.Equal((TestKeys.Encode("from"), TestKeys.Encode("to"), "DEF"), (header.StringMember("apu"), header.StringMember("apv"), header.StringMember("zip")));
        var bare = StrictJson.ParseObject(Base64UrlText.Parse(Jwe.Encrypt(Jwk.Of(key), "A128GCM", Payload, TestKeys.Seeded(1)).Split('.')[0], "").OrThrow()).OrThrow().Element;
        Assert.Equal(["alg", "enc", "epk"], bare.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public void What_is_said_to_be_compressed_and_is_not_is_refused()
    {
        using var key = NewKey();
        using var ephemeral = NewKey();
        var header = TestKeys.Encode($$"""{"alg":"ECDH-ES","enc":"A128GCM","zip":"DEF","epk":{{Jwk.Of(ephemeral).WithoutKeyId().ToJson()}}}""");
        Assert.Equal([1, 2], Expect.Accepted(Jwe.Decrypt(Message([0x63, 0x64, 0x02, 0x00]), key, maxInflated: 2)));
        Expect.Refused(FormatRule.Compression, Jwe.Decrypt(Message([0xFF, 0xFF, 0xFF]), key, maxInflated: 2));

        string Message(byte[] plain)
        {
            var (iv, tag, ciphertext) = (new byte[12], new byte[16], new byte[plain.Length]);
            using var gcm = new AesGcm(KeyAgreement.Derive(ephemeral, key, "A128GCM", 16, [], []), tag.Length);
            gcm.Encrypt(iv, plain, ciphertext, tag, Encoding.ASCII.GetBytes(header));
            return $"{header}..{Base64UrlText.Encode(iv)}.{Base64UrlText.Encode(ciphertext)}.{Base64UrlText.Encode(tag)}";
        }
    }

    [Fact]
    public void A_compressed_message_is_for_those_who_ask_for_it_and_bounded()
    {
        using var key = NewKey();
        var large = Encoding.ASCII.GetBytes(new string('x', 50_000));
        var jwe = Jwe.Encrypt(Jwk.Of(key), "A128GCM", large, TestKeys.Seeded(1), compress: true);
        Assert.InRange(jwe.Length, 1, 1_000);
        Assert.Equal(large, Expect.Accepted(Jwe.Decrypt(jwe, key, maxInflated: large.Length)));
        Assert.Equal(large, Expect.Accepted(Jwe.Decrypt(jwe, key, maxInflated: int.MaxValue)));
        Expect.Refused(FormatRule.Compression, Jwe.Decrypt(jwe, key, maxInflated: large.Length - 1));
        Expect.Refused(FormatRule.Compression, Jwe.Decrypt(jwe, key));
        Assert.Equal(Payload, Expect.Accepted(Jwe.Decrypt(Encrypt(key), key, maxInflated: 10)));
    }

    [Fact]
    public void A_message_does_not_decrypt_with_another_key()
    {
        using var key = NewKey();
        using var other = NewKey();
        var jwe = Encrypt(key);
        Expect.Accepted(Jwe.Decrypt(jwe, key));
        Expect.Refused(FormatRule.Encryption, Jwe.Decrypt(jwe, other));
        using var larger = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<ArgumentException>(() => Jwe.Decrypt(jwe, larger));
    }

    [Theory]
    [InlineData("alg", "\"ECDH-ES+A128KW\"", FormatRule.Algorithm)]
    [InlineData("alg", "\"RSA-OAEP\"", FormatRule.Algorithm)]
    [InlineData("alg", "\"dir\"", FormatRule.Algorithm)]
    [InlineData("enc", "\"A192GCM\"", FormatRule.Algorithm)]
    [InlineData("enc", "\"A128CBC-HS256\"", FormatRule.Algorithm)]
    [InlineData("zip", "\"DEF\"", FormatRule.Compression)]
    [InlineData("zip", "\"GZIP\"", FormatRule.Structure)]
    [InlineData("crit", "[\"exp\"]", FormatRule.Structure)]
    [InlineData("apu", "7", FormatRule.Member)]
    [InlineData("apv", "\"AB==\"", FormatRule.Base64Url)]
    [InlineData("apu", "\"AA\"", FormatRule.Encryption)]
    [InlineData("enc", "\"A128GCM\"", FormatRule.Encryption)]
    [InlineData("epk", "null", FormatRule.Member)]
    [InlineData("epk", "{\"kty\":\"EC\"}", FormatRule.Key)]
    public void A_changed_header_is_refused(string name, string value, FormatRule rule)
    {
        using var key = NewKey();
        var parts = Encrypt(key).Split('.');
        var header = StrictJson.ParseObject(Base64UrlText.Parse(parts[0], "header").OrThrow()).OrThrow().Element;
        parts[0] = Base64UrlText.Encode(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            foreach (var member in header.EnumerateObject().Where(member => member.Name != name))
            {
                member.WriteTo(writer);
            }

            writer.WritePropertyName(name);
            writer.WriteRawValue(value);
            writer.WriteEndObject();
        }));
        Expect.Refused(rule, Jwe.Decrypt(string.Join('.', parts), key));
    }

    [Fact]
    public void A_changed_part_is_refused()
    {
        using var key = NewKey();
        var parts = Encrypt(key).Split('.');
        Refused(FormatRule.Structure, [.. parts, ""]);
        Refused(FormatRule.Structure, parts[..4]);
        Refused(FormatRule.Structure, [parts[0], "AA", parts[2], parts[3], parts[4]]);
        Refused(FormatRule.Structure, [parts[0], "", "AAAA", parts[3], parts[4]]);
        Refused(FormatRule.Structure, [parts[0], "", parts[2], parts[3], parts[4][..16]]);
        Refused(FormatRule.Encryption, [parts[0], "", parts[2], "AAAA", parts[4]]);
        Refused(FormatRule.Encryption, [parts[0], "", parts[2], parts[3], new string('A', 22)]);
        Refused(FormatRule.Base64Url, [parts[0], "", parts[2], parts[3] + "=", parts[4]]);

        void Refused(FormatRule rule, string[] changed) => Expect.Refused(rule, Jwe.Decrypt(string.Join('.', changed), key));
    }

    [Fact]
    public void An_ephemeral_key_off_the_curve_is_refused()
    {
        using var key = NewKey();
        var parts = Encrypt(key).Split('.');
        var zero = new string('A', 43);
        parts[0] = TestKeys.Encode($$$"""{"alg":"ECDH-ES","enc":"A256GCM","epk":{"kty":"EC","crv":"P-256","x":"{{{zero}}}","y":"{{{zero}}}"}}""");
        Expect.Refused(FormatRule.Key, Jwe.Decrypt(string.Join('.', parts), key));
    }

    [Fact]
    public void A_largemessage_is_refused()
    {
        using var key = NewKey();
        var jwe = Encrypt(key);
        Expect.Accepted(Jwe.Decrypt(jwe, key, jwe.Length));
        Expect.Refused(FormatRule.Size, Jwe.Decrypt(jwe, key, jwe.Length - 1));
        Assert.Null(Jwe.KeyIdOf("nonsense"));
    }

    [Fact]
    public void Only_a_p256_recipient_and_the_two_encryptions_are_written()
    {
        using var key = NewKey();
        using var larger = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<ArgumentException>(() => Jwe.Encrypt(Jwk.Of(larger), "A256GCM", Payload, TestKeys.Seeded(1)));
        Assert.Throws<ArgumentException>(() => Jwe.Encrypt(Jwk.Of(key), "A192GCM", Payload, TestKeys.Seeded(1)));

        // A point of P-256 with zeros in front has the length of one on P-384.
        var point = Jwk.Of(key);
        Assert.Throws<ArgumentException>(() => Jwe.Encrypt(
            Jwk.OfPoint("P-384", [.. new byte[16], .. point.First], [.. new byte[16], .. point.Second]).OrThrow(), "A256GCM", Payload, TestKeys.Seeded(1)));
        Expect.Accepted(Jwe.Decrypt(Jwe.Encrypt(Jwk.OfPoint("P-256", point.First, point.Second).OrThrow(), "A256GCM", Payload, TestKeys.Seeded(1)), key));
    }

    private static ECDiffieHellman NewKey() => ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    private static string Encrypt(ECDiffieHellman key) => Jwe.Encrypt(Jwk.Of(key), "A256GCM", Payload, TestKeys.Seeded(1));
}
