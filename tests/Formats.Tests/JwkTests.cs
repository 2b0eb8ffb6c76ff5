using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdentityPlatform.Formats.Tests;

public sealed class JwkTests
{
    private const string X = "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs";
    private const string Y = "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA";

    [Fact]
    public void The_thumbprint_of_RFC_7638_section_3_1_is_computed()
    {
        var vector = Vectors.Read("jose", "rfc7638-thumbprint");
        var jwk = Expect.Accepted(Jwk.Parse(vector.GetProperty("jwk")));
        Assert.Equal(vector.StringMember("thumbprint"), jwk.ThumbprintText());
        Assert.Equal("2011-04-29", jwk.KeyId);
    }

    [Fact]
    public void A_public_key_reads_back_as_it_was_written()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        var jwk = Jwk.Of(key, "one");
        var again = Expect.Accepted(Jwk.Parse(TestKeys.Json(jwk.ToJson())));
        Assert.True(jwk.IsSameKeyAs(again));
        Assert.Equal("one", again.KeyId);
        Assert.Null(again.WithoutKeyId().KeyId);
        Assert.Equal(jwk.ThumbprintText(), again.WithoutKeyId().ThumbprintText());
    }

    [Theory]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":"{{X}}","y":"{{Y}}","d":"AQ"}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":"{{X}}","y":"{{Y}}","d":null}""")]
    [InlineData("""{"kty":"oct","k":"AQ"}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":"{{X}}{{X}}{{X}}","y":"{{Y}}"}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":"\u006C\u0038","y":"{{Y}}"}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":"\u003D{{X}}","y":"{{Y}}"}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":"{{X}}ä","y":"{{Y}}"}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":7,"y":"{{Y}}"}""")]
    [InlineData($$"""{"":"EC","crv":"P-256","x":"{{X}}","y":"{{Y}}"}""")]
    [InlineData($$"""{"kty":"","crv":"P-256","x":"{{X}}","y":"{{Y}}"}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":"{{X}}"}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-384","x":"{{X}}","y":"{{Y}}"}""")]
    [InlineData($$"""{"kty":"EC","crv":"secp256k1","x":"{{X}}","y":"{{Y}}"}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":"{{X}}=","y":"{{Y}}"}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":"AA{{X}}","y":"{{Y}}"}""")]
    [InlineData($$"""{"kty":"ec","crv":"P-256","x":"{{X}}","y":"{{Y}}"}""")]
    [InlineData($$"""{"crv":"P-256","x":"{{X}}","y":"{{Y}}"}""")]
    [InlineData("""{"kty":"RSA","n":"AQAB","e":"AQAB"}""")]
    public void A_private_or_malformed_key_is_refused(string json) => Expect.Refused(FormatRule.Key, Jwk.Parse(TestKeys.Json(json)));

    [Theory]
    [InlineData("AQAB", true)]
    [InlineData("Aw", true)]
    [InlineData("AQ", false)]
    [InlineData("Ag", false)]
    [InlineData("AAEAAQ", false)]
    [InlineData("AQAAAAAAAAE", true)]
    [InlineData("AQAAAAAAAAAB", false)]
    public void An_rsa_exponent_is_odd_and_small_and_more_than_one(string exponent, bool accepted)
    {
        var n = Vectors.Read("jose", "rfc7638-thumbprint").GetProperty("jwk").StringMember("n");
        Assert.Equal(accepted, Jwk.Parse(TestKeys.Json($$"""{"kty":"RSA","n":"{{n}}","e":"{{exponent}}"}""")).Succeeded(out _, out _));
    }

    // RFC 7518 §6.2.2, §6.3.2, §6.4.1.
    [Theory]
    [InlineData("d")]
    [InlineData("p")]
    [InlineData("q")]
    [InlineData("dp")]
    [InlineData("dq")]
    [InlineData("qi")]
    [InlineData("oth")]
    [InlineData("k")]
    public void No_member_of_a_private_key_stands_in_a_public_one(string name)
    {
        var json = $$"""{"kty":"EC","crv":"P-256","x":"{{X}}","y":"{{Y}}","{{name}}":"AQ"}""";
        Expect.Refused(FormatRule.Key, Jwk.Parse(TestKeys.Json(json)));
        Expect.Accepted(Jwk.Parse(TestKeys.Json(json.Replace($"\"{name}\"", $"\"{name}_\"", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"EC\"")]
    [InlineData("null")]
    public void What_is_no_object_is_no_key(string json) => Expect.Refused(FormatRule.Structure, Jwk.Parse(TestKeys.Json(json)));

    [Fact]
    public void A_coordinate_is_the_same_where_it_is_escaped()
    {
        var plain = Expect.Accepted(Jwk.Parse(TestKeys.Json($$"""{"kty":"EC","crv":"P-256","x":"{{X}}","y":"{{Y}}"}""")));
        var escaped = Expect.Accepted(Jwk.Parse(TestKeys.Json($$"""{"\u006Bty":"\u0045C","crv":"P-256","x":"\u006C{{X[1..]}}","y":"{{Y[..^1]}}\u0041"}""")));
        Assert.True(plain.IsSameKeyAs(escaped));
        Assert.Equal(plain.ThumbprintText(), escaped.ThumbprintText());
    }

    // RFC 7517 §4.1: kty says what the other members mean.
    [Theory]
    [InlineData("RSA", true)]
    [InlineData("rsa", false)]
    [InlineData("EC", false)]
    [InlineData("OKP", false)]
    public void The_numbers_of_an_rsa_key_are_one_where_kty_says_so(string kty, bool accepted)
    {
        var n = Vectors.Read("jose", "rfc7638-thumbprint").GetProperty("jwk").StringMember("n");
        var json = TestKeys.Json($$"""{"kty":"{{kty}}","n":"{{n}}","e":"AQAB"}""");
        if (accepted)
        {
            Assert.Equal(2048, Expect.Accepted(Jwk.Parse(json)).ModulusBits);
        }
        else
        {
            Expect.Refused(FormatRule.Key, Jwk.Parse(json));
        }
    }

    // RFC 7518 §3.3 and the bound on what a foreign key may cost.
    [Theory]
    [InlineData(255, 0x80, false)]
    [InlineData(256, 0x80, true)]
    [InlineData(1024, 0x80, true)]
    [InlineData(1025, 0x80, false)]
    [InlineData(256, 0x00, false)]
    public void An_rsa_modulus_has_2048_to_8192_bits(int bytes, byte first, bool accepted)
    {
        var n = new byte[bytes];
        Array.Fill(n, (byte)0xFF);
        n[0] = first;
        var json = TestKeys.Json($$"""{"kty":"RSA","n":"{{Base64UrlText.Encode(n)}}","e":"AQAB"}""");
        if (accepted)
        {
            Assert.Equal((bytes * 8, "RSA", null), (Expect.Accepted(Jwk.Parse(json)).ModulusBits, Jwk.Parse(json).OrThrow().KeyType, Jwk.Parse(json).OrThrow().Curve));
        }
        else
        {
            Expect.Refused(FormatRule.Key, Jwk.Parse(json));
        }
    }

    [Fact]
    public void Keys_are_the_same_when_curve_and_both_numbers_are()
    {
        var one = Jwk.Parse(TestKeys.Json($$"""{"kty":"EC","crv":"P-256","x":"{{X}}","y":"{{Y}}"}""")).OrThrow();
        var rsa = Jwk.Parse(Vectors.Read("jose", "rfc7638-thumbprint").GetProperty("jwk")).OrThrow();
        Assert.Equal((0, 2048), (one.ModulusBits, rsa.ModulusBits));
        Assert.True(one.IsSameKeyAs(Jwk.OfPoint("P-256", one.First, one.Second).OrThrow()));
        Assert.False(one.IsSameKeyAs(Jwk.OfPoint("P-256", one.First, one.First).OrThrow()));
        Assert.False(one.IsSameKeyAs(Jwk.OfPoint("P-256", one.Second, one.Second).OrThrow()));
        Assert.False(one.IsSameKeyAs(rsa));
        Assert.True(rsa.IsSameKeyAs(rsa.WithoutKeyId()));
    }

    [Fact]
    public void A_point_has_the_size_of_a_curve_that_is_known()
    {
        var (x, y) = (new byte[32], new byte[32]);
        Expect.Accepted(Jwk.OfPoint("P-256", x, y));
        Expect.Refused(FormatRule.Key, Jwk.OfPoint("P-256", x, [1]));
        Expect.Refused(FormatRule.Key, Jwk.OfPoint("P-256", [1], y));
        Expect.Refused(FormatRule.Key, Jwk.OfPoint("P-384", x, y));
        Expect.Refused(FormatRule.Key, Jwk.OfPoint("P-224", x, y));
        Expect.Refused(FormatRule.Key, Jwk.OfPoint("P-224", [], []));
    }

    [Fact]
    public void A_key_is_written_with_what_it_is_for()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var (q, bare) = (key.ExportParameters(false).Q, Jwk.Of(key).ToJson());
        Assert.Equal($$"""{"kty":"EC","crv":"P-256","x":"{{Base64UrlText.Encode(q.X)}}","y":"{{Base64UrlText.Encode(q.Y)}}"}""", bare);
        Assert.Equal($$"""{{bare[..^1]}},"kid":"k1","use":"enc","alg":"ECDH-ES"}""", Jwk.ForEncryption(key, "k1").ToJson());
        Assert.Equal(bare, Jwk.ForEncryption(key, "k1").WithoutKeyId().ToJson());
        using var rsa = TestKeys.Rsa();
        var n = Base64UrlText.Encode(rsa.ExportParameters(false).Modulus);
        Assert.Equal($$"""{"kty":"RSA","n":"{{n}}","e":"AQAB","kid":"k2","alg":"RS256"}""", Jwk.Of(rsa, "k2", JwsAlgorithm.RS256).ToJson());
    }

    [Fact]
    public void A_key_without_a_private_part_has_its_public_one()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var half = ECDiffieHellman.Create(key.ExportParameters(includePrivateParameters: false));
        Assert.True(Jwk.Of(key).IsSameKeyAs(Jwk.Of(half)));
        using var rsa = TestKeys.Rsa();
        using var halfRsa = RSA.Create(rsa.ExportParameters(includePrivateParameters: false));
        Assert.True(Jwk.Of(rsa).IsSameKeyAs(Jwk.Of(halfRsa)));
    }

    [Fact]
    public void A_key_on_another_curve_or_on_one_without_a_name_is_refused()
    {
        using var known = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        using var nameless = ECDsa.Create(other.ExportExplicitParameters(includePrivateParameters: false));
        Assert.Equal("P-256", Jwk.Of(known).Curve);
        Assert.Throws<ArgumentException>("key", () => Jwk.Of(other));
        Assert.Throws<ArgumentException>("key", () => Jwk.Of(nameless));
    }

    [Fact]
    public void A_point_off_its_curve_is_refused()
    {
        var good = Jwk.Parse(TestKeys.Json($$"""{"kty":"EC","crv":"P-256","x":"{{X}}","y":"{{Y}}"}""")).OrThrow();
        Expect.Accepted(VerificationKey.Import(good));
        var swapped = Jwk.Parse(TestKeys.Json($$"""{"kty":"EC","crv":"P-256","x":"{{Y}}","y":"{{X}}"}""")).OrThrow();
        Expect.Refused(FormatRule.Key, VerificationKey.Import(swapped));
        var zero = new string('A', 43);
        var origin = Jwk.Parse(TestKeys.Json($$"""{"kty":"EC","crv":"P-256","x":"{{zero}}","y":"{{zero}}"}""")).OrThrow();
        Expect.Refused(FormatRule.Key, VerificationKey.Import(origin));
    }

    [Theory]
    [InlineData("""  "use":"enc" """, false)]
    [InlineData("""  "alg":"ES384" """, false)]
    [InlineData("""  "alg":"ECDH-ES" """, false)]
    [InlineData("""  "use":"sig","alg":"ES256" """, true)]
    public void A_key_verifies_only_what_it_is_meant_for(string members, bool accepted)
    {
        using var key = TestKeys.Es256();
        var json = key.PublicKey.WithoutKeyId().ToJson()[..^1] + "," + members + "}";
        using var imported = VerificationKey.Import(Jwk.Parse(TestKeys.Json(json)).OrThrow()).OrThrow();
        var jwt = SignedJwt.Parse(JwtWriter.Sign(key, "test+jwt", _ => { })).OrThrow();
        Assert.Equal(accepted, jwt.Verify(imported, "test+jwt", JwsAlgorithm.ES256).Succeeded(out _, out _));
    }

    [Fact]
    public void A_certificate_with_a_key_on_another_curve_is_refused()
    {
        Expect.Accepted(VerificationKey.Of(SelfSigned(ECCurve.NamedCurves.nistP256)));

        // Of the same size as P-256: only the curve's name tells them apart.
        Expect.Refused(FormatRule.Key, VerificationKey.Of(SelfSigned(ECCurve.CreateFromFriendlyName("secp256k1"))));
        Expect.Refused(FormatRule.Key, VerificationKey.Of(SelfSigned(ECCurve.NamedCurves.brainpoolP256r1)));
    }

    [Fact]
    public void A_certificate_with_a_short_rsa_key_is_refused()
    {
#pragma warning disable CA5385 // The short key is what the test is about.
        using var rsa = RSA.Create(1024);
#pragma warning restore CA5385
        var request = new CertificateRequest("CN=short", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Expect.Refused(FormatRule.Key, VerificationKey.Of(request.CreateSelfSigned(TestKeys.Now, TestKeys.Now.AddDays(1))));
    }

    private static X509Certificate2 SelfSigned(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(TestKeys.Now, TestKeys.Now.AddDays(1));
    }
}
