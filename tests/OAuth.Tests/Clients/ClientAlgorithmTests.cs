using System.Text.Json.Nodes;
using IdentityPlatform.Hosting;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Clients;

/// <summary>A client that would never get its answer signed stops the server, which says which one and why.</summary>
public sealed class ClientAlgorithmTests
{
    [Theory]
    [InlineData("id_token_signed_response_alg", true)]
    [InlineData("userinfo_signed_response_alg", true)]
    [InlineData("authorization_signed_response_alg", true)]
    [InlineData("introspection_signed_response_alg", true)]
    [InlineData("authorization_signed_response_alg", false)]
    [InlineData("introspection_signed_response_alg", false)]
    public async Task An_algorithm_without_a_key_stops_the_start(string member, bool openIdConnect)
    {
        var fault = await Assert.ThrowsAsync<SettingsException>(() => StartAsync(member, "ES512", openIdConnect));
        Assert.Equal($"Clients:Directory: has the client picky with {member} ES512, and there is no active key for it.", fault.Message);
        await StartAsync(member, "ES256", openIdConnect);
    }

    [Theory]
    [InlineData("openid", true)]
    [InlineData("card", false)]
    public async Task What_a_client_gets_that_says_nothing_counts_where_it_gets_ID_tokens(string scope, bool stops)
    {
        // RS256: the client need not push, and is none of FAPI's.
        var start = StartAsync(client =>
        {
            client.Remove("id_token_signed_response_alg");
            (client["scope"], client["require_pushed_authorization_requests"]) = (scope, false);
        });
        if (!stops)
        {
            await start;
            return;
        }

        var fault = await Assert.ThrowsAsync<SettingsException>(() => start);
        Assert.Contains("picky with id_token_signed_response_alg RS256", fault.Message, StringComparison.Ordinal);
    }

    private static Task StartAsync(string member, string algorithm, bool openIdConnect) => StartAsync(client => client[member] = algorithm, openIdConnect);

    private static async Task StartAsync(Action<JsonObject> change, bool openIdConnect = true)
    {
        await using var server = await TestServer.StartAsync(new() { OpenIdConnect = openIdConnect, Prepare = files => files.Add("picky", change) });
    }
}
