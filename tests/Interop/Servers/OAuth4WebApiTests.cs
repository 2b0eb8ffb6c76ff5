using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Interop.Node;

namespace IdentityPlatform.Interop.Servers;

/// <summary>A person with an account and a session, for all tests of a class.</summary>
public sealed class SignedUpPerson(Town town) : IAsyncLifetime
{
    internal ChromiumPerson Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Browser = await ChromiumPerson.StartAsync();
        await Browser.SignUpAtAsync(town.Programs.Idp.Url);
    }

    public ValueTask DisposeAsync() => Browser.DisposeAsync();
}

/// <summary>oauth4webapi against the running IdP: each of its validations passes, and fails for one wrong thing at a time.</summary>
[Collection(nameof(Town))]
public sealed class OAuth4WebApiTests(Town town, SignedUpPerson person) : IClassFixture<SignedUpPerson>
{
    private static readonly string[] Steps = ["discovery", "push", "answer", "redeem", "ID token signature", "userinfo", "refresh", "revoke"];

    [Fact]
    public async Task Every_step_passes_its_validation()
    {
        var result = await SignInAsync(null);

        Assert.Equal(Steps, result.StringsMember("steps"));
        // The library asks once without a nonce, and remembers for the rest of the server.
        Assert.Equal(["push"], result.StringsMember("nonceAsked"));
        Assert.Equal(("dpop", "dpop"), (result.StringMember("tokenType"), result.StringMember("refreshedType")));
        Assert.Equal(result.GetProperty("claims").StringMember("sub"), result.GetProperty("userinfo").StringMember("sub"));
        Assert.InRange(result.LongMember("authTimeAge")!.Value, 0, 3600);
    }

    [Theory]
    [InlineData("push: an assertion for another audience", 401, "invalid_client")]
    [InlineData("push: an assertion of an hour ago", 401, "invalid_client")]
    [InlineData("push: an assertion that was used", 401, "invalid_client")]
    [InlineData("push: a key that is not registered", 401, "invalid_client")]
    [InlineData("push: another redirect URI", 400, "invalid_request")]
    [InlineData("push: no code challenge", 400, "invalid_request")]
    [InlineData("push: the plain code challenge", 400, "invalid_request")]
    [InlineData("push: another response type", 400, "unsupported_response_type")]
    [InlineData("push: a scope that is not registered", 400, "invalid_scope")]
    [InlineData("push: the key of another in dpop_jkt", 400, "invalid_request")]
    [InlineData("redeem: an altered code", 400, "invalid_grant")]
    [InlineData("redeem: another verifier", 400, "invalid_grant")]
    [InlineData("redeem: no verifier", 400, "invalid_grant")]
    [InlineData("redeem: another redirect URI", 400, "invalid_grant")]
    [InlineData("redeem: no proof", 400, "invalid_dpop_proof")]
    [InlineData("redeem: a proof by another key", 400, "invalid_grant")]
    [InlineData("redeem: a proof for another address", 400, "invalid_dpop_proof")]
    [InlineData("redeem: a proof for another method", 400, "invalid_dpop_proof")]
    [InlineData("redeem: a proof of an hour ago", 400, "invalid_dpop_proof")]
    [InlineData("redeem: a proof with another nonce", 400, "use_dpop_nonce")]
    [InlineData("redeem: a proof that was used", 400, "invalid_dpop_proof")]
    [InlineData("redeem: an assertion of another client", 401, "invalid_client")]
    [InlineData("refresh: a proof by another key", 400, "invalid_grant")]
    [InlineData("refresh: no proof", 400, "invalid_dpop_proof")]
    [InlineData("refresh: an altered token", 400, "invalid_grant")]
    [InlineData("refresh: after revocation", 400, "invalid_grant")]
    public async Task The_server_refuses_one_wrong_thing_and_the_library_reads_its_error(string wrong, int status, string error)
    {
        var result = await SignInAsync(wrong);
        Assert.Equal((StepOf(wrong), "OAUTH_RESPONSE_BODY_ERROR", error, status), Told(result));
    }

    [Theory]
    [InlineData("userinfo: no proof", "invalid_token")]
    [InlineData("userinfo: a proof by another key", "invalid_token")]
    [InlineData("userinfo: a proof without the token", "invalid_dpop_proof")]
    [InlineData("userinfo: a proof that was used", "invalid_dpop_proof")]
    [InlineData("userinfo: an altered token", "invalid_token")]
    public async Task The_resource_refuses_one_wrong_thing_and_the_library_reads_its_challenge(string wrong, string error)
    {
        var result = await SignInAsync(wrong);
        Assert.Equal((StepOf(wrong), "OAUTH_WWW_AUTHENTICATE_CHALLENGE", error, 401), Told(result));
        Assert.Equal("dpop", result.StringMember("scheme"));
    }

    [Theory]
    [InlineData("answer: another state", "OAUTH_INVALID_RESPONSE", "answer")]
    [InlineData("answer: another issuer", "OAUTH_INVALID_RESPONSE", "answer")]
    [InlineData("answer: no issuer", "OAUTH_INVALID_RESPONSE", "answer")]
    [InlineData("answer: a second code", "OAUTH_INVALID_RESPONSE", "redeem")]
    [InlineData("ID token: another nonce", "OAUTH_JWT_CLAIM_COMPARISON_FAILED", "redeem")]
    [InlineData("ID token: no nonce", "OAUTH_JWT_CLAIM_COMPARISON_FAILED", "redeem")]
    [InlineData("ID token: another audience", "OAUTH_JWT_CLAIM_COMPARISON_FAILED", "redeem")]
    [InlineData("ID token: another issuer", "OAUTH_JWT_CLAIM_COMPARISON_FAILED", "redeem")]
    [InlineData("ID token: another algorithm", "OAUTH_INVALID_RESPONSE", "redeem")]
    [InlineData("ID token: a sign-in that is too old", "OAUTH_JWT_TIMESTAMP_CHECK_FAILED", "redeem")]
    [InlineData("userinfo: another subject", "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED", "userinfo")]
    public async Task The_library_refuses_what_it_did_not_expect(string wrong, string code, string step)
    {
        var result = await SignInAsync(wrong);
        Assert.Equal((step, code, null, null), Told(result));
    }

    [Fact]
    public async Task The_library_is_told_that_the_person_refused()
    {
        // What was agreed to in the second of this request would count as the answer to it.
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);
        await using var service = NodeClient.Start("oauth4webapi");
        var start = await service.AskAsync(Service(null));
        var result = await service.AskAsync(new() { ["callback"] = await person.Browser.ConsentAsync(start.StringMember("url")!, Town.ServiceCallback, ChromiumPerson.Refuse) });
        Assert.Equal(("answer", "OAUTH_AUTHORIZATION_RESPONSE_ERROR", "access_denied", null), Told(result));
    }

    private async Task<JsonElement> SignInAsync(string? wrong)
    {
        await using var service = NodeClient.Start("oauth4webapi");
        var start = await service.AskAsync(Service(wrong));
        return start.StringMember("url") is { } url
            ? await service.AskAsync(new() { ["callback"] = await person.Browser.ConsentAsync(url, Town.ServiceCallback) })
            : start;
    }

    private JsonObject Service(string? wrong) => new()
    {
        ["issuer"] = town.Programs.Idp.Url,
        ["clientId"] = Town.ServiceId,
        ["key"] = NodeJson.PrivateKey(town.ServiceKey),
        ["redirectUri"] = Town.ServiceCallback,
        ["scope"] = "openid offline_access",
        ["wrong"] = wrong,
    };

    private static string StepOf(string wrong) => wrong.Split(':')[0];

    private static (string? Step, string? Code, string? Error, int? Status) Told(JsonElement result) =>
        (result.StringMember("step"), result.StringMember("code"), result.StringMember("error"), (int?)result.LongMember("status"));
}
