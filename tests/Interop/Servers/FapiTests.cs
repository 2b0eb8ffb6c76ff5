using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Interop.Node;

namespace IdentityPlatform.Interop.Servers;

/// <summary>openid-client as FAPI 2.0 Message Signing wants it against the running IdP.</summary>
[Collection(nameof(Town))]
public sealed class FapiTests(Town town, SignedUpPerson person) : IClassFixture<SignedUpPerson>
{
    [Fact]
    public async Task Signed_requests_signed_answers_and_signed_userinfo_with_every_check_of_the_library()
    {
        var result = await SignInAsync(null);

        Assert.Null(result.StringMember("step"));
        Assert.Equal(["response"], result.StringsMember("answer"));
        Assert.Equal("ES256", result.GetProperty("answerHeader").StringMember("alg"));
        Assert.Equal(("dpop", "dpop"), (result.StringMember("tokenType"), result.StringMember("refreshedType")));
        var subject = result.GetProperty("claims").StringMember("sub");
        Assert.Equal((subject, Town.FapiId), (result.GetProperty("userinfo").StringMember("sub"), result.GetProperty("claims").StringMember("aud")));
        var over = result.GetProperty("afterRevocation");
        Assert.Equal(("invalid_grant", "invalid_token"), (over.StringMember("refresh"), over.StringMember("userinfo")));

        // Back at the service with its state; then nobody is signed in any more.
        Assert.Equal($"{Town.FapiSignedOut}?state={result.StringMember("state")}", await person.Browser.VisitAsync(result.StringMember("signOut")!, Town.FapiSignedOut));
        var silent = await SignInAsync(null, prompt: "none");
        Assert.Equal(("redeem", "OAUTH_AUTHORIZATION_RESPONSE_ERROR", "login_required"), Told(silent));
        await person.Browser.SignInAtAsync(town.Programs.Idp.Url);
    }

    [Theory]
    [InlineData("an unsigned request", "push", "OAUTH_RESPONSE_BODY_ERROR", "invalid_request")]
    [InlineData("a request by another key", "push", "OAUTH_RESPONSE_BODY_ERROR", "invalid_request_object")]
    [InlineData("an altered answer", "redeem", "OAUTH_INVALID_RESPONSE", null)]
    [InlineData("another state", "redeem", "OAUTH_INVALID_RESPONSE", null)]
    public async Task One_wrong_thing_is_refused(string wrong, string step, string code, string? error) =>
        Assert.Equal((step, code, error), Told(await SignInAsync(wrong)));

    private async Task<JsonElement> SignInAsync(string? wrong, string prompt = "consent")
    {
        await using var service = NodeClient.Start("fapi");
        var start = await service.AskAsync(Service(wrong, prompt));
        return start.StringMember("url") is { } url
            ? await service.AskAsync(new() { ["callback"] = await person.Browser.ConsentAsync(url, Town.FapiCallback) })
            : start;
    }

    private JsonObject Service(string? wrong, string prompt) => new()
    {
        ["issuer"] = town.Programs.Idp.Url,
        ["clientId"] = Town.FapiId,
        ["key"] = NodeJson.PrivateKey(town.ServiceKey),
        ["redirectUri"] = Town.FapiCallback,
        ["postLogoutRedirectUri"] = Town.FapiSignedOut,
        ["scope"] = "openid profile offline_access",
        ["prompt"] = prompt,
        ["wrong"] = wrong,
    };

    private static (string? Step, string? Code, string? Error) Told(JsonElement result) =>
        (result.StringMember("step"), result.StringMember("code"), result.StringMember("error"));
}
