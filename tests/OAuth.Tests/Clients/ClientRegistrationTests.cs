using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Clients;

/// <summary>The members of a registration, each with what it may and may not be: one reading for files and for the endpoint.</summary>
public sealed class ClientRegistrationTests
{
    private static readonly SigningKey Key = TestKeys.NewEc("key");

    [Theory]
    [InlineData("""{"token_endpoint_auth_method":"client_secret_basic","jwks":null}""", ClientAuthenticationMethod.ClientSecretBasic)]
    [InlineData("""{"token_endpoint_auth_method":"client_secret_post","client_secret_sha256":["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]}""", ClientAuthenticationMethod.ClientSecretPost)]
    [InlineData("""{"token_endpoint_auth_method":"none","jwks":null}""", ClientAuthenticationMethod.None)]
    [InlineData("""{"jwks":null,"jwks_uri":"https://one.example/keys"}""", ClientAuthenticationMethod.PrivateKeyJwt)]
    [InlineData("""{"token_endpoint_auth_method":"tls_client_auth","tls_client_auth_san_dns":"one.example"}""", ClientAuthenticationMethod.TlsClientAuth)]
    [InlineData("""{"token_endpoint_auth_method":"self_signed_tls_client_auth","jwks":null,"jwks_uri":"https://one.example/keys"}""", ClientAuthenticationMethod.SelfSignedTlsClientAuth)]
    public void Every_method_has_what_belongs_to_it(string members, ClientAuthenticationMethod method) => Assert.Equal(method, Read(members).AuthenticationMethod);

    [Theory]
    [InlineData("""{"jwks":null}""", "jwks or jwks_uri is missing, and private_key_jwt needs it")]
    [InlineData("""{"jwks_uri":"https://one.example/keys"}""", "jwks and jwks_uri exclude each other")]
    [InlineData("""{"jwks":null,"jwks_uri":"http://localhost/keys"}""", "jwks_uri is no https URL without fragment and user")]
    [InlineData("""{"jwks":null,"jwks_uri":"https://user@one.example/keys"}""", "jwks_uri is no https URL without fragment and user")]
    [InlineData("""{"token_endpoint_auth_method":"self_signed_tls_client_auth"}""", "jwks holds no x5c, and jwks_uri is missing: self_signed_tls_client_auth needs one of them")]
    [InlineData("""{"token_endpoint_auth_method":"attest_jwt_client_auth"}""", "jwks does not belong to attest_jwt_client_auth, whose keys are attested")]
    [InlineData("""{"client_secret_sha256":["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]}""", "client_secret_sha256 belongs to client_secret_basic and client_secret_post, and to them alone")]
    [InlineData("""{"token_endpoint_auth_method":"client_secret_post","client_secret_sha256":["AAAA"]}""", "client_secret_sha256 holds something other than base64url of 32 bytes")]
    [InlineData("""{"token_endpoint_auth_method":"tls_client_auth"}""", "token_endpoint_auth_method is tls_client_auth, which needs a tls_client_auth_… member")]
    [InlineData("""{"tls_client_auth_san_dns":"one.example"}""", "tls_client_auth_san_dns belongs to tls_client_auth, and to it alone")]
    [InlineData("""{"token_endpoint_auth_method":"tls_client_auth","tls_client_auth_san_dns":"one.example","tls_client_auth_san_uri":"x:y"}""", "tls_client_auth_san_uri and tls_client_auth_san_dns exclude each other")]
    [InlineData("""{"token_endpoint_auth_method":"tls_client_auth","tls_client_auth_san_ip":"one"}""", "tls_client_auth_san_ip is no IP address")]
    [InlineData("""{"token_endpoint_auth_method":"tls_client_auth","tls_client_auth_subject_dn":"one"}""", "tls_client_auth_subject_dn is no distinguished name of RFC 4514 with one value in each part")]
    [InlineData("""{"token_endpoint_auth_signing_alg":"RS256"}""", "token_endpoint_auth_signing_alg is RS256, and nothing else of the client is weaker than FAPI 2.0")]
    [InlineData("""{"subject_type":"public"}""", "subject_type is not pairwise")]
    [InlineData("""{"sector_identifier_uri":"http://one.example/sector"}""", "sector_identifier_uri is no https URL without fragment and user")]
    [InlineData("""{"initiate_login_uri":"http://one.example/start"}""", "initiate_login_uri is no https URL")]
    [InlineData("""{"backchannel_logout_uri":"http://one.example/logout"}""", "backchannel_logout_uri is no https URL")]
    [InlineData("""{"logo_uri":"http://one.example/logo"}""", "logo_uri is no https URL")]
    [InlineData("""{"policy_uri#ru":"javascript:alert(1)"}""", "policy_uri#ru is no https URL")]
    [InlineData("""{"purpose#ru":1}""", "purpose#ru is not a text")]
    [InlineData("""{"redirect_uris":["https://user@one.example/"]}""", "redirect_uris holds something other than absolute https URIs without fragment")]
    [InlineData("""{"redirect_uris":["https://one.example/a b"]}""", "redirect_uris holds something other than absolute https URIs without fragment")]
    [InlineData("""{"response_types":[]}""", "response_types may hold code alone")]
    public void A_wrong_member_is_named_with_its_fault(string members, string text) => Assert.Equal(text, Refused(members).Description);

    [Fact]
    public void More_secrets_than_the_one_and_the_next_are_refused()
    {
        var hash = StoredHash.TextOf("a");
        var members = new JsonObject { ["token_endpoint_auth_method"] = "client_secret_basic", ["client_secret_sha256"] = new JsonArray(hash, hash) };
        Assert.Equal(2, Read(members.ToJsonString()).Secrets.Count);
        members["client_secret_sha256"] = new JsonArray(hash, hash, hash);
        Assert.Equal("client_secret_sha256 has more than 2 entries", Refused(members.ToJsonString()).Description);
    }

    [Fact]
    public void A_third_secret_pushes_out_the_oldest()
    {
        byte[][] hashes = [StoredHash.Of("one"), StoredHash.Of("two")];
        Assert.Equal([StoredHash.Of("two"), StoredHash.Of("three")], ReceivedRegistration.Rotate(hashes, "three"));
        Assert.Equal([StoredHash.Of("one")], ReceivedRegistration.Rotate([], "one"));
    }

    [Fact]
    public void A_certificate_that_is_not_of_its_key_is_refused()
    {
        using var certificate = TestKeys.TlsCertificate(null, "CN=One");
        var jwk = TestKeys.PublicJwk(Key);
        jwk["x5c"] = new JsonArray(Convert.ToBase64String(certificate.RawData));
        var members = new JsonObject { ["jwks"] = new JsonObject { ["keys"] = new JsonArray(jwk) } };
        Assert.Equal("jwks holds an x5c whose first certificate is not one of its key", Refused(members.ToJsonString()).Description);
    }

    [Fact]
    public void More_keys_than_anybody_needs_are_refused()
    {
        var keys = new JsonArray([.. Enumerable.Range(0, 21).Select(_ => TestKeys.PublicJwk(Key))]);
        Assert.Equal("jwks has more than 20 keys", Refused(new JsonObject { ["jwks"] = new JsonObject { ["keys"] = keys } }.ToJsonString()).Description);
    }

    [Theory]
    [InlineData("CN=One", "CN=One")]
    [InlineData("CN=One, O=Two\\, Three,C=UA", "CN=One,O=\"Two, Three\",C=UA")]
    [InlineData("2.5.4.3=One", "CN=One")]
    [InlineData("cn=\\d0\\96", "CN=Ж")]
    [InlineData("CN=Ж", "CN=Ж")]
    public void A_distinguished_name_is_read_as_RFC_4514_writes_it(string text, string name) =>
        Assert.True(DistinguishedName.Parse(text).OrThrow().Equals(new System.Security.Cryptography.X509Certificates.X500DistinguishedName(name)));

    [Theory]
    [InlineData("CN=One", "CN=one")]
    [InlineData("CN=One", "CN=One,C=UA")]
    [InlineData("CN=One,C=UA", "CN=One")]
    [InlineData("CN=One,C=UA", "C=UA,CN=One")]
    [InlineData("O=One", "CN=One")]
    public void Every_part_of_a_name_counts(string text, string name) =>
        Assert.False(DistinguishedName.Parse(text).OrThrow().Equals(new System.Security.Cryptography.X509Certificates.X500DistinguishedName(name)));

    [Theory]
    [InlineData("")]
    [InlineData("CN")]
    [InlineData("CN=")]
    [InlineData("=One")]
    [InlineData("XX=One")]
    [InlineData("CN=One,")]
    [InlineData("CN=One+O=Two")]
    [InlineData("CN=#0403020100")]
    [InlineData("CN=\\zz")]
    [InlineData("CN=One\\")]
    [InlineData("CN=\\ff")]
    [InlineData("CN=\"One\"")]
    public void What_is_no_such_name_is_refused(string text) => Assert.True(DistinguishedName.Parse(text).Failed(out _, out _));

    [Fact]
    public void Unknown_members_are_the_reader_s_matter() => Assert.Equal("one", Read("""{"software_id":"x"}""").Id);

    private static Client Read(string members) => Parse(members).Refused(out var refusal, out var client) ? throw new FormatException(refusal.Description) : client;

    private static Refusal Refused(string members) => Parse(members).Refused(out var refusal, out _) ? refusal : throw new FormatException("accepted");

    private static Checked<Client> Parse(string members)
    {
        var json = TestDirectory.Registration("one", Key);
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
        {
            json.Remove(name);
            if (value is not null)
            {
                json[name] = value.DeepClone();
            }
        }

        if (json["token_endpoint_auth_method"]!.GetValue<string>() is "tls_client_auth" or "client_secret_basic" or "client_secret_post")
        {
            json.Remove("jwks");
        }

        return ClientRegistration.Parse(StrictJson.ParseObject(Encoding.UTF8.GetBytes(json.ToJsonString())).OrThrow().Element);
    }
}
