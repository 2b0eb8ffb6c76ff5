using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Conformance;

/// <summary>Modules of the FAPI 2.0 plan about the authorization request. Each changes one thing of a request that <see cref="Fapi2HappyFlowTests"/> sees accepted.</summary>
public sealed class Fapi2RequestTests : ServerTests
{
    [Fact]
    public async Task M15_ensure_mismatched_dpop_jkt_fails() =>
        (await One.PushAsync(request =>
        {
            request.Headers["DPoP"] = One.Proof("POST", $"{TestServer.Issuer}/par");
            request.Form["dpop_jkt"] = TestKeys.NewEc().PublicKey.ThumbprintText();
        })).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.DpopJkt);

    [Fact]
    public async Task M15_the_same_key_in_both_is_accepted() =>
        await One.RequestUriAsync(request =>
        {
            request.Headers["DPoP"] = One.Proof("POST", $"{TestServer.Issuer}/par");
            request.Form["dpop_jkt"] = One.Dpop.PublicKey.ThumbprintText();
        });

    [Fact]
    public async Task M23_and_M24_ensure_request_without_redirect_uri_fails() =>
        (await One.PushAsync(request => request.Form.Remove("redirect_uri"))).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.RedirectUri);

    [Theory]
    [InlineData("https://one.example/other")]
    [InlineData("https://one.example/callback")]
    [InlineData("https://one.example/callback?kept=1&more=2")]
    [InlineData("https://one.example/callback?kept=2")]
    [InlineData("https://ONE.example/callback?kept=1")]
    [InlineData("https://evil.example/callback?kept=1")]
    public async Task M25_ensure_registered_redirect_uri(string redirectUri) =>
        (await One.PushAsync(request => request.Form["redirect_uri"] = redirectUri)).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.RedirectUri);

    [Fact]
    public async Task M26_ensure_unsigned_authorization_request_without_using_par_fails() =>
        (await One.GetAsync(FrontChannel(One))).IsErrorPage(Server, 400, OAuthErrors.InvalidRequest, Rule.PushedRequestRequired);

    [Fact]
    public async Task M26_a_client_whose_policy_allows_it_may_ask_through_the_browser()
    {
        var front = new TestClient(Server, "front", Server.Files.ClientOne);
        Assert.Equal("the-state", (await front.GetAsync(FrontChannel(front))).Redirect()["state"]);
    }

    [Theory]
    [InlineData("code id_token", OAuthErrors.UnsupportedResponseType)]
    [InlineData("token", OAuthErrors.UnsupportedResponseType)]
    [InlineData("none", OAuthErrors.UnsupportedResponseType)]
    [InlineData("", OAuthErrors.InvalidRequest)]
    public async Task M27_and_M28_other_response_types_fail(string responseType, string error) =>
        (await One.PushAsync(request => request.Form["response_type"] = responseType)).IsError(Server, 400, error, Rule.ResponseType);

    [Fact]
    public async Task M41_par_ensure_reused_request_uri_prior_to_auth_completion_succeeds()
    {
        Server.Owner.Answer = _ => new OwnerAnswer.ShowPage("/signin", Interaction.SignIn);
        var requestUri = await One.RequestUriAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("/signin", (await One.AuthorizeAsync(requestUri)).Header("Location"));
        }

        Server.Owner.Answer = null;
        Assert.NotEmpty((await One.AuthorizeAsync(requestUri)).Redirect()["code"]);
        Assert.Single(Server.Owner.Asked.Select(asked => asked.Handle).Distinct());
    }

    [Fact]
    public async Task M42_par_attempt_reuse_request_uri()
    {
        var requestUri = await One.RequestUriAsync();
        Assert.NotEmpty((await One.AuthorizeAsync(requestUri)).Redirect()["code"]);
        (await One.AuthorizeAsync(requestUri)).IsErrorPage(Server, 400, OAuthErrors.InvalidRequestUri, Rule.RequestUriUsed);
    }

    [Fact]
    public async Task M42_of_many_browsers_that_complete_at_once_one_gets_a_code()
    {
        var requestUri = await One.RequestUriAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => One.AuthorizeAsync(requestUri)));
        Assert.Single(answers, answer => answer.Status == 303);
        Assert.All(answers.Where(answer => answer.Status != 303), answer => Assert.Equal("error page: invalid_request_uri", answer.Body));
        Assert.All(Server.Log.Rules, rule => Assert.True(rule is Rule.RequestUriUsed or Rule.RequestUriUnknown));
    }

    [Fact]
    public async Task M43_par_attempt_to_use_expired_request_uri()
    {
        var requestUri = await One.RequestUriAsync();
        Server.Clock.Advance(TimeSpan.FromSeconds(301));
        (await One.AuthorizeAsync(requestUri)).IsErrorPage(Server, 400, OAuthErrors.InvalidRequestUri, Rule.RequestUriExpired);
        (await One.AuthorizeAsync(requestUri)).IsErrorPage(Server, 400, OAuthErrors.InvalidRequestUri, Rule.RequestUriExpired);
    }

    [Fact]
    public async Task M43_a_sign_in_that_began_in_time_may_take_longer()
    {
        Server.Owner.Answer = _ => new OwnerAnswer.ShowPage("/signin", Interaction.SignIn);
        var requestUri = await One.RequestUriAsync();
        Assert.Equal(303, (await One.AuthorizeAsync(requestUri)).Status);
        Server.Clock.Advance(TimeSpan.FromMinutes(20));
        Server.Owner.Answer = null;
        Assert.NotEmpty((await One.AuthorizeAsync(requestUri)).Redirect()["code"]);
    }

    [Fact]
    public async Task M43_but_not_for_ever()
    {
        Server.Owner.Answer = _ => new OwnerAnswer.ShowPage("/signin", Interaction.SignIn);
        var requestUri = await One.RequestUriAsync();
        Assert.Equal(303, (await One.AuthorizeAsync(requestUri)).Status);
        Server.Clock.Advance(TimeSpan.FromMinutes(31));
        (await One.AuthorizeAsync(requestUri)).IsErrorPage(Server, 400, OAuthErrors.InvalidRequestUri, Rule.RequestUriUnknown);
    }

    [Fact]
    public async Task M46_par_attempt_to_use_request_uri_for_different_client()
    {
        var requestUri = await One.RequestUriAsync();
        (await Two.AuthorizeAsync(requestUri)).IsErrorPage(Server, 400, OAuthErrors.InvalidRequestUri, Rule.RequestUriClient);
        Assert.NotEmpty((await One.AuthorizeAsync(requestUri)).Redirect()["code"]);
    }

    [Fact]
    public async Task M47_par_authorization_request_containing_request_uri_form_param() =>
        (await One.PushAsync(request => request.Form["request_uri"] = "urn:ietf:params:oauth:request_uri:x"))
            .IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.RequestUriParameter);

    [Fact]
    public async Task M48_par_attempt_invalid_http_method()
    {
        var answer = await One.PushAsync(request => request.Method = HttpMethod.Put);
        answer.IsError(Server, 405, OAuthErrors.InvalidRequest, Rule.Method);
        Assert.Equal("POST", answer.Header("Allow"));
    }

    [Fact]
    public async Task M49_par_ensure_pkce_required() =>
        (await One.PushAsync(request => request.Form.Remove("code_challenge"))).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.CodeChallenge);

    [Fact]
    public async Task M52_par_plain_pkce_rejected() =>
        (await One.PushAsync(request => request.Form["code_challenge_method"] = "plain")).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.CodeChallengeMethod);

    [Fact]
    public async Task M52_a_missing_method_would_mean_plain() =>
        (await One.PushAsync(request => request.Form.Remove("code_challenge_method"))).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.CodeChallengeMethod);

    [Theory]
    [InlineData("short")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c=")]
    public async Task M49_a_challenge_that_is_no_hash_is_refused(string challenge) =>
        (await One.PushAsync(request => request.Form["code_challenge"] = challenge)).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.CodeChallenge);

    private static string FrontChannel(TestClient client) =>
        "/authorize?" + string.Join('&', client.AuthorizationParameters().Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
}
