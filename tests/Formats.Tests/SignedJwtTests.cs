using System.Security.Cryptography;
using System.Text;

namespace IdentityPlatform.Formats.Tests;

public sealed class SignedJwtTests
{
    private const string Header = """{"alg":"ES256","typ":"test+jwt"}""";

    [Fact]
    public void A_signed_jwt_verifies_and_reads_back_as_it_was()
    {
        using var key = TestKeys.Es256();
        var text = JwtWriter.Sign(key, "test+jwt", writer => writer.WriteString("sub", "someone"));
        var jwt = Expect.Accepted(SignedJwt.Parse(text));
        var verified = Expect.Accepted(jwt.Verify(TestKeys.Public(key), "test+jwt", JwsAlgorithm.ES256));
        Assert.Equal("someone", verified.Claims.StringMember("sub"));
        Assert.Equal(text, jwt.Compact());
        Assert.DoesNotContain("someone", verified.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"typ":"test+jwt"}""", FormatRule.Algorithm)]
    [InlineData("""{"alg":"none"}""", FormatRule.Algorithm)]
    [InlineData("""{"alg":"HS256"}""", FormatRule.Algorithm)]
    [InlineData("""{"alg":"es256"}""", FormatRule.Algorithm)]
    [InlineData("""{"alg":["ES256"]}""", FormatRule.Algorithm)]
    [InlineData("""{"alg":"ES256","crit":["b64"],"b64":false}""", FormatRule.Structure)]
    [InlineData("""{"alg":"ES256","crit":[]}""", FormatRule.Structure)]
    [InlineData("""{"alg":"ES256","alg":"none"}""", FormatRule.Json)]
    [InlineData("""{"":"ES256"}""", FormatRule.Algorithm)]
    [InlineData("[]", FormatRule.Structure)]
    public void A_bad_header_is_refused(string header, FormatRule rule)
    {
        using var key = TestKeys.Es256();
        Expect.Refused(rule, SignedJwt.Parse(TestKeys.Sign(key, header, "{}")));
    }

    [Theory]
    [InlineData("a.b", FormatRule.Structure)]
    [InlineData("a.b.c.d", FormatRule.Structure)]
    [InlineData("", FormatRule.Structure)]
    [InlineData("e30=.e30.", FormatRule.Base64Url)]
    [InlineData("e30.e30.AA ", FormatRule.Base64Url)]
    public void A_bad_form_is_refused(string text, FormatRule rule) => Expect.Refused(rule, SignedJwt.Parse(text));

    [Fact]
    public void A_changed_payload_or_signature_does_not_verify()
    {
        using var key = TestKeys.Es256();
        using var publicKey = TestKeys.Public(key);
        var parts = TestKeys.Sign(key, Header, """{"a":1}""").Split('.');
        Refused($"{parts[0]}.{TestKeys.Encode("""{"a":2}""")}.{parts[2]}");
        Refused($"{parts[0]}.{parts[1]}.");
        Refused($"{parts[0]}.{parts[1]}.{new string('A', 86)}");
        Refused($"{parts[0]}.{parts[1]}.{parts[2]}AAAA");
        Expect.Accepted(SignedJwt.Parse(string.Join('.', parts)).OrThrow().Verify(publicKey, "test+jwt", JwsAlgorithm.ES256));

        void Refused(string text) =>
            Expect.Refused(FormatRule.Signature, SignedJwt.Parse(text).OrThrow().Verify(publicKey, "test+jwt", JwsAlgorithm.ES256));
    }

    [Fact]
    public void Another_type_algorithm_or_key_is_refused()
    {
        using var key = TestKeys.Es256();
        using var publicKey = TestKeys.Public(key);
        var jwt = SignedJwt.Parse(TestKeys.Sign(key, Header, "{}")).OrThrow();
        Expect.Refused(FormatRule.Type, jwt.Verify(publicKey, "other+jwt", JwsAlgorithm.ES256));
        Expect.Refused(FormatRule.Algorithm, jwt.Verify(publicKey, "test+jwt", JwsAlgorithm.ES384, JwsAlgorithm.PS256));
        Expect.Refused(FormatRule.Algorithm, jwt.Verify(publicKey, "test+jwt"));
        using var other = TestKeys.Es256();
        Expect.Refused(FormatRule.Signature, jwt.Verify(TestKeys.Public(other), "test+jwt", JwsAlgorithm.ES256));
        using var larger = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP384));
        Expect.Refused(FormatRule.Signature, jwt.Verify(TestKeys.Public(larger), "test+jwt", JwsAlgorithm.ES256));
        using var rsa = SigningKey.From(TestKeys.Rsa(), JwsAlgorithm.PS256);
        Expect.Refused(FormatRule.Signature, jwt.Verify(TestKeys.Public(rsa), "test+jwt", JwsAlgorithm.ES256));
    }

    [Theory]
    [InlineData("""{"alg":"ES256","kid":"k1","typ":"test+jwt"}""", "k1", "test+jwt")]
    [InlineData("""{"alg":"ES256","":"k1"}""", null, null)]
    [InlineData("""{"alg":"ES256","kid":7,"typ":["test+jwt"]}""", null, null)]
    public void The_header_tells_the_key_and_the_type(string header, string? keyId, string? type)
    {
        using var key = TestKeys.Es256();
        var jwt = SignedJwt.Parse(TestKeys.Sign(key, header, "{}")).OrThrow();
        Assert.Equal((keyId, type), (jwt.KeyId, jwt.Type));
    }

    [Theory]
    [InlineData("""{"alg":"ES256","typ":"application/test+jwt"}""", true)]
    [InlineData("""{"alg":"ES256","typ":"TEST+JWT"}""", true)]
    [InlineData("""{"alg":"ES256","typ":"application/x/test+jwt"}""", false)]
    [InlineData("""{"alg":"ES256"}""", false)]
    [InlineData("""{"alg":"ES256","typ":7}""", false)]
    [InlineData("""{"alg":"ES256","":"test+jwt"}""", false)]
    [InlineData("""{"alg":"ES256","typ":"application/"}""", false)]
    public void The_type_is_compared_as_a_media_type(string header, bool same)
    {
        using var key = TestKeys.Es256();
        Assert.Equal(same, SignedJwt.Parse(TestKeys.Sign(key, header, "{}")).OrThrow().IsType("test+jwt"));
    }

    [Theory]
    [InlineData(JwsAlgorithm.ES256)]
    [InlineData(JwsAlgorithm.ES384)]
    [InlineData(JwsAlgorithm.ES512)]
    [InlineData(JwsAlgorithm.PS256)]
    [InlineData(JwsAlgorithm.RS256)]
    public void Every_algorithm_signs_and_verifies(JwsAlgorithm algorithm)
    {
        using var key = algorithm switch
        {
            JwsAlgorithm.ES384 => SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP384)),
            JwsAlgorithm.ES512 => SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP521)),
            JwsAlgorithm.PS256 or JwsAlgorithm.RS256 => SigningKey.From(TestKeys.Rsa(), algorithm),
            JwsAlgorithm.ES256 => TestKeys.Es256(),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
        };
        Assert.Equal(algorithm, key.Algorithm);
        var jwt = SignedJwt.Parse(JwtWriter.Sign(key, "test+jwt", _ => { })).OrThrow();
        Expect.Accepted(jwt.Verify(TestKeys.Public(key), "test+jwt", algorithm));
    }

    [Fact]
    public void A_long_jwt_is_refused()
    {
        using var key = TestKeys.Es256();
        var text = TestKeys.Sign(key, Header, "{}");
        Expect.Accepted(SignedJwt.Parse(text, text.Length));
        Expect.Refused(FormatRule.Size, SignedJwt.Parse(text, text.Length - 1));
        var ascii = Encoding.ASCII.GetBytes(text);
        Expect.Accepted(SignedJwt.Parse(ascii, ascii.Length, null));
        Expect.Refused(FormatRule.Size, SignedJwt.Parse(ascii, ascii.Length - 1, null));
    }
}
