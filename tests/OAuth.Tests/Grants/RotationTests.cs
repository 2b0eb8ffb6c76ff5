using Dapper;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Grants;

/// <summary>Refresh tokens of a public client that are bound to nothing (RFC 9700 §4.14.2): replaced at use, with 30 seconds of grace.</summary>
public sealed class RotationTests : ServerTests
{
    private TestClient Page => TokenClients.PageOf(Server);

    [Fact]
    public async Task Each_use_gives_the_next_token()
    {
        var first = (await Page.SignInAsync()).Text("refresh_token");
        var second = await RefreshAsync(first);
        Server.Clock.Advance(TimeSpan.FromMinutes(5));
        var third = await RefreshAsync(second);
        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
        Assert.Matches(@"^[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}$", third);
    }

    [Fact]
    public async Task Within_the_grace_the_token_before_gives_the_same_successor()
    {
        var first = (await Page.SignInAsync()).Text("refresh_token");
        var second = await RefreshAsync(first);
        Server.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(second, await RefreshAsync(first));
        Assert.Equal(second, await RefreshAsync(first));
    }

    [Fact]
    public async Task A_token_younger_than_the_grace_stays()
    {
        var second = await RefreshAsync((await Page.SignInAsync()).Text("refresh_token"));
        Assert.Equal(second, await RefreshAsync(second));
        Server.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.NotEqual(second, await RefreshAsync(second));
    }

    [Fact]
    public async Task After_the_grace_the_token_before_ends_everything()
    {
        var first = (await Page.SignInAsync()).Text("refresh_token");
        var answer = await Page.RefreshAsync(first);
        Server.Clock.Advance(TimeSpan.FromSeconds(30));
        (await Page.RefreshAsync(first)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.RefreshTokenReplay);
        Assert.Contains(Server.Log.Lines, line => line.StartsWith("A refresh token of client page came back", StringComparison.Ordinal));
        (await Page.RefreshAsync(answer.Text("refresh_token"))).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.RefreshTokenUnknown);
        (await Page.ResourceAsync(answer.Text("access_token"))).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenRevoked);
    }

    [Fact]
    public async Task A_token_of_long_ago_ends_everything()
    {
        var first = (await Page.SignInAsync()).Text("refresh_token");
        var second = await RefreshAsync(first);
        Server.Clock.Advance(TimeSpan.FromMinutes(1));
        var third = await RefreshAsync(second);
        (await Page.RefreshAsync(first)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.RefreshTokenReplay);
        (await Page.RefreshAsync(third)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.RefreshTokenUnknown);
    }

    [Fact]
    public async Task A_forged_secret_does_not_pass()
    {
        var token = (await Page.SignInAsync()).Text("refresh_token");
        (await Page.RefreshAsync(token.Split('.')[0])).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.RefreshTokenUnknown);
        (await Page.RefreshAsync($"{new string('A', 43)}.{token.Split('.')[1]}")).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.RefreshTokenUnknown);
        Assert.NotEqual(token, await RefreshAsync(token));
    }

    [Fact]
    public async Task Another_clients_try_changes_nothing()
    {
        var token = (await Page.SignInAsync()).Text("refresh_token");
        (await TokenClients.BearerOf(Server).RefreshAsync(token)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.RefreshTokenUnknown);
        Assert.NotEqual(token, await RefreshAsync(token));
    }

    [Fact]
    public async Task A_refused_request_does_not_rotate()
    {
        var token = (await Page.SignInAsync()).Text("refresh_token");
        (await Page.RefreshAsync(token, request => request.Form["scope"] = "card")).IsError(Server, 400, OAuthErrors.InvalidScope, Rule.Scope);
        Server.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEqual(token, await RefreshAsync(token));
    }

    [Fact]
    public async Task A_family_is_one_row()
    {
        var token = (await Page.SignInAsync()).Text("refresh_token");
        for (var i = 0; i < 5; i++)
        {
            token = await RefreshAsync(token);
            Server.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(1, await Server.Database.ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT count(*) FROM oauth_refresh_tokens"), Ct));
    }

    [Theory]
    [InlineData(TokenClients.Bearer)]
    [InlineData(TokenClients.Certified)]
    public async Task A_confidential_client_keeps_its_token(string id)
    {
        var client = id == TokenClients.Bearer ? TokenClients.BearerOf(Server) : TokenClients.CertifiedOf(Server);
        var token = (await client.SignInAsync()).Text("refresh_token");
        Assert.False((await client.RefreshAsync(token)).Json.ContainsKey("refresh_token"));
        Server.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await client.RefreshAsync(token)).Status);
    }

    [Fact]
    public async Task A_public_client_with_a_key_keeps_its_token()
    {
        var client = new TestClient(Server, TokenClients.Page, Server.Files.ClientOne) { Authenticate = request => request.Form["client_id"] = TokenClients.Page };
        var token = (await client.SignInAsync()).Text("refresh_token");
        Assert.False((await client.RefreshAsync(token)).Json.ContainsKey("refresh_token"));
        (await client.RefreshAsync(token, request => request.Headers.Remove("DPoP"))).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.RefreshTokenKey);
    }

    private async Task<string> RefreshAsync(string token)
    {
        var answer = await Page.RefreshAsync(token);
        Assert.Equal(200, answer.Status);
        return answer.Text("refresh_token");
    }
}
