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
    [InlineData("AQAAAAAAAAAB", false)]
    public void An_rsa_exponent_is_odd_and_small_and_more_than_one(string exponent, bool accepted)
    {
        var n = Vectors.Read("jose", "rfc7638-thumbprint").GetProperty("jwk").StringMember("n");
        Assert.Equal(accepted, Jwk.Parse(TestKeys.Json($$"""{"kty":"RSA","n":"{{n}}","e":"{{exponent}}"}""")).Succeeded(out _, out _));
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
