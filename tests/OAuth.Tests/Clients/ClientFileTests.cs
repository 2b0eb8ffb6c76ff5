using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Clients;

/// <summary>A bad client's file stops the server, naming the file and the member.</summary>
public sealed class ClientFileTests
{
    [Fact]
    public void A_full_registration_is_read()
    {
        var json = Valid();
        json["client_name#ru"] = "Служба";
        json["default_max_age"] = 600;
        json["id_token_signed_response_alg"] = "ES384";
        json["post_logout_redirect_uris"] = new JsonArray("https://one.example/bye");
        json["sector_identifier_uri"] = "https://one.example/sector";
        json["dpop_bound_access_tokens"] = true;
        var client = Parse(json);
        Assert.Equal(("one", "A client", "Служба", "A client"), (client.Id, client.Name, client.NameFor("ru"), client.NameFor("hy")));
        Assert.Equal((600L, JwsAlgorithm.ES384, true), (client.DefaultMaxAge, client.IdTokenAlgorithm, client.RequiresPushedRequests));
        Assert.Equal(["https://one.example/bye"], client.PostLogoutRedirectUris);
        Assert.Equal("https://one.example/sector", client.Registration.GetProperty("sector_identifier_uri").GetString());
        Assert.Single(client.Keys);
    }

    [Theory]
    [InlineData("{}", SenderConstraint.Dpop, true)]
    [InlineData("""{"dpop_bound_access_tokens":false}""", SenderConstraint.None, false)]
    [InlineData("""{"tls_client_certificate_bound_access_tokens":true}""", SenderConstraint.Certificate, true)]
    [InlineData("""{"require_pkce":false}""", SenderConstraint.Dpop, false)]
    [InlineData("""{"require_pushed_authorization_requests":false}""", SenderConstraint.Dpop, false)]
    public void A_client_that_says_nothing_gets_the_strict_rules(string members, SenderConstraint constraint, bool fapi)
    {
        var json = Valid();
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
        {
            json[name] = value!.DeepClone();
        }

        var client = Parse(json);
        Assert.Equal((constraint, fapi), (client.SenderConstraint, client.IsFapi));
    }

    [Fact]
    public void Http_is_good_enough_on_the_machine_itself()
    {
        var json = Valid();
        json["redirect_uris"] = new JsonArray("http://localhost:5105/signin/callback", "wallet-app://callback");
        Assert.Equal(2, Parse(json).RedirectUris.Count);
    }

    [Theory]
    [InlineData("client_id", null)]
    [InlineData("client_id", "7")]
    [InlineData("client_id", "\"\"")]
    [InlineData("token_endpoint_auth_method", null)]
    [InlineData("token_endpoint_auth_method", "\"client_secret_jwt\"")]
    [InlineData("jwks", null)]
    [InlineData("jwks", "{}")]
    [InlineData("jwks", """{"keys":[]}""")]
    [InlineData("jwks", """{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}""")]
    [InlineData("redirect_uris", null)]
    [InlineData("redirect_uris", "\"https://one.example/\"")]
    [InlineData("redirect_uris", "[1]")]
    [InlineData("redirect_uris", """["/relative"]""")]
    [InlineData("redirect_uris", """["https://one.example/#fragment"]""")]
    [InlineData("redirect_uris", """["http://one.example/"]""")]
    [InlineData("redirect_uris", """["javascript:alert(1)"]""")]
    [InlineData("response_types", """["code","token"]""")]
    [InlineData("grant_types", "\"authorization_code\"")]
    [InlineData("scope", "[]")]
    [InlineData("default_max_age", "-1")]
    [InlineData("default_max_age", "\"600\"")]
    [InlineData("id_token_signed_response_alg", "\"none\"")]
    [InlineData("require_pushed_authorization_requests", "\"yes\"")]
    [InlineData("dpop_bound_access_tokens", "\"no\"")]
    [InlineData("redirect_uri", """["https://one.example/"]""")]
    [InlineData("client_secret", "\"secret\"")]
    public void A_wrong_member_is_named(string member, string? value)
    {
        var json = Valid();
        json.Remove(member);
        if (value is not null)
        {
            json[member] = JsonNode.Parse(value);
        }

        var fault = Assert.Throws<ClientFileException>(() => Parse(json));
        Assert.StartsWith($"Client file /clients/one.json: {member} ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_doubled_member_is_refused() =>
        Assert.Throws<ClientFileException>(() => ClientFile.Parse("/clients/one.json", """{"client_id":"a","client_id":"b"}"""u8));

    [Fact]
    public void A_private_key_is_refused()
    {
        var json = Valid();
        json["jwks"]!["keys"]![0]!["d"] = "AA";
        Assert.Equal("Client file /clients/one.json: jwks a public JWK holds no 'd'.", Assert.Throws<ClientFileException>(() => Parse(json)).Message);
    }

    [Fact]
    public void Two_files_of_one_client_are_refused()
    {
        using var files = new TestDirectory();
        File.Copy($"{files.Clients}/one.json", $"{files.Clients}/one-again.json");
        Assert.Contains("one.json: client_id is the one of one-again.json too.", Assert.Throws<ClientFileException>(() => ClientDirectory.Load(files.Clients, allowExampleKeys: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_with_an_example_key_is_refused_where_they_are_not_allowed()
    {
        using var files = new TestDirectory();
        Assert.NotEmpty(ClientDirectory.Load(files.Clients, allowExampleKeys: false).All);

        File.Copy(Path.Combine(ExampleClients(), "service-one.json"), $"{files.Clients}/service-one.json");

        Assert.NotNull(ClientDirectory.Load(files.Clients, allowExampleKeys: true).Find("service-one"));
        var refused = Assert.Throws<ClientFileException>(() => ClientDirectory.Load(files.Clients, allowExampleKeys: false));
        Assert.EndsWith("service-one.json: jwks holds a key of keys.example, which everybody has.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_file_stops_the_server_like_any_bad_setting()
    {
        using var files = new TestDirectory();
        var options = new AuthorizationServerOptions
        {
            Issuer = "https://as.example",
            ClientsDirectory = files.Clients,
            Scopes = ["openid"],
            ErrorPage = (_, _) => Microsoft.AspNetCore.Http.Results.Empty,
        };
        new Microsoft.Extensions.DependencyInjection.ServiceCollection().AddAuthorizationServer(options);

        File.WriteAllText($"{files.Clients}/bad.json", """{"client_id":"bad"}""");
        var refused = Assert.Throws<Hosting.SettingsException>(() => new Microsoft.Extensions.DependencyInjection.ServiceCollection().AddAuthorizationServer(options));

        Assert.Equal($"Clients:Directory: Client file {files.Clients}/bad.json: token_endpoint_auth_method is missing.", refused.Message);
    }

    [Fact]
    public void A_missing_directory_is_named() =>
        Assert.Equal("Client file /nowhere: the directory does not exist.", Assert.Throws<ClientFileException>(() => ClientDirectory.Load("/nowhere", allowExampleKeys: false)).Message);

    private static string ExampleClients()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder.FullName, "keys.example")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "keys.example", "idp-clients");
    }

    private static JsonObject Valid() => TestDirectory.Registration("one", TestKeys.NewEc());

    private static Client Parse(JsonObject json) => ClientFile.Parse("/clients/one.json", Encoding.UTF8.GetBytes(json.ToJsonString()));
}
