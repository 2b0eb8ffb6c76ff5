using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary>What a registration changes of a request (PKCE), and what a request may be for (RFC 8707, RFC 9396).</summary>
public sealed class RequestPolicyTests : ServerTests
{
    private TestClient Plain => new(Server, "plain", Server.Files.ClientOne);

    [Fact]
    public async Task A_client_that_need_not_send_a_challenge_redeems_without_a_verifier()
    {
        var code = await Plain.CodeAsync(WithoutChallenge);
        Assert.Equal(200, (await Plain.RedeemAsync(code, request => request.Form.Remove("code_verifier"))).Status);
    }

    [Fact]
    public async Task A_verifier_without_a_challenge_is_a_downgrade() =>
        (await Plain.RedeemAsync(await Plain.CodeAsync(WithoutChallenge))).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.CodeVerifier);

    [Fact]
    public async Task The_same_client_may_send_a_challenge_and_then_needs_the_verifier()
    {
        Assert.Equal(200, (await Plain.RedeemAsync(await Plain.CodeAsync())).Status);
        (await Plain.RedeemAsync(await Plain.CodeAsync(), request => request.Form.Remove("code_verifier")))
            .IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.CodeVerifier);
    }

    [Fact]
    public async Task A_method_without_a_challenge_is_refused() =>
        (await Plain.PushAsync(request => request.Form.Remove("code_challenge"))).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.CodeChallengeMethod);

    [Fact]
    public async Task Known_resources_are_kept_all_of_them()
    {
        await One.AuthorizeAsync(await One.RequestUriAsync(request =>
            request.Suffix = $"&resource=https%3A%2F%2Frecords.example%2Fapi&resource={Uri.EscapeDataString(TestServer.Issuer)}"));
        Assert.Equal(["https://records.example/api", TestServer.Issuer], Assert.Single(Server.Owner.Asked).Request.Resources);
    }

    [Theory]
    [InlineData("https://records.example/")]
    [InlineData("https://records.example/api#part")]
    [InlineData("records")]
    public async Task An_unknown_resource_is_refused(string resource) =>
        (await One.PushAsync(request => request.Suffix = $"&resource={Uri.EscapeDataString(TestServer.Issuer)}&resource={Uri.EscapeDataString(resource)}"))
            .IsError(Server, 400, OAuthErrors.InvalidTarget, Rule.Resource);

    [Theory]
    [InlineData("""[{"type":"payment","amount":5}]""")]
    [InlineData("""[{"type":"openid_credential","credential_configuration_id":"card-configuration"},{"type":"payment","amount":1}]""")]
    public async Task Authorization_details_of_known_types_are_accepted(string details)
    {
        await Plain.AuthorizeAsync(await Plain.RequestUriAsync(request => request.Form["authorization_details"] = details));
        Assert.Equal(details, Assert.Single(Server.Owner.Asked).Request.AuthorizationDetails!.Value.GetRawText());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[5]")]
    [InlineData("[{}]")]
    [InlineData("""[{"type":5}]""")]
    [InlineData("""[{"type":"payment"}]""")]
    [InlineData("""[{"type":"gone"}]""")]
    [InlineData("""[{"type":"payment","amount":5},{"type":"unknown"}]""")]
    [InlineData("""[{"type":"openid_credential","credential_configuration_id":"other"}]""")]
    public async Task Anything_else_is_refused_whole(string details) =>
        (await Plain.PushAsync(request => request.Form["authorization_details"] = details))
            .IsError(Server, 400, OAuthErrors.InvalidAuthorizationDetails, Rule.AuthorizationDetails);

    [Fact]
    public async Task A_type_that_the_client_did_not_register_is_refused() =>
        (await One.PushAsync(request => request.Form["authorization_details"] = """[{"type":"payment","amount":5}]"""))
            .IsError(Server, 400, OAuthErrors.InvalidAuthorizationDetails, Rule.AuthorizationDetails);

    private static void WithoutChallenge(Request request)
    {
        request.Form.Remove("code_challenge");
        request.Form.Remove("code_challenge_method");
    }
}
