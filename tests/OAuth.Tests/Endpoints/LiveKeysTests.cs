using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary>JWKS, metadata and the guard of access tokens follow the key directory while the server runs.</summary>
public sealed class LiveKeysTests : ServerTests
{
    private Signer Signer => Server.Get<Signer>();

    private KeyDirectory Directory => KeyDirectory.OpenOrCreate(Server.Files.Keys, Server.Clock);

    [Fact]
    public async Task A_new_key_is_published_with_its_use_and_algorithm_under_a_kid_of_its_own()
    {
        var before = await KeysAsync();
        Directory.CreateKey(KeyRole.AccessTokens, JwsAlgorithm.ES256, KeyState.Announced, null);
        Directory.CreateKey(KeyRole.IdentityTokens, JwsAlgorithm.RS256, KeyState.Announced, null);
        Assert.Equal(before.Count, (await KeysAsync()).Count);

        Assert.True(Signer.Reload());
        var keys = await KeysAsync();
        Assert.Equal(before.Count + 2, keys.Count);
        Assert.Equal(keys.Count, keys.Select(key => key["kid"]!.GetValue<string>()).Distinct().Count());
        Assert.All(keys, key => Assert.Equal("sig", key["use"]!.GetValue<string>()));
        Assert.Equal("RS256", Assert.Single(keys, key => key["kty"]!.GetValue<string>() == "RSA")["alg"]!.GetValue<string>());
        Assert.All(keys.Where(key => key["kty"]!.GetValue<string>() == "EC"), key => Assert.Equal("ES256", key["alg"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Metadata_names_an_algorithm_once_a_key_signs_in_it_and_not_when_it_is_announced()
    {
        var file = Directory.CreateKey(KeyRole.IdentityTokens, JwsAlgorithm.RS256, KeyState.Announced, "rsa");
        Signer.Reload();
        Assert.Equal(["ES256"], await AlgorithmsAsync());

        Directory.SetState((KeySigningFile)KeyFile.Read(file), KeyState.Active, Server.Clock.GetUtcNow());
        Signer.Reload();
        Assert.Equal(["ES256", "RS256"], await AlgorithmsAsync());
    }

    [Fact]
    public async Task A_token_of_the_key_before_is_accepted_until_that_key_is_denied()
    {
        var old = (await One.SignInAsync()).Text("access_token");
        var next = Directory.CreateKey(KeyRole.AccessTokens, JwsAlgorithm.ES256, KeyState.Announced, "next");
        ChangeOver(KeyState.Retired);
        var fresh = (await One.SignInAsync()).Text("access_token");
        Assert.Equal(((KeySigningFile)KeyFile.Read(next)).PublicKey.KeyId, SignedJwt.Parse(fresh).OrThrow().KeyId);
        Assert.Equal(200, (await One.ResourceAsync(old)).Status);
        Assert.Equal(200, (await One.ResourceAsync(fresh)).Status);

        ChangeOver(KeyState.Denied);
        (await One.ResourceAsync(old)).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.TokenFormat);
        Assert.Equal(200, (await One.ResourceAsync(fresh)).Status);

        void ChangeOver(KeyState before)
        {
            Directory.SetState((KeySigningFile)KeyFile.Read(next), KeyState.Active, Server.Clock.GetUtcNow());
            Directory.SetState((KeySigningFile)KeyFile.Read(Path.Combine(Server.Files.Keys, "access-tokens.json")), before, Server.Clock.GetUtcNow());
            Signer.Reload();
        }
    }

    private async Task<List<JsonNode>> KeysAsync() => [.. (await One.GetAsync("/jwks")).Json["keys"]!.AsArray().Select(key => key!)];

    private async Task<List<string>> AlgorithmsAsync() =>
        [.. (await One.GetAsync("/.well-known/openid-configuration")).Json["id_token_signing_alg_values_supported"]!.AsArray().Select(name => name!.GetValue<string>())];
}
