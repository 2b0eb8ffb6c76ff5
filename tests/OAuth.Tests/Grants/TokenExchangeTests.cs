using System.Text.Json.Nodes;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Grants;

/// <summary>Token exchange (RFC 8693): one person acts for another, and the token says so.</summary>
public sealed class TokenExchangeTests : ServerTests
{
    private const string Type = "urn:ietf:params:oauth:token-type:access_token";

    private TestClient Portal { get => field ??= TokenClients.PortalOf(Server); }

    [Fact]
    public async Task The_token_is_the_subjects_and_names_the_actor()
    {
        var (child, guardian) = (await TokenAsync("child"), await TokenAsync("guardian"));
        var answer = await ExchangeAsync(child, guardian);
        Assert.Equal((200, "DPoP", Type, "no-store"), (answer.Status, answer.Text("token_type"), answer.Text("issued_token_type"), answer.Header("Cache-Control")));
        Assert.False(answer.Json.ContainsKey("refresh_token"));
        Assert.False(answer.Json.ContainsKey("id_token"));
        Assert.Equal(("child", "guardian"), (Server.Exchange.Asked.Single().Subject, Server.Exchange.Asked.Single().Actor));

        var claims = answer.TokenClaims();
        Assert.Equal(("pairwise-child", "pairwise-guardian", "all"), (Text(claims, "sub"), claims["act"]!["sub"]!.GetValue<string>(), Text(claims, "powers")));
        Assert.Equal(Portal.Dpop.PublicKey.ThumbprintText(), claims["cnf"]!["jkt"]!.GetValue<string>());
        Assert.Equal("child", (await Portal.ResourceAsync(answer.Text("access_token"))).Text("owner"));
    }

    [Fact]
    public async Task Who_acts_for_who_acts_stands_inside()
    {
        var first = await ExchangeAsync(await TokenAsync("child"), await TokenAsync("guardian"));
        var second = await ExchangeAsync(first.Text("access_token"), await TokenAsync("agent"));
        Assert.Equal("""{"sub":"pairwise-agent","act":{"sub":"pairwise-guardian"}}""", second.TokenClaims()["act"]!.ToJsonString());
        (await ExchangeAsync(second.Text("access_token"), await TokenAsync("another"))).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.ExchangeChain);
    }

    [Fact]
    public async Task An_actor_speaks_for_themselves()
    {
        var acting = await ExchangeAsync(await TokenAsync("child"), await TokenAsync("guardian"));
        (await ExchangeAsync(await TokenAsync("other"), acting.Text("access_token"))).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.ExchangeChain);
    }

    [Fact]
    public async Task Scopes_do_not_grow_and_may_shrink()
    {
        var (child, guardian) = (await TokenAsync("child", "openid profile"), await TokenAsync("guardian"));
        Assert.Equal("openid profile", (await ExchangeAsync(child, guardian)).Text("scope"));
        Assert.Equal("profile", (await ExchangeAsync(child, guardian, request => request.Form["scope"] = "profile")).Text("scope"));
        (await ExchangeAsync(child, guardian, request => request.Form["scope"] = "profile read")).IsError(Server, 400, OAuthErrors.InvalidScope, Rule.Scope);

        Server.Exchange.Answer = request => new ExchangeDecision.Allowed(["openid", "write"], Server.Clock.GetUtcNow().AddDays(1));
        Assert.Equal("openid", (await ExchangeAsync(child, guardian)).Text("scope"));
    }

    [Fact]
    public async Task It_ends_with_the_first_of_all_ends()
    {
        var child = await TokenAsync("child");
        Server.Clock.Advance(TimeSpan.FromMinutes(2));
        var guardian = await TokenAsync("guardian");
        Assert.InRange((await ExchangeAsync(child, guardian)).Json["expires_in"]!.GetValue<int>(), 170, 180);
        Assert.InRange((await ExchangeAsync(await TokenAsync("child"), guardian)).Json["expires_in"]!.GetValue<int>(), 290, 300);

        Server.Exchange.Answer = request => new ExchangeDecision.Allowed(request.Scopes, Server.Clock.GetUtcNow().AddSeconds(60));
        Assert.InRange((await ExchangeAsync(child, guardian)).Json["expires_in"]!.GetValue<int>(), 58, 60);
        Server.Exchange.Answer = request => new ExchangeDecision.Allowed(request.Scopes, Server.Clock.GetUtcNow());
        (await ExchangeAsync(child, guardian)).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.ExchangeDecision);
    }

    [Fact]
    public async Task The_resource_stays_the_same()
    {
        var (child, guardian) = (await TokenAsync("child", "openid read", TokenClients.Api), await TokenAsync("guardian", "openid read", TokenClients.Api));
        var answer = await ExchangeAsync(child, guardian);
        Assert.Equal(TokenClients.Api, answer.TokenClaims()["aud"]![0]!.GetValue<string>());
        Assert.Equal(("api-child", "api-guardian"), (Text(answer.TokenClaims(), "sub"), answer.TokenClaims()["act"]!["sub"]!.GetValue<string>()));
        (await ExchangeAsync(child, guardian, request => request.Form["resource"] = TokenClients.OtherApi)).IsError(Server, 400, OAuthErrors.InvalidTarget, Rule.Target);
        (await ExchangeAsync(child, guardian, request => request.Form["resource"] = TestServer.Issuer)).IsError(Server, 400, OAuthErrors.InvalidTarget, Rule.ExchangeTarget);
        (await ExchangeAsync(child, await TokenAsync("guardian"))).IsError(Server, 400, OAuthErrors.InvalidTarget, Rule.ExchangeTarget);
    }

    [Fact]
    public async Task The_host_may_refuse()
    {
        Server.Exchange.Answer = _ => new ExchangeDecision.Refused("the actor may not act for the subject");
        (await ExchangeAsync(await TokenAsync("child"), await TokenAsync("guardian"))).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.ExchangeDecision);
    }

    [Fact]
    public async Task Nobody_acts_for_themselves() =>
        (await ExchangeAsync(await TokenAsync("child"), await TokenAsync("child"))).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.ExchangePerson);

    [Fact]
    public async Task A_client_acts_for_nobody()
    {
        var service = (await TokenClients.ServiceOf(Server).ServeAsync()).Text("access_token");
        (await ExchangeAsync(service, await TokenAsync("guardian"))).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.ExchangePerson);
    }

    [Fact]
    public async Task Tokens_of_another_client_are_refused()
    {
        await AppearAsync("child");
        var foreign = (await One.SignInAsync()).Text("access_token");
        (await ExchangeAsync(foreign, await TokenAsync("guardian"))).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.ExchangeClient);
    }

    [Fact]
    public async Task Another_key_is_refused()
    {
        var (child, guardian) = (await TokenAsync("child"), await TokenAsync("guardian"));
        var proof = Portal.Proof("POST", $"{TestServer.Issuer}/token", signer: TestKeys.NewEc());
        (await ExchangeAsync(child, guardian, request => request.Headers["DPoP"] = proof)).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.ExchangeKey);
    }

    [Theory]
    [InlineData("subject_token", "", Rule.MissingParameter)]
    [InlineData("actor_token", "", Rule.MissingParameter)]
    [InlineData("subject_token_type", "urn:ietf:params:oauth:token-type:id_token", Rule.ExchangeTokenType)]
    [InlineData("actor_token_type", "", Rule.ExchangeTokenType)]
    [InlineData("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token", Rule.ExchangeTokenType)]
    [InlineData("subject_token", "garbage", Rule.TokenFormat)]
    [InlineData("actor_token", "garbage", Rule.TokenFormat)]
    public async Task A_request_that_is_not_whole_is_refused(string parameter, string value, Rule rule) =>
        (await ExchangeAsync(await TokenAsync("child"), await TokenAsync("guardian"), request => request.Form[parameter] = value))
            .IsError(Server, 400, OAuthErrors.InvalidRequest, rule);

    [Fact]
    public async Task An_expired_token_is_refused()
    {
        var child = await TokenAsync("child");
        Server.Clock.Advance(TimeSpan.FromMinutes(5));
        (await ExchangeAsync(child, await TokenAsync("guardian"))).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.TokenTime);
    }

    [Theory]
    [InlineData("child")]
    [InlineData("guardian")]
    public async Task The_grants_of_both_hold_it(string revoked)
    {
        var (child, guardian) = (await TokenAsync("child"), await TokenAsync("guardian"));
        var token = (await ExchangeAsync(child, guardian)).Text("access_token");
        Assert.Equal(200, (await Portal.ResourceAsync(token)).Status);
        await Server.Get<StoredGrants>().RevokeOfSubjectAsync(revoked, null, Ct);
        (await Portal.ResourceAsync(token)).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenRevoked);
        (await ExchangeAsync(child, guardian)).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.TokenRevoked);
    }

    [Fact]
    public async Task A_client_that_is_not_registered_for_it_is_refused() =>
        (await ExchangeAsync(await TokenAsync("child"), await TokenAsync("guardian"), client: One)).IsError(Server, 400, OAuthErrors.UnauthorizedClient, Rule.GrantTypeOfClient);

    private static string Text(JsonNode claims, string member) => claims[member]!.GetValue<string>();

    private async Task AppearAsync(string person)
    {
        await Server.Get<PersonKeys>().CreateAsync(person, Ct);
        Server.Owner.Answer = request => new OwnerAnswer.Authorized(new()
        {
            Subject = person,
            AuthTime = Server.Clock.GetUtcNow(),
            GrantedScopes = request.Scopes,
        });
    }

    private async Task<string> TokenAsync(string person, string scope = "openid", string? resource = null)
    {
        await AppearAsync(person);
        var tokens = await Portal.SignInAsync(request =>
        {
            request.Form["scope"] = scope;
            request.Form["resource"] = resource ?? "";
        });
        return tokens.Text("access_token");
    }

    private Task<Answer> ExchangeAsync(string subject, string actor, Action<Request>? change = null, TestClient? client = null)
    {
        client ??= Portal;
        var request = client.Authenticated("/token");
        request.Form["grant_type"] = GrantTypes.TokenExchange;
        request.Form["subject_token"] = subject;
        request.Form["subject_token_type"] = Type;
        request.Form["actor_token"] = actor;
        request.Form["actor_token_type"] = Type;
        request.Headers["DPoP"] = client.Proof("POST", $"{TestServer.Issuer}/token");
        return client.SendAsync(request, change);
    }
}
