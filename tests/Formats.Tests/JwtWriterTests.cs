using System.Security.Cryptography;
using System.Text;

namespace IdentityPlatform.Formats.Tests;

/// <summary>The headers of JWTs, byte for byte.</summary>
public sealed class JwtWriterTests
{
    // RFC 7515 §4.1.3, §4.1.4, §4.1.6. One key in turn: no header is that of the JWT before.
    [Fact]
    public void The_header_names_the_key_as_it_is_asked_to()
    {
        using var key = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256), "k1", [[1, 2], [3]]);
        Assert.Equal("""{"alg":"ES256","typ":"a+jwt","kid":"k1"}""", Header(key, "a+jwt", KeyReference.KeyId));
        Assert.Equal("""{"alg":"ES256","typ":"a+jwt","kid":"k1"}""", Header(key, "a+jwt", KeyReference.KeyId));
        Assert.Equal($$"""{"alg":"ES256","typ":"a+jwt","jwk":{{key.PublicKey.WithoutKeyId().ToJson()}}}""", Header(key, "a+jwt", KeyReference.Jwk));
        Assert.Equal("""{"alg":"ES256","typ":"a+jwt","x5c":["AQI=","Aw=="]}""", Header(key, "a+jwt", KeyReference.X5c));
        Assert.Equal("""{"alg":"ES256","typ":"a+jwt"}""", Header(key, "a+jwt", KeyReference.None));
        Assert.Equal("""{"alg":"ES256","typ":"b+jwt"}""", Header(key, "b+jwt", KeyReference.None));
    }

    [Fact]
    public void Further_members_stand_in_the_header_that_they_were_given_for()
    {
        using var key = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256), "k1");
        Assert.Equal("""{"alg":"ES256","typ":"a+jwt","kid":"k1"}""", Header(key, "a+jwt", KeyReference.KeyId));
        Assert.Equal("""{"alg":"ES256","typ":"a+jwt","kid":"k1","x":"1"}""", Header(key, "a+jwt", KeyReference.KeyId, "1"));
        Assert.Equal("""{"alg":"ES256","typ":"a+jwt","kid":"k1","x":"2"}""", Header(key, "a+jwt", KeyReference.KeyId, "2"));
        Assert.Equal("""{"alg":"ES256","typ":"a+jwt","kid":"k1"}""", Header(key, "a+jwt", KeyReference.KeyId));
    }

    [Fact]
    public void A_key_without_a_certificate_names_none()
    {
        using var key = TestKeys.Es256();
        Assert.Throws<InvalidOperationException>(() => Header(key, "a+jwt", KeyReference.X5c));
    }

    [Fact]
    public void The_payload_is_the_one_handed_in()
    {
        using var key = TestKeys.Es256();
        var jwt = JwtWriter.SignPayload(key, "a+jwt", """ {"a" : 1}"""u8);
        Assert.Equal(TestKeys.Encode(""" {"a" : 1}"""), jwt.Split('.')[1]);
        Assert.Equal(key.KeyId, SignedJwt.Parse(jwt).OrThrow().KeyId);
        Assert.Equal(TestKeys.Encode("""{"a":1}"""), JwtWriter.Sign(key, "a+jwt", writer => writer.WriteNumber("a", 1)).Split('.')[1]);
    }

    private static string Header(SigningKey key, string type, KeyReference reference, string? more = null)
    {
        var jwt = JwtWriter.Sign(key, type, _ => { }, reference, more is null ? null : writer => writer.WriteString("x", more));
        return Encoding.UTF8.GetString(Base64UrlText.Parse(jwt.Split('.')[0], "header").OrThrow());
    }
}
