using System.Security.Cryptography;

namespace IdentityPlatform.Formats.Tests;

public sealed class PrivateJwkTests
{
    [Theory]
    [InlineData("nistP256", JwsAlgorithm.ES256)]
    [InlineData("nistP384", JwsAlgorithm.ES384)]
    [InlineData("nistP521", JwsAlgorithm.ES512)]
    public void A_written_key_reads_back_and_signs(string curve, JwsAlgorithm algorithm)
    {
        using var ecdsa = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        using var key = Expect.Accepted(PrivateJwk.Parse(Written(ecdsa), [[1, 2]]));
        Assert.Equal((algorithm, "k1"), (key.Algorithm, key.KeyId));
        Assert.True(key.PublicKey.IsSameKeyAs(Jwk.Of(ecdsa)));
        Assert.Single(key.CertificateChain);
        var jwt = SignedJwt.Parse(JwtWriter.Sign(key, "test+jwt", _ => { })).OrThrow();
        Expect.Accepted(jwt.Verify(TestKeys.Public(key), "test+jwt", algorithm));
    }

    // One signature in 256 has an r or an s with a zero in front, which its own form drops and the fixed-length form keeps.
    [Theory]
    [InlineData("nistP256", 1500)]
    [InlineData("nistP384", 300)]
    [InlineData("nistP521", 300)]
    public void A_key_from_a_file_signs_for_many_threads_at_once(string curve, int times)
    {
        using var ecdsa = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        using var key = PrivateJwk.Parse(Written(ecdsa)).OrThrow();
        using var verifier = TestKeys.Public(key);
        Parallel.For(0, times, i =>
        {
            var data = BitConverter.GetBytes(i);
            var signature = key.Sign(data);
            Assert.Equal(2 * key.PublicKey.First.Length, signature.Length);
            Assert.True(verifier.Verify(key.Algorithm, data, signature));
            Assert.False(verifier.Verify(key.Algorithm, BitConverter.GetBytes(i + 1), signature));
        });
    }

    [Fact]
    public void A_key_that_was_disposed_signs_nothing()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = PrivateJwk.Parse(Written(ecdsa)).OrThrow();
        Assert.Equal(64, key.Sign([1]).Length);
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Sign([1]));
    }

    [Fact]
    public void A_private_part_that_belongs_to_another_key_is_refused()
    {
        using var one = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var mixed = Written(one).GetRawText().Replace(Written(one).StringMember("d")!, Written(other).StringMember("d")!, StringComparison.Ordinal);
        Expect.Refused(FormatRule.Key, PrivateJwk.Parse(TestKeys.Json(mixed)));
        Expect.Accepted(PrivateJwk.Parse(Written(one)));
    }

    [Theory]
    [InlineData("""{"kty":"oct","k":"AA"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256"}""")]
    [InlineData("""{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA","d":"AA"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"A=","y":"AA","d":"AA"}""")]
    [InlineData("""{"kty":"RSA","n":"AQAB","e":"AQAB"}""")]
    [InlineData("[]")]
    public void A_malformed_key_is_refused(string json) => Expect.Refused(FormatRule.Key, PrivateJwk.Parse(TestKeys.Json(json)));

    [Fact]
    public void A_public_jwk_refuses_what_a_private_one_holds_and_nothing_prints_it()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var json = Written(ecdsa);
        Expect.Refused(FormatRule.Key, Jwk.Parse(json));
        using var key = PrivateJwk.Parse(json).OrThrow();
        Assert.DoesNotContain(json.StringMember("d")!, key.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(json.StringMember("d")!, key.PublicKey.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(JwsAlgorithm.PS256)]
    [InlineData(JwsAlgorithm.RS256)]
    public void A_written_rsa_key_reads_back_and_signs(JwsAlgorithm algorithm)
    {
        var json = WrittenRsa(algorithm);
        Assert.Equal(["kty", "kid", "alg", "n", "e", "d", "p", "q", "dp", "dq", "qi"], json.EnumerateObject().Select(member => member.Name));
        using var key = Expect.Accepted(PrivateJwk.Parse(json, [[1, 2]]));
        Assert.Equal((algorithm, "k1"), (key.Algorithm, key.KeyId));
        Assert.True(key.PublicKey.IsSameKeyAs(Jwk.Of(TestKeys.Rsa())));
        Assert.Single(key.CertificateChain);
        Assert.True(TestKeys.Public(key).Verify(algorithm, [1], key.Sign([1])));
    }

    // RFC 7518 §6.3.2: whoever gives one of the numbers beside d gives all.
    [Theory]
    [InlineData("kty")]
    [InlineData("n")]
    [InlineData("e")]
    [InlineData("d")]
    [InlineData("p")]
    [InlineData("q")]
    [InlineData("dp")]
    [InlineData("dq")]
    [InlineData("qi")]
    public void An_rsa_key_with_a_number_less_is_refused(string name)
    {
        Expect.Refused(FormatRule.Key, PrivateJwk.Parse(Without(name)));
        Expect.Refused(FormatRule.Key, PrivateJwk.Parse(Without(name, "")));
    }

    [Fact]
    public void An_rsa_key_that_says_no_algorithm_signs_with_PSS_and_one_without_an_id_has_its_thumbprint()
    {
        using var key = Expect.Accepted(PrivateJwk.Parse(Without("alg")));
        Assert.Equal(JwsAlgorithm.PS256, key.Algorithm);
        using var nameless = Expect.Accepted(PrivateJwk.Parse(Without("kid")));
        Assert.Equal(Jwk.Of(TestKeys.Rsa()).ThumbprintText(), nameless.KeyId);
        Expect.Refused(FormatRule.Key, PrivateJwk.Parse(Without("alg", "ES256")));
    }

    [Fact]
    public void A_key_to_decrypt_with_is_EC_on_P256()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var larger = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var key = Expect.Accepted(PrivateJwk.ParseAgreement(Written(ecdsa)));
        Assert.True(Jwk.Of(key).IsSameKeyAs(Jwk.Of(ecdsa)));
        Expect.Refused(FormatRule.Key, PrivateJwk.ParseAgreement(Written(larger)));
        Expect.Refused(FormatRule.Key, PrivateJwk.ParseAgreement(TestKeys.Json(Written(ecdsa).GetRawText().Replace("\"EC\"", "\"OKP\"", StringComparison.Ordinal))));
    }

    private static JsonElement WrittenRsa(JwsAlgorithm algorithm) => JsonElement.Parse(JsonText.Write(writer => PrivateJwk.Write(writer, TestKeys.Rsa(), algorithm, "k1")));

    private static JsonElement Without(string name, string? instead = null) => JsonText.Value(writer =>
    {
        writer.WriteStartObject();
        foreach (var member in WrittenRsa(JwsAlgorithm.RS256).EnumerateObject().Where(member => member.Name != name))
        {
            member.WriteTo(writer);
        }

        if (instead is not null)
        {
            writer.WriteString(name, instead);
        }

        writer.WriteEndObject();
    });

    private static JsonElement Written(ECDsa key) => JsonElement.Parse(JsonText.Write(writer => PrivateJwk.Write(writer, key, "k1")));
}
