using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Storage;

/// <summary>Of 64 parallel redemptions of one code, over HTTP and over two processes on one database, exactly one wins.</summary>
public sealed class CodeRaceTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_of_64_wins_over_two_processes_on_SQLite()
    {
        using var files = new TestDirectory();
        await RaceAsync(new() { ConnectionString = $"Data Source={files.Path}/server.db", Directory = files.Path }, files);
    }

    [Fact]
    public async Task One_of_64_wins_over_two_processes_on_PostgreSQL()
    {
        using var files = new TestDirectory();
        await RaceAsync(new() { Engine = StorageEngine.Postgres, ConnectionString = await postgres.CreateDatabaseAsync(), Directory = files.Path }, files);
    }

    private static async Task RaceAsync(TestSetup setup, TestDirectory files)
    {
        await using var server = await TestServer.StartAsync(setup);
        await using var other = await SecondProcess.StartAsync(setup, Ct);
        var client = new TestClient(server, "one", files.ClientOne);
        Assert.Equal(200, (await client.SendAsync(client.CodeRequest(await client.CodeAsync()), address: other.Address)).Status);

        var code = await client.CodeAsync();
        var requests = Enumerable.Range(0, 64).Select(_ => client.CodeRequest(code)).ToList();
        var answers = await Task.WhenAll(requests.Select((request, i) => Task.Run(
            () => client.SendAsync(request, address: i % 2 == 0 ? server.Address : other.Address), Ct)));

        var winner = Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer != winner), answer => Assert.Equal((400, OAuthErrors.InvalidGrant), (answer.Status, answer.Text("error"))));

        // RFC 6749 §4.1.2: the other 63 looked like thieves, so what the one got is worth nothing now, on either node.
        (await client.ResourceAsync(winner.Text("access_token"))).IsError(server, 401, OAuthErrors.InvalidToken, Rule.TokenRevoked);
        var refresh = await client.SendAsync(client.RefreshRequest(winner.Text("refresh_token")), address: other.Address);
        Assert.Equal((400, OAuthErrors.InvalidGrant), (refresh.Status, refresh.Text("error")));
    }
}
