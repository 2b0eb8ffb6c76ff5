using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Protocol;

namespace IdentityPlatform.Issuer.Tests.Protocol;

/// <summary>Encrypted requests, and what a request says about the encryption of its answer (OpenID4VCI 1.0 §8.2, §10).</summary>
public sealed class MessageEncryptionTests : IDisposable
{
    private readonly ECDiffieHellman _issuer = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDiffieHellman _wallet = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _issuer.Dispose();
        _wallet.Dispose();
    }

    [Theory]
    [InlineData("A128GCM", false)]
    [InlineData("A256GCM", false)]
    [InlineData("A128GCM", true)]
    public void An_encrypted_request_is_read(string enc, bool compress)
    {
        var message = Passed(Decrypt(Encrypt("""{"a":1}""", enc, compress)));
        Assert.True(message.IsEncrypted);
        Assert.Equal(1, message.Json.LongMember("a"));
    }

    [Fact]
    public void What_is_not_encrypted_to_this_issuer_is_refused()
    {
        var good = Encrypt("{}");
        Passed(Decrypt(good));
        AssertRefused(CredentialRule.EncryptedRequest, Decrypt("a.b.c.d.e"));
        AssertRefused(CredentialRule.EncryptedRequest, Decrypt("{}"));
        AssertRefused(CredentialRule.EncryptedRequest, Decrypt(Jwe.Encrypt(Jwk.ForEncryption(_issuer, "other"), "A128GCM", "{}"u8, RandomNumberGenerator.Fill)));
        AssertRefused(CredentialRule.EncryptedRequest, Decrypt(Jwe.Encrypt(Jwk.Of(_issuer), "A128GCM", "{}"u8, RandomNumberGenerator.Fill)));
        AssertRefused(CredentialRule.EncryptedRequest, Decrypt(Jwe.Encrypt(Jwk.ForEncryption(_wallet, "key-1"), "A128GCM", "{}"u8, RandomNumberGenerator.Fill)));
        var parts = good.Split('.');
        AssertRefused(CredentialRule.EncryptedRequest, Decrypt(string.Join('.', parts[0], "", parts[2], parts[3], parts[2] + parts[2])));
    }

    [Fact]
    public void What_is_encrypted_is_bounded_before_and_after_it_inflates()
    {
        string Padded(int length) => $$"""{"x":"{{new string('x', length - 8)}}"}""";
        Passed(Decrypt(Encrypt(Padded(WalletMessage.MaxBytes), compress: true)));
        Passed(Decrypt(Encrypt(Padded(WalletMessage.MaxBytes))));
        AssertRefused(CredentialRule.EncryptedRequest, Decrypt(Encrypt(Padded(WalletMessage.MaxBytes + 1), compress: true)));
        AssertRefused(CredentialRule.EncryptedRequest, Decrypt(Encrypt(Padded(150 * 1024))));
    }

    [Fact]
    public void What_was_inside_is_json_or_an_invalid_request() =>
        Assert.Equal(CredentialError.InvalidCredentialRequest, Failure(Decrypt(Encrypt("nothing"))).Error);

    [Theory]
    [InlineData("A128GCM", false)]
    [InlineData("A256GCM", true)]
    public void The_answer_is_encrypted_as_asked(string enc, bool compress)
    {
        var zip = compress ? ",\"zip\":\"DEF\"" : "";
        var request = Passed(Request($$"""{"jwk":{{Jwk.ForEncryption(_wallet, "w1").ToJson()}},"enc":"{{enc}}","unknown":1{{zip}}}"""));
        var jwe = request.ResponseEncryption!.Encrypt("""{"credentials":[]}"""u8, RandomNumberGenerator.Fill);
        var header = StrictJson.ParseObject(Base64UrlText.Parse(jwe.Split('.')[0], "header").OrThrow()).OrThrow().Element;
        Assert.Equal(("ECDH-ES", enc, "w1", compress ? "DEF" : null), (header.StringMember("alg"), header.StringMember("enc"), header.StringMember("kid"), header.StringMember("zip")));
        Assert.Equal("""{"credentials":[]}""", Encoding.UTF8.GetString(Jwe.Decrypt(jwe, _wallet, maxInflated: 1000).OrThrow()));
    }

    [Fact]
    public void An_answer_without_the_member_is_not_encrypted() => Assert.Null(Passed(Request(null)).ResponseEncryption);

    [Theory]
    [InlineData("\"alg\":\"ECDH-ES\"", "\"alg\":\"ECDH-ES+A128KW\"")]
    [InlineData("\"alg\":\"ECDH-ES\"", "\"alg\":\"RSA-OAEP\"")]
    [InlineData("\"alg\":\"ECDH-ES\"", "\"x-alg\":\"ECDH-ES\"")]
    [InlineData("\"use\":\"enc\"", "\"use\":\"sig\"")]
    [InlineData("\"kty\":\"EC\"", "\"kty\":\"OKP\"")]
    [InlineData("\"kty\":\"EC\"", "\"kty\":\"EC\",\"d\":\"AA\"")]
    [InlineData("\"x\":", "\"z\":")]
    [InlineData("\"enc\":\"A128GCM\"", "\"enc\":\"A192GCM\"")]
    [InlineData("\"enc\":\"A128GCM\"", "\"enc\":\"A128CBC-HS256\"")]
    [InlineData("\"enc\":\"A128GCM\"", "\"enc\":7")]
    [InlineData("\"enc\":\"A128GCM\"", "\"encoding\":\"A128GCM\"")]
    [InlineData("\"enc\":\"A128GCM\"", "\"enc\":\"A128GCM\",\"zip\":\"GZIP\"")]
    [InlineData("\"enc\":\"A128GCM\"", "\"enc\":\"A128GCM\",\"zip\":null")]
    [InlineData("\"jwk\":", "\"jwks\":")]
    public void A_key_or_algorithm_that_cannot_be_used_is_refused(string part, string instead)
    {
        var good = $$"""{"jwk":{{Jwk.ForEncryption(_wallet).ToJson()}},"enc":"A128GCM"}""";
        Passed(Request(good));
        Assert.Contains(part, good, StringComparison.Ordinal);
        AssertRefused(CredentialRule.ResponseEncryption, Request(good.Replace(part, instead, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_point_off_the_curve_is_refused()
    {
        var zero = new string('A', 43);
        AssertRefused(CredentialRule.ResponseEncryption, Request($$"""{"jwk":{"kty":"EC","crv":"P-256","alg":"ECDH-ES","x":"{{zero}}","y":"{{zero}}"},"enc":"A128GCM"}"""));
    }

    [Fact]
    public void Who_asks_for_an_encrypted_answer_in_the_clear_is_refused()
    {
        var encryption = $$"""{"jwk":{{Jwk.ForEncryption(_wallet).ToJson()}},"enc":"A128GCM"}""";
        Passed(Request(encryption));
        var plain = WalletMessage.Parse(Encoding.UTF8.GetBytes(Body(encryption))).Match(message => message, _ => throw new InvalidOperationException());
        AssertRefused(CredentialRule.ResponseEncryptionUnprotected, CredentialRequest.Parse(plain));
    }

    private Checked<CredentialRequest> Request(string? encryption) =>
        Decrypt(Encrypt(Body(encryption))).Failed(out var failure, out var message) ? failure : CredentialRequest.Parse(message);

    private static string Body(string? encryption)
    {
        var member = encryption is null ? "" : $",\"credential_response_encryption\":{encryption}";
        return $$$"""{"credential_configuration_id":"a","proofs":{"jwt":["p"]}{{{member}}}}""";
    }

    private string Encrypt(string body, string enc = "A128GCM", bool compress = false) =>
        Jwe.Encrypt(Jwk.ForEncryption(_issuer, "key-1"), enc, Encoding.UTF8.GetBytes(body), RandomNumberGenerator.Fill, partyU: "u"u8, partyV: "v"u8, compress: compress);

    private Checked<WalletMessage> Decrypt(string body) => WalletMessage.Decrypt(Encoding.UTF8.GetBytes(body), keyId => keyId == "key-1" ? _issuer : null);

    private static void AssertRefused<T>(CredentialRule rule, Checked<T> outcome)
        where T : class => Assert.Equal((CredentialError.InvalidEncryptionParameters, rule), (Failure(outcome).Error, Failure(outcome).Rule));

    private static CredentialFailure Failure<T>(Checked<T> outcome)
        where T : class => outcome.Match(_ => throw new InvalidOperationException("it passed"), failure => failure);

    private static T Passed<T>(Checked<T> outcome)
        where T : class => outcome.Match(passed => passed, failure => throw new InvalidOperationException(failure.ToString()));
}
