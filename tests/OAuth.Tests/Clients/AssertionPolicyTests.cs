using System.Security.Cryptography;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Clients;

/// <summary>Assertions of clients outside FAPI: other audiences, and RS256 where it is registered. FAPI's clients are in the conformance tests.</summary>
public sealed class AssertionPolicyTests : IAsyncLifetime
{
    private readonly SigningKey _rsa = SigningKey.From(RSA.Create(2048), JwsAlgorithm.RS256, "rsa-1");

    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(new()
    {
        Prepare = files =>
        {
            Write(files, "loose", files.ClientOne, null);
            Write(files, "rs256", _rsa, "RS256");
            Write(files, "es256", files.ClientOne, "ES256");
            Write(files, "ps256", _rsa, "PS256");
        },
    });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _rsa.Dispose();
    }

    [Theory]
    [InlineData($"\"{TestServer.Issuer}\"")]
    [InlineData($"\"{TestServer.Issuer}/token\"")]
    [InlineData($"\"{TestServer.TlsOrigin}/token\"")]
    [InlineData($"[\"{TestServer.Issuer}\"]")]
    [InlineData($"[\"https://other.example\",\"{TestServer.Issuer}/token\"]")]
    public async Task Issuer_and_token_endpoint_stand_for_this_server(string audience) =>
        Assert.Equal(201, (await PushAsync("loose", _server.Files.ClientOne, claims => claims["aud"] = JsonNode.Parse(audience))).Status);

    [Theory]
    [InlineData($"\"{TestServer.Issuer}/\"")]
    [InlineData($"\"{TestServer.Issuer}/par\"")]
    [InlineData("\"https://other.example/token\"")]
    [InlineData("[]")]
    [InlineData("[7]")]
    [InlineData($"[7,\"{TestServer.Issuer}\"]")]
    [InlineData($"{{\"{TestServer.Issuer}\":1}}")]
    public async Task Nothing_else_does(string audience) =>
        Refused(await PushAsync("loose", _server.Files.ClientOne, claims => claims["aud"] = JsonNode.Parse(audience)), Rule.AssertionAudience);

    [Fact]
    public async Task A_client_of_FAPI_names_the_issuer_alone() =>
        Refused(await PushAsync("one", _server.Files.ClientOne, claims => claims["aud"] = $"{TestServer.Issuer}/token"), Rule.AssertionAudience);

    [Fact]
    public async Task RS256_is_for_who_registered_it() => Assert.Equal(201, (await PushAsync("rs256", _rsa)).Status);

    [Fact]
    public async Task What_is_registered_is_the_only_algorithm()
    {
        Assert.Equal(201, (await PushAsync("es256", _server.Files.ClientOne)).Status);
        Refused(await PushAsync("ps256", _rsa), Rule.AssertionSignature);
    }

    private static void Write(TestDirectory files, string id, SigningKey key, string? algorithm)
    {
        var client = TestDirectory.Registration(id, key);
        client["dpop_bound_access_tokens"] = false;
        if (algorithm is not null)
        {
            client["token_endpoint_auth_signing_alg"] = algorithm;
        }

        files.Write(client);
    }

    private Task<Answer> PushAsync(string id, SigningKey key, Action<JsonObject>? change = null)
    {
        var client = new TestClient(_server, id, key);
        return client.PushAsync(request => request.Form["client_assertion"] = client.Assertion(change));
    }

    private void Refused(Answer answer, Rule rule) => answer.IsError(_server, 401, OAuthErrors.InvalidClient, rule);
}
