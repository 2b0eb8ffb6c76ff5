using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary>The browser's endpoint: what redirects, and what does not.</summary>
public sealed class AuthorizeTests : ServerTests
{
    private TestClient Front => new(Server, "front", Server.Files.ClientOne);

    [Fact]
    public async Task The_owner_sees_everything_that_was_pushed()
    {
        var requestUri = await One.RequestUriAsync(request =>
        {
            request.Form["prompt"] = "login consent";
            request.Form["max_age"] = "600";
            request.Form["acr_values"] = "passkey card";
            request.Form["ui_locales"] = "ru en";
            request.Form["login_hint"] = "somebody";
        });
        await One.AuthorizeAsync(requestUri);
        var (request, handle) = Assert.Single(Server.Owner.Asked);
        Assert.Equal(["login", "consent"], request.Prompts);
        Assert.Equal(600, request.MaxAge);
        Assert.Equal(["passkey", "card"], request.AcrValues);
        Assert.Equal(["ru", "en"], request.UiLocales);
        Assert.Equal(("somebody", "the-nonce", "the-state"), (request.LoginHint, request.Nonce, request.State));
        Assert.Equal($"/authorize?client_id=one&request_uri={Uri.EscapeDataString(requestUri)}", request.ResumeUrl);
        Assert.EndsWith(handle, requestUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_POST_with_the_parameters_in_the_body_works_as_well()
    {
        var request = new Request(HttpMethod.Post, "/authorize");
        request.Form["client_id"] = "one";
        request.Form["request_uri"] = await One.RequestUriAsync();
        Assert.NotEmpty((await One.SendAsync(request)).Redirect()["code"]);
    }

    [Theory]
    [InlineData(Interaction.SignIn, OAuthErrors.LoginRequired)]
    [InlineData(Interaction.Consent, OAuthErrors.ConsentRequired)]
    [InlineData(Interaction.StepUp, OAuthErrors.InteractionRequired)]
    public async Task With_prompt_none_a_page_becomes_an_error(Interaction interaction, string error)
    {
        Server.Owner.Answer = _ => new OwnerAnswer.ShowPage("/signin", interaction);
        (await One.AuthorizeAsync(await One.RequestUriAsync(request => request.Form["prompt"] = "none"))).IsRedirectError(Server, error, Rule.PromptNone);
    }

    [Fact]
    public async Task With_prompt_none_a_known_person_gets_a_code() =>
        Assert.NotEmpty(await One.CodeAsync(request => request.Form["prompt"] = "none"));

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("signin")]
    public async Task A_host_that_names_another_server_is_broken(string url)
    {
        Server.Owner.Answer = _ => new OwnerAnswer.ShowPage(url, Interaction.SignIn);
        var answer = await One.AuthorizeAsync(await One.RequestUriAsync());
        Assert.Equal(500, answer.Status);
        Assert.Null(answer.Response.Headers.Location);
    }

    [Fact]
    public async Task A_host_that_grants_more_than_was_asked_is_broken()
    {
        Server.Owner.Answer = _ => new OwnerAnswer.Authorized(new() { Subject = TestOwner.Subject, AuthTime = Server.Clock.GetUtcNow(), GrantedScopes = ["openid", "card"] });
        Assert.Equal(500, (await One.AuthorizeAsync(await One.RequestUriAsync())).Status);
    }

    [Fact]
    public async Task A_person_may_grant_less()
    {
        Server.Owner.Answer = _ => new OwnerAnswer.Authorized(new() { Subject = TestOwner.Subject, AuthTime = Server.Clock.GetUtcNow(), GrantedScopes = ["openid"] });
        Assert.Equal("openid", (await One.SignInAsync()).Text("scope"));
    }

    [Fact]
    public async Task A_person_who_grants_nothing_denies()
    {
        Server.Owner.Answer = _ => new OwnerAnswer.Authorized(new() { Subject = TestOwner.Subject, AuthTime = Server.Clock.GetUtcNow(), GrantedScopes = [] });
        (await One.AuthorizeAsync(await One.RequestUriAsync())).IsRedirectError(Server, OAuthErrors.AccessDenied, Rule.Owner);
    }

    [Fact]
    public async Task An_answer_keeps_no_trace_in_caches_and_referrers()
    {
        var answer = await One.AuthorizeAsync(await One.RequestUriAsync());
        Assert.Equal(("no-store", "no-referrer"), (answer.Header("Cache-Control"), answer.Header("Referrer-Policy")));
    }

    [Theory]
    [InlineData("", Rule.UnknownClient)]
    [InlineData("client_id=nobody", Rule.UnknownClient)]
    [InlineData("client_id=nobody&redirect_uri=https%3A%2F%2Fevil.example%2F", Rule.UnknownClient)]
    public async Task Without_a_known_client_nothing_redirects(string query, Rule rule) =>
        (await One.GetAsync($"/authorize?{query}")).IsErrorPage(Server, 400, OAuthErrors.InvalidClient, rule);

    [Theory]
    [InlineData("client_id=one&client_id=two", OAuthErrors.InvalidRequest, Rule.DoubledParameter)]
    [InlineData("client_id=one&x=%ff", OAuthErrors.InvalidRequest, Rule.FormEncoding)]
    [InlineData("client_id=one&request_uri=https%3A%2F%2Fevil.example%2F", OAuthErrors.RequestUriNotSupported, Rule.RequestUriForeign)]
    [InlineData("client_id=one&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Ainvented", OAuthErrors.InvalidRequestUri, Rule.RequestUriUnknown)]
    [InlineData("client_id=front&redirect_uri=https%3A%2F%2Fevil.example%2F&response_type=code", OAuthErrors.InvalidRequest, Rule.RedirectUri)]
    [InlineData("client_id=front&response_type=code", OAuthErrors.InvalidRequest, Rule.RedirectUri)]
    public async Task A_broken_request_is_shown_to_the_person(string query, string error, Rule rule) =>
        (await One.GetAsync($"/authorize?{query}")).IsErrorPage(Server, 400, error, rule);

    [Theory]
    [InlineData("response_type", "token", OAuthErrors.UnsupportedResponseType, Rule.ResponseType)]
    [InlineData("response_mode", "fragment", OAuthErrors.InvalidRequest, Rule.ResponseMode)]
    [InlineData("response_mode", "fragment.jwt", OAuthErrors.InvalidRequest, Rule.ResponseMode)]
    [InlineData("code_challenge", "", OAuthErrors.InvalidRequest, Rule.CodeChallenge)]
    [InlineData("code_challenge_method", "plain", OAuthErrors.InvalidRequest, Rule.CodeChallengeMethod)]
    [InlineData("scope", "unknown", OAuthErrors.InvalidScope, Rule.Scope)]
    [InlineData("scope", "", OAuthErrors.InvalidScope, Rule.Scope)]
    [InlineData("prompt", "none login", OAuthErrors.InvalidRequest, Rule.Prompt)]
    [InlineData("prompt", "dance", OAuthErrors.InvalidRequest, Rule.Prompt)]
    [InlineData("max_age", "-1", OAuthErrors.InvalidRequest, Rule.MaxAge)]
    [InlineData("max_age", "soon", OAuthErrors.InvalidRequest, Rule.MaxAge)]
    [InlineData("claims", "{", OAuthErrors.InvalidRequest, Rule.Claims)]
    [InlineData("claims", "{\"a\":1,\"a\":2}", OAuthErrors.InvalidRequest, Rule.Claims)]
    [InlineData("dpop_jkt", "short", OAuthErrors.InvalidRequest, Rule.DpopJkt)]
    [InlineData("request", "e30.e30.", OAuthErrors.RequestNotSupported, Rule.RequestObjectAlgorithm)]
    [InlineData("request_uri", "https://evil.example/", OAuthErrors.RequestUriNotSupported, Rule.RequestUriForeign)]
    [InlineData("registration", "{}", OAuthErrors.RegistrationNotSupported, Rule.Registration)]
    public async Task A_good_redirect_uri_hears_of_any_other_fault(string name, string value, string error, Rule rule)
    {
        var client = Front;
        var parameters = client.AuthorizationParameters();
        parameters[name] = value;
        (await client.GetAsync(Query(parameters))).IsRedirectError(Server, error, rule);
        Assert.Empty(Server.Owner.Asked);
    }

    [Fact]
    public async Task The_same_request_without_the_fault_gets_a_code()
    {
        var client = Front;
        var code = (await client.GetAsync(Query(client.AuthorizationParameters()))).Redirect()["code"];
        Assert.Equal(200, (await client.RedeemAsync(code)).Status);
    }

    [Fact]
    public async Task A_request_through_the_browser_resumes_as_a_pushed_one()
    {
        var client = Front;
        Server.Owner.Answer = _ => new OwnerAnswer.ShowPage("/signin", Interaction.SignIn);
        await client.GetAsync(Query(client.AuthorizationParameters()));
        Server.Owner.Answer = null;
        Assert.NotEmpty((await client.GetAsync(Server.Owner.Asked.Single().Request.ResumeUrl)).Redirect()["code"]);
    }

    [Fact]
    public async Task Unknown_scopes_are_ignored() =>
        Assert.Equal("openid", (await One.SignInAsync(request => request.Form["scope"] = "openid unknown email")).Text("scope"));

    [Fact]
    public async Task A_scope_that_the_client_did_not_register_is_refused()
    {
        var client = new TestClient(Server, "code-only", Server.Files.ClientOne);
        (await client.PushAsync(request => request.Form["scope"] = "openid card")).IsError(Server, 400, OAuthErrors.InvalidScope, Rule.Scope);
        await client.RequestUriAsync(request => request.Form["scope"] = "openid");
    }

    [Fact]
    public async Task A_client_of_the_desk_alone_gets_no_code() =>
        (await new TestClient(Server, "desk-only", Server.Files.ClientOne).PushAsync())
            .IsError(Server, 400, OAuthErrors.UnauthorizedClient, Rule.GrantTypeOfClient);

    [Fact]
    public async Task A_public_client_says_its_name_and_binds_its_key()
    {
        var client = new TestClient(Server, "public", Server.Files.ClientOne) { Authenticate = request => request.Form["client_id"] = "public" };
        var tokens = await client.SignInAsync();
        Assert.Equal(200, (await client.ResourceAsync(tokens.Text("access_token"))).Status);
    }

    private static string Query(Dictionary<string, string> parameters) =>
        "/authorize?" + string.Join('&', parameters.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
}
