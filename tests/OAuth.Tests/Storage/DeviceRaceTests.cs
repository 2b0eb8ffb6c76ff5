using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Storage;

/// <summary>Of 64 questions for one approved device code, over two processes on one database, exactly one is answered with tokens.</summary>
public sealed class DeviceRaceTests(PostgresServer postgres)
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
        var client = new TestClient(server, "screen", files.ClientOne);
        var begin = client.Authenticated("/device_authorization");
        begin.Form["scope"] = "openid";
        var begun = await client.SendAsync(begin, address: other.Address);
        Assert.Equal(OAuthErrors.AuthorizationPending, (await client.SendAsync(Poll(client, begun))).Text("error"));

        var devices = server.Get<DeviceRequests>();
        var found = Assert.IsType<DeviceLookup.Found>(await devices.FindAsync(begun.Text("user_code"), "browser", false, Ct));
        Assert.Equal("/device?outcome=approved", (await client.GetAsync((await devices.BeginAsync(found.Device, Ct))!)).Header("Location"));

        var polls = Enumerable.Range(0, 64).Select(_ => Poll(client, begun)).ToList();
        var answers = await Task.WhenAll(polls.Select((poll, i) => Task.Run(() => client.SendAsync(poll, address: i % 2 == 0 ? server.Address : other.Address), Ct)));
        var winner = Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer != winner), answer => Assert.Equal((400, OAuthErrors.InvalidGrant), (answer.Status, answer.Text("error"))));
    }

    private static Request Poll(TestClient client, Answer begun)
    {
        var request = client.Authenticated("/token");
        request.Form["grant_type"] = GrantTypes.DeviceCode;
        request.Form["device_code"] = begun.Text("device_code");
        request.Headers["DPoP"] = client.Proof("POST", $"{TestServer.Issuer}/token");
        return request;
    }
}
