using System.Text.Json.Nodes;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Conformance;

/// <summary>Modules 1 to 11 and 18 to 22 of the FAPI 2.0 Security Profile plan: what must work. Names are the modules', without their prefix.</summary>
public sealed class Fapi2HappyFlowTests : ServerTests
{
    [Fact]
    public async Task M01_discovery_end_point_verification()
    {
        var answer = await One.GetAsync("/.well-known/openid-configuration");
        Assert.Equal(200, answer.Status);
        Assert.Equal(TestServer.Issuer, answer.Text("issuer"));
        Assert.Contains("code", Strings(answer, "response_types_supported"));
        Assert.True(answer.Json["authorization_response_iss_parameter_supported"]!.GetValue<bool>());
        Assert.Equal($"{TestServer.Issuer}/par", answer.Text("pushed_authorization_request_endpoint"));
        Assert.False(answer.Json["require_pushed_authorization_requests"]!.GetValue<bool>());
        Assert.Equal(["S256"], Strings(answer, "code_challenge_methods_supported"));
        Assert.Contains("ES256", Strings(answer, "dpop_signing_alg_values_supported"));
        Assert.Contains("ES256", Strings(answer, "token_endpoint_auth_signing_alg_values_supported"));
        Assert.DoesNotContain("RS256", Strings(answer, "token_endpoint_auth_signing_alg_values_supported"));
        Assert.Contains("ES256", Strings(answer, "id_token_signing_alg_values_supported"));
        Assert.Contains("openid", Strings(answer, "scopes_supported"));
        Assert.Contains("refresh_token", Strings(answer, "grant_types_supported"));
        Assert.Equal($"{TestServer.Issuer}/userinfo", answer.Text("userinfo_endpoint"));
    }

    [Fact]
    public async Task M02_happy_flow_for_two_clients()
    {
        foreach (var client in (TestClient[])[One, Two])
        {
            var pushed = await client.PushAsync();
            Assert.Equal(201, pushed.Status);
            Assert.True(pushed.Text("request_uri").Length > "urn:ietf:params:oauth:request_uri:".Length + 40);
            Assert.InRange(pushed.Json["expires_in"]!.GetValue<int>(), 5, 600);

            var parameters = (await client.AuthorizeAsync(pushed.Text("request_uri"))).Redirect();
            Assert.Equal(("the-state", TestServer.Issuer, "1"), (parameters["state"], parameters["iss"], parameters["kept"]));
            Assert.True(parameters["code"].Length >= 43);

            var tokens = await client.RedeemAsync(parameters["code"]);
            Assert.Equal(("DPoP", "no-store"), (tokens.Text("token_type"), tokens.Header("Cache-Control")));
            Assert.Equal(300, tokens.Json["expires_in"]!.GetValue<int>());
            Assert.Equal("openid profile offline_access", tokens.Text("scope"));

            var resource = await client.ResourceAsync(tokens.Text("access_token"));
            Assert.Equal((200, "pairwise-person-1", "person-1", client.Id), (resource.Status, resource.Text("subject"), resource.Text("owner"), resource.Text("clientId")));
        }
    }

    [Fact]
    public async Task M02_happy_flow_refuses_the_access_token_in_the_query()
    {
        var token = (await One.SignInAsync()).Text("access_token");
        var answer = await One.ResourceAsync(token, request => request.Headers.Remove("Authorization"), $"/resource?access_token={token}");
        answer.IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.TokenInQuery);
    }

    [Fact]
    public async Task M03_user_rejects_authentication()
    {
        Server.Owner.Answer = _ => new OwnerAnswer.Denied(OAuthErrors.AccessDenied);
        (await One.AuthorizeAsync(await One.RequestUriAsync())).IsRedirectError(Server, OAuthErrors.AccessDenied, Rule.Owner);
    }

    [Fact]
    public async Task M04_ensure_authorization_request_without_state_success()
    {
        var parameters = (await One.AuthorizeAsync(await One.RequestUriAsync(request => request.Form.Remove("state")))).Redirect();
        Assert.False(parameters.ContainsKey("state"));
        Assert.True(parameters.ContainsKey("code"));
    }

    [Fact]
    public async Task M05_ensure_authorization_request_without_nonce_success() =>
        Assert.Null(IdToken(await One.SignInAsync(request => request.Form.Remove("nonce")))["nonce"]);

    [Theory]
    [InlineData(64)]
    [InlineData(384)]
    public async Task M06_and_M07_long_nonces_come_back_intact(int length)
    {
        var nonce = new string('n', length);
        Assert.Equal(nonce, IdToken(await One.SignInAsync(request => request.Form["nonce"] = nonce))["nonce"]!.GetValue<string>());
    }

    [Fact]
    public async Task M08_ensure_authorization_request_with_long_state()
    {
        var state = new string('s', 2000);
        Assert.Equal(state, (await One.AuthorizeAsync(await One.RequestUriAsync(request => request.Form["state"] = state))).Redirect()["state"]);
    }

    [Fact]
    public async Task M08_a_state_beyond_the_bound_is_refused() =>
        (await One.PushAsync(request => request.Form["state"] = new string('s', 2049))).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.ParameterLength);

    [Fact]
    public async Task M09_ensure_other_scope_order_succeeds() =>
        Assert.Equal("offline_access profile openid", (await One.SignInAsync(request => request.Form["scope"] = "offline_access profile openid")).Text("scope"));

    [Fact]
    public async Task M10_test_claims_parameter_identity_claims()
    {
        await One.SignInAsync(request => request.Form["claims"] = """{"userinfo":{"name":{"essential":true}}}""");
        Assert.True(Server.Owner.Asked.Single().Request.Claims!.Value.TryGetProperty("userinfo", out _));
    }

    [Fact]
    public async Task M10_claims_that_are_no_object_are_refused() =>
        (await One.PushAsync(request => request.Form["claims"] = "[1]")).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.Claims);

    [Theory]
    [InlineData("dPoP")]
    [InlineData("DPOP")]
    public async Task M11_access_token_type_header_case_sensitivity(string scheme)
    {
        var token = (await One.SignInAsync()).Text("access_token");
        Assert.Equal(200, (await One.ResourceAsync(token, request => request.Headers["Authorization"] = $"{scheme} {token}")).Status);
    }

    [Fact]
    public async Task M18_ensure_dpopproof_at_par_endpoint_binding_success() =>
        await One.SignInAsync(request => request.Headers["DPoP"] = One.Proof("POST", $"{TestServer.Issuer}/par"));

    [Fact]
    public async Task M19_ensure_dpop_auth_code_binding_success() =>
        await One.SignInAsync(request => request.Form["dpop_jkt"] = One.Dpop.PublicKey.ThumbprintText());

    [Fact]
    public async Task M20_ensure_different_nonce_inside_and_outside_request_object()
    {
        var code = (await One.AuthorizeAsync(await One.RequestUriAsync(), "&nonce=another")).Redirect()["code"];
        Assert.Equal("the-nonce", IdToken(await One.RedeemAsync(code))["nonce"]!.GetValue<string>());
    }

    [Fact]
    public async Task M21_ensure_different_state_inside_and_outside_request_object() =>
        Assert.Equal("the-state", (await One.AuthorizeAsync(await One.RequestUriAsync(), "&state=another")).Redirect()["state"]);

    [Fact]
    public async Task M22_state_only_outside_request_object_not_used() =>
        Assert.False((await One.AuthorizeAsync(await One.RequestUriAsync(request => request.Form.Remove("state")), "&state=outside")).Redirect().ContainsKey("state"));

    [Fact]
    public async Task M53_par_without_duplicate_parameters() => Assert.NotEmpty(await One.CodeAsync());

    [Fact]
    public async Task Unknown_parameters_are_ignored_and_issuer_state_reaches_the_owner()
    {
        var tokens = await One.SignInAsync(request =>
        {
            request.Form["extra"] = "foobar";
            request.Form["issuer_state"] = "from-the-offer";
        });
        Assert.Equal("from-the-offer", IdToken(tokens)["extra"]!["issuer_state"]!.GetValue<string>());
    }

    private static JsonNode IdToken(Answer tokens) => JsonNode.Parse(tokens.Text("id_token"))!;

    private static string[] Strings(Answer answer, string member) => [.. answer.Json[member]!.AsArray().Select(item => item!.GetValue<string>())];
}
