using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary><c>/introspect</c> (RFC 7662), and its signed answers (RFC 9701).</summary>
public sealed class IntrospectionTests : ServerTests
{
    private TestClient Api => TokenClients.ApiOf(Server);

    private TestClient OtherApi => TokenClients.OtherApiOf(Server);

    private TestClient Service => TokenClients.ServiceOf(Server);

    [Fact]
    public async Task A_resource_learns_about_a_token_that_is_for_it()
    {
        var answer = await AskAsync(Api, await TokenForApiAsync());
        Assert.Equal((200, "no-store"), (answer.Status, answer.Header("Cache-Control")));
        Assert.Equal(["active", "token_type", "iss", "sub", "aud", "client_id", "scope", "iat", "exp", "jti"], answer.Json.Select(member => member.Key));
        Assert.True(answer.Json["active"]!.GetValue<bool>());
        Assert.Equal(("service", "read", "Bearer"), (answer.Text("client_id"), answer.Text("scope"), answer.Text("token_type")));
    }

    [Fact]
    public async Task Another_resource_learns_nothing() => IsInactive(await AskAsync(OtherApi, await TokenForApiAsync()));

    [Fact]
    public async Task The_client_of_a_token_for_a_resource_learns_nothing() => IsInactive(await AskAsync(Service, await TokenForApiAsync()));

    [Fact]
    public async Task A_client_learns_about_its_tokens_for_this_server()
    {
        var tokens = await One.SignInAsync();
        var access = await AskAsync(One, tokens.Text("access_token"));
        Assert.Equal(("pairwise-person-1", "one", "DPoP"), (access.Text("sub"), access.Text("client_id"), access.Text("token_type")));
        Assert.Equal("passkey", access.Text("acr"));
        Assert.Equal(One.Dpop.PublicKey.ThumbprintText(), access.Json["cnf"]!["jkt"]!.GetValue<string>());
        Assert.False(access.Json.ContainsKey("grant_id"));

        var refresh = await AskAsync(One, tokens.Text("refresh_token"));
        Assert.Equal(["active", "iss", "client_id", "cnf"], refresh.Json.Select(member => member.Key));
    }

    [Fact]
    public async Task Another_client_learns_nothing()
    {
        var tokens = await One.SignInAsync();
        IsInactive(await AskAsync(Two, tokens.Text("access_token")));
        IsInactive(await AskAsync(Two, tokens.Text("refresh_token")));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("e30.e30.e30")]
    public async Task What_is_no_token_is_not_active(string token) => IsInactive(await AskAsync(Api, token));

    [Fact]
    public async Task An_expired_token_is_not_active()
    {
        var token = await TokenForApiAsync();
        Server.Clock.Advance(TimeSpan.FromMinutes(5));
        IsInactive(await AskAsync(Api, token));
    }

    [Fact]
    public async Task A_revoked_token_is_not_active()
    {
        var tokens = await One.SignInAsync();
        var request = One.Authenticated("/revoke");
        request.Form["token"] = tokens.Text("refresh_token");
        await One.SendAsync(request);
        IsInactive(await AskAsync(One, tokens.Text("access_token")));
        IsInactive(await AskAsync(One, tokens.Text("refresh_token")));
    }

    [Fact]
    public async Task What_a_replayed_code_gave_is_not_active()
    {
        var code = await One.CodeAsync();
        var tokens = await One.RedeemAsync(code);
        Assert.True((await AskAsync(One, tokens.Text("access_token"))).Json["active"]!.GetValue<bool>());
        (await One.RedeemAsync(code)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.CodeReplay);
        IsInactive(await AskAsync(One, tokens.Text("access_token")));
        IsInactive(await AskAsync(One, tokens.Text("refresh_token")));
        (await One.ResourceAsync(tokens.Text("access_token"))).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenRevoked);
    }

    [Fact]
    public async Task A_spent_refresh_token_is_not_active()
    {
        var page = TokenClients.PageOf(Server);
        var bearer = TokenClients.BearerOf(Server);
        var token = (await bearer.SignInAsync()).Text("refresh_token");
        Assert.True((await AskAsync(bearer, token)).Json["active"]!.GetValue<bool>());
        IsInactive(await AskAsync(bearer, (await page.SignInAsync()).Text("refresh_token")));
    }

    [Fact]
    public async Task Who_does_not_prove_who_it_is_learns_nothing()
    {
        var request = new Request(HttpMethod.Post, "/introspect");
        request.Form["token"] = await TokenForApiAsync();
        (await Api.SendAsync(request)).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.NoClientAuthentication);
        request.Form["client_id"] = TokenClients.Page;
        (await Api.SendAsync(request)).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.NoClientAuthentication);
    }

    [Fact]
    public async Task A_missing_token_is_refused() => (await AskAsync(Api, "")).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.MissingParameter);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_is_signed_where_it_is_asked_for(bool active)
    {
        var token = active ? await TokenForApiAsync() : "garbage";
        var answer = await AskAsync(Api, token, request => request.Headers["Accept"] = "application/token-introspection+jwt");
        Assert.Equal("application/token-introspection+jwt", answer.Response.Content.Headers.ContentType!.MediaType);
        var jwt = SignedJwt.Parse(answer.Body).OrThrow();
        using var key = VerificationKey.Import(Server.Get<Signer>().Active(KeyRole.IdentityTokens).PublicKey).OrThrow();
        var claims = jwt.Verify(key, "token-introspection+jwt", JwsAlgorithm.ES256).OrThrow().Claims;
        Assert.Equal(["iss", "aud", "iat", "token_introspection"], claims.EnumerateObject().Select(member => member.Name));
        Assert.Equal((TestServer.Issuer, "api"), (claims.StringMember("iss"), claims.StringMember("aud")));
        Assert.Equal(active, claims.ObjectMember("token_introspection")!.Value.BooleanMember("active"));
    }

    [Fact]
    public async Task A_client_that_registered_for_it_always_gets_signed_answers()
    {
        Server.Files.Add("signed", client => (client["resource"], client["resource_scopes"], client["introspection_signed_response_alg"]) = ("https://signed.example", "sign", "ES256"));
        await using var server = await TestServer.StartAsync(new() { Directory = Server.Files.Path });
        var answer = await AskAsync(new TestClient(server, "signed", Server.Files.ClientOne), "garbage");
        Assert.Equal("application/token-introspection+jwt", answer.Response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Who_relies_on_a_signature_gets_no_answer_without_one_while_the_key_is_away()
    {
        Server.Files.Add("signed", client => client["introspection_signed_response_alg"] = "ES384");
        var directory = KeyDirectory.OpenOrCreate(Server.Files.Keys, Server.Clock);
        var file = directory.CreateKey(KeyRole.IdentityTokens, JwsAlgorithm.ES384, KeyState.Active, "es384");
        await using var server = await TestServer.StartAsync(new() { Directory = Server.Files.Path });
        var client = new TestClient(server, "signed", Server.Files.ClientOne);
        Assert.Equal(JwsAlgorithm.ES384, SignedJwt.Parse((await AskAsync(client, "garbage")).Body).OrThrow().Algorithm);

        directory.SetState((KeySigningFile)KeyFile.Read(file), KeyState.Retired, Server.Clock.GetUtcNow());
        Assert.True(server.Get<Signer>().Reload());
        (await AskAsync(client, "garbage")).IsError(server, 503, OAuthErrors.TemporarilyUnavailable, Rule.SigningKey);
        Assert.Equal(200, (await AskAsync(new TestClient(server, "one", Server.Files.ClientOne), "garbage")).Status);
    }

    private static void IsInactive(Answer answer) => Assert.Equal((200, """{"active":false}"""), (answer.Status, answer.Body));

    private static Task<Answer> AskAsync(TestClient client, string token, Action<Request>? change = null)
    {
        var request = client.Authenticated("/introspect");
        request.Form["token"] = token;
        return client.SendAsync(request, change);
    }

    private async Task<string> TokenForApiAsync() => (await Service.ServeAsync("read", TokenClients.Api)).Text("access_token");
}
