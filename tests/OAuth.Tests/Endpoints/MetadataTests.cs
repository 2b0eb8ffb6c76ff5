using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary>Metadata and keys.</summary>
public sealed class MetadataTests
{
    [Fact]
    public async Task Both_well_known_paths_say_the_same()
    {
        await using var server = await TestServer.StartAsync();
        var client = TestClient.One(server);
        var openId = await client.GetAsync("/.well-known/openid-configuration");
        var oauth = await client.GetAsync("/.well-known/oauth-authorization-server");
        Assert.Equal((200, openId.Body), (oauth.Status, oauth.Body));
        Assert.Equal("public, max-age=60", oauth.Header("Cache-Control"));
    }

    [Fact]
    public async Task A_plain_authorization_server_is_no_OpenID_Provider()
    {
        await using var server = await TestServer.StartAsync(new() { OpenIdConnect = false });
        var client = TestClient.One(server);
        Assert.Equal(404, (await client.GetAsync("/.well-known/openid-configuration")).Status);
        var metadata = await client.GetAsync("/.well-known/oauth-authorization-server");
        Assert.False(metadata.Json.ContainsKey("id_token_signing_alg_values_supported"));
        Assert.False(metadata.Json["pre-authorized_grant_anonymous_access_supported"]!.GetValue<bool>());
        Assert.Contains("attest_jwt_client_auth", metadata.Json["token_endpoint_auth_methods_supported"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("access-tokens-1", Assert.Single((await client.GetAsync("/jwks")).Json["keys"]!.AsArray())!["kid"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_plain_authorization_server_gives_refresh_tokens_without_offline_access()
    {
        await using var server = await TestServer.StartAsync(new() { OpenIdConnect = false });
        var tokens = await TestClient.One(server).SignInAsync(request => request.Form["scope"] = "card");
        Assert.True(tokens.Json.ContainsKey("refresh_token"));
    }

    [Fact]
    public async Task An_issuer_with_a_path_has_its_metadata_where_RFC_8414_inserts_it()
    {
        const string issuer = "https://as.example/tenant";
        await using var server = await TestServer.StartAsync(new() { Issuer = issuer });
        var client = TestClient.One(server);
        var metadata = await client.GetAsync("/.well-known/oauth-authorization-server/tenant");
        Assert.Equal((issuer, $"{issuer}/token"), (metadata.Text("issuer"), metadata.Text("token_endpoint")));
        Assert.Equal(issuer, (await client.GetAsync("/tenant/.well-known/openid-configuration")).Text("issuer"));
        Assert.Equal(200, (await client.GetAsync("/tenant/jwks")).Status);
        Assert.Equal(404, (await client.GetAsync("/jwks")).Status);
    }

    [Theory]
    [InlineData("issuer", "The host's metadata repeats a member of the engine: ")]
    [InlineData("", "The host's metadata lacks subject_types_supported.")]
    public async Task Metadata_of_the_host_that_breaks_the_document_stops_the_start(string member, string message)
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => TestServer.StartAsync(new() { Metadata = member }));
        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_have_ids_a_use_and_an_algorithm_and_no_private_part()
    {
        await using var server = await TestServer.StartAsync();
        var keys = (await TestClient.One(server).GetAsync("/jwks")).Json["keys"]!.AsArray();
        Assert.Equal(2, keys.Select(key => key!["kid"]!.GetValue<string>()).Distinct().Count());
        Assert.All(keys, key => Assert.False(key!.AsObject().ContainsKey("d")));
        Assert.All(keys, key => Assert.Equal(("sig", "ES256"), (key!["use"]!.GetValue<string>(), key["alg"]!.GetValue<string>())));
    }
}
