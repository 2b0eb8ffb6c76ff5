using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Storage;

/// <summary>Whatever is used once is used once: 64 parallel uses, half of them at another process that shares the stores.</summary>
public sealed class RaceTests(NodePairs pairs) : IClassFixture<NodePairs>
{
    private const int Uses = 64;

    [Theory]
    [EveryStore]
    public async Task One_of_64_redemptions_of_a_code_wins(SharedStores stores)
    {
        var nodes = await pairs.OnAsync(stores);
        var client = nodes.Client();
        var code = await client.CodeAsync();

        var answers = await nodes.SendTogetherAsync(client, Enumerable.Range(0, Uses).Select(_ => client.CodeRequest(code)));

        var winner = Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer != winner), answer => Assert.Equal((400, OAuthErrors.InvalidGrant), (answer.Status, answer.Text("error"))));

        // RFC 6749 §4.1.2: the other 63 looked like thieves, so what the one got is worth nothing now, on either node.
        (await client.ResourceAsync(winner.Text("access_token"))).IsError(nodes.One, 401, OAuthErrors.InvalidToken, Rule.TokenRevoked);
        foreach (var answer in await nodes.SendTogetherAsync(client, Enumerable.Range(0, 2).Select(_ => client.RefreshRequest(winner.Text("refresh_token")))))
        {
            Assert.Equal((400, OAuthErrors.InvalidGrant), (answer.Status, answer.Text("error")));
        }
    }

    [Theory]
    [EveryStore]
    public async Task One_of_64_openings_of_a_pushed_request_gets_a_code(SharedStores stores)
    {
        var nodes = await pairs.OnAsync(stores);
        var client = nodes.Client();
        var path = $"/authorize?client_id={client.Id}&request_uri={Uri.EscapeDataString(await client.RequestUriAsync())}";

        var answers = await nodes.SendTogetherAsync(client, Enumerable.Range(0, Uses).Select(_ => new Request(HttpMethod.Get, path)));

        var winner = Assert.Single(answers, answer => answer.Status == 303);
        Assert.All(answers.Where(answer => answer != winner), answer => Assert.Equal((400, $"error page: {OAuthErrors.InvalidRequestUri}"), (answer.Status, answer.Body)));
        Assert.Equal(200, (await client.RedeemAsync(winner.Redirect()["code"])).Status);
    }

    [Theory]
    [EveryStore]
    public async Task All_64_uses_of_a_rotating_refresh_token_give_one_successor(SharedStores stores)
    {
        var nodes = await pairs.OnAsync(stores);
        var client = TokenClients.PageOf(nodes.One);
        var token = (await client.SignInAsync()).Text("refresh_token");

        var answers = await nodes.SendTogetherAsync(client, Enumerable.Range(0, Uses).Select(_ => client.RefreshRequest(token)));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        var successor = Assert.Single(answers.Select(answer => answer.Text("refresh_token")).Distinct());
        Assert.NotEqual(token, successor);
        Assert.Equal(200, (await client.RefreshAsync(successor)).Status);
    }

    [Theory]
    [EveryStore]
    public async Task One_of_64_calls_with_one_proof_is_answered(SharedStores stores)
    {
        var nodes = await pairs.OnAsync(stores);
        var client = nodes.Client();
        var token = (await client.SignInAsync()).Text("access_token");
        var proof = client.Proof("GET", $"{TestServer.Issuer}/resource", accessToken: token);

        var answers = await nodes.SendTogetherAsync(client, Enumerable.Range(0, Uses).Select(_ =>
        {
            var request = new Request(HttpMethod.Get, "/resource");
            request.Headers["Authorization"] = $"DPoP {token}";
            request.Headers["DPoP"] = proof;
            return request;
        }));

        var winner = Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer != winner), answer => Assert.Equal((401, OAuthErrors.InvalidDpopProof), (answer.Status, answer.Text("error"))));
    }

    [Theory]
    [EveryStore]
    public async Task One_of_64_uses_of_a_client_assertion_authenticates(SharedStores stores)
    {
        var nodes = await pairs.OnAsync(stores);
        var client = nodes.Client();
        var assertion = client.Assertion();

        var answers = await nodes.SendTogetherAsync(client, Enumerable.Range(0, Uses).Select(_ =>
        {
            var request = client.PushRequest();
            request.Form["client_assertion"] = assertion;
            return request;
        }));

        var winner = Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer != winner), answer => Assert.Equal((401, OAuthErrors.InvalidClient), (answer.Status, answer.Text("error"))));
    }
}

/// <summary>Every combination of stores that two nodes may share.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EveryStoreAttribute : Xunit.v3.DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(System.Reflection.MethodInfo testMethod, Xunit.Sdk.DisposalTracker disposalTracker) =>
        new([.. Enum.GetValues<SharedStores>().Select(stores => new TheoryDataRow(stores))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
