using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Storage;

/// <summary>A second process on the same stores answers for the first at every step: each request goes to the node that did not have the last one.</summary>
public sealed class NoStickySessionsTests(NodePairs pairs) : IClassFixture<NodePairs>
{
    [Theory]
    [EveryStore]
    public async Task A_sign_in_alternates_between_two_nodes(SharedStores stores)
    {
        var nodes = await pairs.OnAsync(stores);
        var client = nodes.Client();
        for (var start = 0; start < 2; start++)
        {
            // An odd number of steps: the second round begins at the other node.
            var pushed = await client.SendAsync(client.PushRequest(), address: nodes.Next);
            var path = $"/authorize?client_id={client.Id}&request_uri={Uri.EscapeDataString(pushed.Text("request_uri"))}";
            var code = (await client.SendAsync(new Request(HttpMethod.Get, path), address: nodes.Next)).Redirect()["code"];
            var tokens = await client.SendAsync(client.CodeRequest(code), address: nodes.Next);
            var refreshed = await client.SendAsync(client.RefreshRequest(tokens.Text("refresh_token")), address: nodes.Next);
            Assert.Equal(200, (await ResourceAsync(nodes, client, refreshed.Text("access_token"))).Status);

            var revocation = client.Authenticated("/revoke");
            revocation.Form["token"] = tokens.Text("refresh_token");
            Assert.Equal(200, (await client.SendAsync(revocation, address: nodes.Next)).Status);
            Assert.Equal(401, (await ResourceAsync(nodes, client, refreshed.Text("access_token"))).Status);
        }
    }

    private static Task<Answer> ResourceAsync(TwoNodes nodes, TestClient client, string token)
    {
        var request = new Request(HttpMethod.Get, "/resource");
        request.Headers["Authorization"] = $"DPoP {token}";
        request.Headers["DPoP"] = client.Proof("GET", $"{TestServer.Issuer}/resource", accessToken: token);
        return client.SendAsync(request, address: nodes.Next);
    }
}
