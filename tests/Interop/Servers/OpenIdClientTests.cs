using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Interop.Node;

namespace IdentityPlatform.Interop.Servers;

/// <summary>openid-client against the running IdP, with a person in a real browser.</summary>
[Collection(nameof(Town))]
public sealed class OpenIdClientTests(Town town)
{
    [Fact]
    public async Task A_person_signs_up_and_in_at_a_service_on_openid_client()
    {
        await using var person = await ChromiumPerson.StartAsync();

        // OpenID Connect Core §11: offline access is asked for together with consent, which then stands.
        var first = await SignInAsync(url => person.SignUpAsync(url, Town.ServiceCallback), prompt: "consent");
        await person.ForgetAsync();
        var second = await SignInAsync(url => person.SignInAsync(url, Town.ServiceCallback));

        Assert.Null(first.StringMember("refused"));
        AssertSignedIn(first);
        AssertSignedIn(second);
        Assert.Equal(first.GetProperty("claims").StringMember("sub"), second.GetProperty("claims").StringMember("sub"));
        await AssertIdTokenAsync(second);
    }

    [Fact]
    public async Task Openid_client_is_told_that_the_person_refused()
    {
        await using var person = await ChromiumPerson.StartAsync();

        var answer = await SignInAsync(url => person.SignUpAsync(url, Town.ServiceCallback, ChromiumPerson.Refuse), prompt: "consent");

        Assert.Equal("access_denied", answer.StringMember("refused"));
    }

    [Fact]
    public async Task Openid_client_with_a_key_that_is_not_registered_is_an_invalid_client()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var answer = await NodeClient.AskOnceAsync("openid-client", Service(stranger));

        Assert.Equal("invalid_client", answer.StringMember("refused"));
    }

    private async Task<JsonElement> SignInAsync(Func<string, Task<string>> browse, string? prompt = null)
    {
        await using var service = NodeClient.Start("openid-client");
        var start = await service.AskAsync(Service(town.ServiceKey, prompt));
        Assert.Null(start.StringMember("refused"));
        return await service.AskAsync(new() { ["callback"] = await browse(start.StringMember("url")!) });
    }

    private JsonObject Service(ECDsa key, string? prompt = null) => new()
    {
        ["issuer"] = town.Programs.Idp.Url,
        ["clientId"] = Town.ServiceId,
        ["key"] = NodeJson.PrivateKey(key),
        ["redirectUri"] = Town.ServiceCallback,
        ["scope"] = "openid offline_access",
        ["prompt"] = prompt,
    };

    private void AssertSignedIn(JsonElement answer)
    {
        var claims = answer.GetProperty("claims");
        Assert.Equal(town.Programs.Idp.Url, claims.StringMember("iss"));
        Assert.Equal(claims.StringMember("sub"), answer.GetProperty("userinfo").StringMember("sub"));
        Assert.Equal(claims.StringMember("sub"), answer.GetProperty("userinfoAfterRefresh").StringMember("sub"));
        Assert.Equal("dpop", answer.StringMember("tokenType"));

        var refusals = answer.GetProperty("refusals");
        // RFC 9449 §7.2: the proof is a good one, the token is not this key's.
        Assert.Equal("invalid_token", refusals.StringMember("userinfoWithAnotherKey"));
        Assert.Equal("invalid_grant", refusals.StringMember("refreshWithAnotherKey"));
        Assert.Equal("invalid_grant", refusals.StringMember("codeAgain"));
        Assert.Equal("invalid_grant", refusals.StringMember("refreshAfterReplay"));
    }

    private static async Task AssertIdTokenAsync(JsonElement signedIn)
    {
        var verified = await VerifyAsync(signedIn, Town.ServiceId);
        Assert.Null(verified.StringMember("refused"));
        Assert.Equal(signedIn.GetProperty("claims").StringMember("sub"), verified.GetProperty("payload").StringMember("sub"));
        Assert.Equal("ES256", verified.GetProperty("protectedHeader").StringMember("alg"));

        var refused = await VerifyAsync(signedIn, "another-service");
        Assert.Equal("ERR_JWT_CLAIM_VALIDATION_FAILED", refused.StringMember("refused"));
    }

    private static Task<JsonElement> VerifyAsync(JsonElement signedIn, string audience) => NodeClient.AskOnceAsync("id-token", new()
    {
        ["jwksUri"] = signedIn.StringMember("jwksUri"),
        ["idToken"] = signedIn.StringMember("idToken"),
        ["issuer"] = signedIn.GetProperty("claims").StringMember("iss"),
        ["audience"] = audience,
    });
}
