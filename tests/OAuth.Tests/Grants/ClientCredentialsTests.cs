using System.Text.Json.Nodes;
using Dapper;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Grants;

/// <summary><c>client_credentials</c> (RFC 6749 §4.4): tokens in a client's own name.</summary>
public sealed class ClientCredentialsTests : ServerTests
{
    private TestClient Service => TokenClients.ServiceOf(Server);

    [Fact]
    public async Task A_token_names_the_client_and_nobody_else()
    {
        var answer = await Service.ServeAsync("read", TokenClients.Api);
        Assert.Equal((200, "no-store"), (answer.Status, answer.Header("Cache-Control")));
        Assert.Equal(["access_token", "token_type", "expires_in", "scope"], answer.Json.Select(member => member.Key));
        Assert.Equal(("Bearer", "read", 300), (answer.Text("token_type"), answer.Text("scope"), answer.Json["expires_in"]!.GetValue<int>()));

        var claims = answer.TokenClaims().AsObject();
        Assert.Equal(["iss", "sub", "aud", "client_id", "scope", "iat", "exp", "jti"], claims.Select(member => member.Key));
        Assert.Equal((TestServer.Issuer, "service", "service", "read"), (Text(claims, "iss"), Text(claims, "sub"), Text(claims, "client_id"), Text(claims, "scope")));
        Assert.Equal([TokenClients.Api], claims["aud"]!.AsArray().Select(audience => audience!.GetValue<string>()));
        Assert.Matches("^[A-Za-z0-9_-]{22}$", Text(claims, "jti"));
    }

    [Fact]
    public async Task The_header_says_what_it_is()
    {
        var header = (await Service.ServeAsync()).Text("access_token").Split('.')[0];
        Assert.True(Formats.Base64UrlText.TryDecode(header, out var json));
        Assert.Equal("""{"alg":"ES256","typ":"at+jwt","kid":"access-tokens-1"}""", System.Text.Encoding.UTF8.GetString(json));
    }

    [Fact]
    public async Task Nothing_is_stored()
    {
        await Service.ServeAsync("read", TokenClients.Api);
        foreach (var table in (string[])["oauth_grants", "oauth_refresh_tokens"])
        {
            Assert.Equal(0, await Server.Database.ReadAsync(c => c.ExecuteScalarAsync<long>($"SELECT count(*) FROM {table}"), Ct));
        }
    }

    [Theory]
    [InlineData("write", null, TokenClients.Api, "write")]
    [InlineData("count", null, TokenClients.OtherApi, "count")]
    [InlineData("read write", TokenClients.Api, TokenClients.Api, "read write")]
    [InlineData("read read", TokenClients.OtherApi, TokenClients.OtherApi, "read")]
    [InlineData(null, TokenClients.OtherApi, TokenClients.OtherApi, "read count")]
    [InlineData(null, TestServer.Issuer, TestServer.Issuer, "read write count")]
    [InlineData(null, null, TestServer.Issuer, "")]
    public async Task The_resource_is_the_one_named_or_the_one_of_the_scopes(string? scope, string? resource, string audience, string granted)
    {
        var answer = await Service.ServeAsync(scope, resource);
        Assert.Equal((200, granted, audience), (answer.Status, answer.Text("scope"), answer.TokenClaims()["aud"]![0]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("read", null, OAuthErrors.InvalidTarget, Rule.Target)]
    [InlineData("write count", null, OAuthErrors.InvalidTarget, Rule.Target)]
    [InlineData("read", "https://unknown.example", OAuthErrors.InvalidTarget, Rule.Target)]
    [InlineData("write", TokenClients.OtherApi, OAuthErrors.InvalidScope, Rule.Scope)]
    [InlineData("openid", null, OAuthErrors.InvalidScope, Rule.Scope)]
    [InlineData("unknown", null, OAuthErrors.InvalidScope, Rule.Scope)]
    [InlineData("read unknown", TokenClients.Api, OAuthErrors.InvalidScope, Rule.Scope)]
    public async Task Scopes_and_resources_that_do_not_fit_are_refused(string? scope, string? resource, string error, Rule rule) =>
        (await Service.ServeAsync(scope, resource)).IsError(Server, 400, error, rule);

    [Fact]
    public async Task A_scope_that_is_not_registered_for_the_client_is_refused()
    {
        Server.Files.Add("plain", client =>
        {
            client["grant_types"] = new JsonArray(GrantTypes.ClientCredentials);
            client["scope"] = "write";
        });
        await using var server = await TestServer.StartAsync(new() { Directory = Server.Files.Path });
        var client = new TestClient(server, "plain", Server.Files.ClientOne);
        Assert.Equal(200, (await client.ServeAsync("write")).Status);
        (await client.ServeAsync("read", TokenClients.Api)).IsError(server, 400, OAuthErrors.InvalidScope, Rule.Scope);
        (await client.ServeAsync(null, TokenClients.OtherApi)).IsError(server, 400, OAuthErrors.InvalidTarget, Rule.Target);
    }

    [Fact]
    public async Task A_public_client_has_no_credentials()
    {
        Server.Files.Add("open", client =>
        {
            client["token_endpoint_auth_method"] = "none";
            client["grant_types"] = new JsonArray(GrantTypes.ClientCredentials);
            client.Remove("jwks");
        });
        await using var server = await TestServer.StartAsync(new() { Directory = Server.Files.Path });
        var client = new TestClient(server, "open", Server.Files.ClientOne) { Authenticate = request => request.Form["client_id"] = "open" };
        (await client.ServeAsync()).IsError(server, 400, OAuthErrors.UnauthorizedClient, Rule.GrantTypeOfClient);
    }

    [Fact]
    public async Task A_client_that_is_not_registered_for_it_is_refused() =>
        (await One.ServeAsync()).IsError(Server, 400, OAuthErrors.UnauthorizedClient, Rule.GrantTypeOfClient);

    [Fact]
    public async Task A_proof_binds_it()
    {
        var client = new TestClient(Server, TokenClients.Service, Server.Files.ClientOne);
        var answer = await client.ServeAsync();
        Assert.Equal(("DPoP", client.Dpop.PublicKey.ThumbprintText()), (answer.Text("token_type"), answer.TokenClaims()["cnf"]!["jkt"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_resource_of_this_server_admits_it_where_it_said_so()
    {
        var token = (await Service.ServeAsync()).Text("access_token");
        var answer = await Service.ResourceAsync(token, path: "/service");
        Assert.Equal((200, "service"), (answer.Status, answer.Text("subject")));
    }

    [Fact]
    public async Task A_resource_of_people_does_not_admit_it() =>
        (await Service.ResourceAsync((await Service.ServeAsync()).Text("access_token"))).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenOwner);

    [Fact]
    public async Task It_is_worth_nothing_where_it_is_not_for() =>
        (await Service.ResourceAsync((await Service.ServeAsync("write")).Text("access_token"), path: "/service"))
            .IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenAudience);

    [Fact]
    public async Task It_ends_with_its_client()
    {
        var token = (await Service.ServeAsync()).Text("access_token");
        File.Delete($"{Server.Files.Clients}/service.json");
        await using var server = await TestServer.StartAsync(new() { Directory = Server.Files.Path });
        (await TokenClients.ServiceOf(server).ResourceAsync(token, path: "/service")).IsError(server, 401, OAuthErrors.InvalidToken, Rule.UnknownClient);
    }

    private static string Text(JsonObject json, string member) => json[member]!.GetValue<string>();
}
