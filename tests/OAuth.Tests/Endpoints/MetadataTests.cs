using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
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

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public async Task A_server_says_that_it_takes_pushed_requests_alone_where_no_client_can_do_otherwise(bool unpushedFile, bool registration, bool expected)
    {
        await using var server = await TestServer.StartAsync(new()
        {
            Prepare = files => KeepOnly(files, unpushedFile ? ["one", "front"] : ["one"]),
            Registration = registration ? new() : null,
        });
        var metadata = await TestClient.One(server).GetAsync("/.well-known/oauth-authorization-server");
        Assert.Equal(expected, metadata.Json["require_pushed_authorization_requests"]!.GetValue<bool>());
    }

    // RFC 9126 §5: what the metadata say holds for every client, also for one from when registration was open.
    [Fact]
    public async Task A_server_that_says_so_refuses_requests_of_a_client_that_registered_itself_to_send_them_otherwise()
    {
        await using var open = await TestServer.StartAsync(new() { Registration = new() });
        var id = await RegisterUnpushedAsync(open);
        var url = $"/authorize?client_id={id}&response_type=code&redirect_uri={Uri.EscapeDataString("https://nowhere.example/")}";
        Assert.Equal(Rule.RedirectUri, await RuleAsync(open));

        KeepOnly(open.Files, ["one"]);
        await using var closed = await TestServer.StartAsync(new() { Directory = open.Files.Path });
        Assert.Equal(Rule.PushedRequestRequired, await RuleAsync(closed));

        async Task<Rule> RuleAsync(TestServer server)
        {
            Assert.Equal(400, (await TestClient.One(server).GetAsync(url)).Status);
            return server.LastRule;
        }
    }

    private static async Task<string> RegisterUnpushedAsync(TestServer server)
    {
        var invitation = await server.Get<ClientInvitations>().AddAsync(1, TimeSpan.FromDays(1), RegistrationPermissions.Unpushed, "openid", TestContext.Current.CancellationToken);
        var metadata = TestDirectory.Registration("itself", server.Files.ClientOne);
        (metadata["scope"], metadata["require_pushed_authorization_requests"], metadata["grant_types"]) = ("openid", false, new JsonArray(GrantTypes.AuthorizationCode));
        var request = new Request(HttpMethod.Post, "/register") { Body = new StringContent(metadata.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers["Authorization"] = $"Bearer {invitation}";
        return (await TestClient.One(server).SendAsync(request)).Text("client_id");
    }

    private static void KeepOnly(TestDirectory files, string[] clients)
    {
        foreach (var file in Directory.GetFiles(files.Clients).Where(file => !clients.Contains(Path.GetFileNameWithoutExtension(file))))
        {
            File.Delete(file);
        }
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
