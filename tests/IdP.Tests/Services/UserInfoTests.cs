using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.IdP.Tests.Harness;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.IdP.Tests.Services;

/// <summary>oidcc-userinfo-get, -post-header, -post-body, -rs256 and the claims parameter.</summary>
public sealed class UserInfoTests : IDisposable
{
    private readonly IdpHost _host = new();

    public UserInfoTests() => _host.Register("signed-service", "openid profile", "\"userinfo_signed_response_alg\": \"ES256\",");

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Oidcc_userinfo_get_and_post_in_header_and_body()
    {
        using var person = await Person.WithAccountAsync(_host);
        using var service = _host.Service("service-one");
        var signedIn = await service.SignInAsync(person);
        var subject = $$"""{"sub":"{{signedIn.Subject}}"}""";
        Assert.Equal((200, "application/json", subject), await service.UserInfoAsync(signedIn.Tokens, HttpMethod.Get));
        Assert.Equal((200, "application/json", subject), await service.UserInfoAsync(signedIn.Tokens, HttpMethod.Post));

        // RFC 9449 §7.1: a token bound to a DPoP key belongs into the header.
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("access_token", signedIn.Tokens.AccessToken)]);
        var (status, _, body) = await service.UserInfoAsync(signedIn.Tokens, HttpMethod.Post, form, inHeader: false);
        Assert.Equal(401, status);
        Assert.Equal("invalid_token", StrictJson.ParseObject(Encoding.UTF8.GetBytes(body)).OrThrow().Element.StringMember("error"));
    }

    [Fact]
    public async Task Signed_userinfo_says_who_wrote_it_and_for_whom()
    {
        using var person = await Person.WithAccountAsync(_host);
        using var issuer = new CardIssuer(_host);
        using var service = _host.Service("signed-service");
        await issuer.PresentAsync(person, issuer.Card(await issuer.SubjectOfAsync(person)), withName: true);
        var signedIn = await service.SignInAsync(person, new SignInRequest("openid profile"));
        var (status, mediaType, body) = await service.UserInfoAsync(signedIn.Tokens, HttpMethod.Get);
        Assert.Equal((200, "application/jwt"), (status, mediaType));

        var token = SignedJwt.Parse(body).OrThrow();
        var keys = (await person.Browser.OpenAsync("/jwks")).Json.ArrayMember("keys")!.Value.EnumerateArray();
        using var key = VerificationKey.Import(Jwk.Parse(keys.Single(jwk => jwk.StringMember("kid") == token.KeyId)).OrThrow()).OrThrow();
        var claims = token.Verify(key, "JWT", JwsAlgorithm.ES256).OrThrow().Claims;
        Assert.Equal(IdpHost.Url, claims.StringMember("iss"));
        Assert.Equal("signed-service", claims.StringMember("aud"));
        Assert.Equal(signedIn.Subject, claims.StringMember("sub"));
        Assert.Equal("Юлия Щеглова", claims.StringMember("name"));
    }

    [Fact]
    public async Task Oidcc_claims_essential_gives_what_there_is_and_leaves_out_the_rest()
    {
        const string claims = """{"userinfo":{"name":{"essential":true},"birthdate":null,"email":{"essential":true},"updated_at":null}}""";
        using var person = await Person.WithAccountAsync(_host);
        using var issuer = new CardIssuer(_host);
        using var service = _host.Service("service-two");
        var bare = await service.SignInAsync(person, new SignInRequest { Claims = claims });
        Assert.Equal((200, "application/json", $$"""{"sub":"{{bare.Subject}}"}"""), await service.UserInfoAsync(bare.Tokens, HttpMethod.Get));

        await issuer.PresentAsync(person, issuer.Card(await issuer.SubjectOfAsync(person)), withName: true);
        var named = await service.SignInAsync(person, new SignInRequest { Claims = claims });
        var (_, _, body) = await service.UserInfoAsync(named.Tokens, HttpMethod.Get);
        Assert.Equal(["sub", "name", "birthdate"], StrictJson.ParseObject(Encoding.UTF8.GetBytes(body)).OrThrow().Element.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task A_sub_asked_for_by_its_value_asks_for_that_person()
    {
        using var one = await Person.WithAccountAsync(_host);
        using var other = await Person.WithAccountAsync(_host);
        using var service = _host.Service("service-one");
        var subject = (await service.SignInAsync(one)).Subject;
        await service.SignInAsync(other);
        var wanted = new SignInRequest { Prompt = "none", Claims = "{\"id_token\":{\"sub\":{\"value\":\"" + subject + "\"}}}" };
        var (start, landed) = await service.SendAsync(other, wanted);
        Assert.Equal("login_required", await service.ErrorAsync(start, landed));
        Assert.Equal(subject, (await service.SignInAsync(one, wanted)).Subject);
    }

    [Fact]
    public async Task Discovery_says_what_userinfo_can_do()
    {
        using var browser = new TestBrowser(_host);
        var metadata = (await browser.OpenAsync("/.well-known/openid-configuration")).Json;
        Assert.Equal(["pairwise"], metadata.StringsMember("subject_types_supported"));
        Assert.Equal(metadata.StringsMember("id_token_signing_alg_values_supported"), metadata.StringsMember("userinfo_signing_alg_values_supported"));
        Assert.Contains("birthdate", metadata.StringsMember("claims_supported")!);
        Assert.Equal(["openid", "profile", "offline_access"], metadata.StringsMember("scopes_supported"));
        Assert.Equal(["normal"], metadata.StringsMember("claim_types_supported"));
    }
}
