using System.Globalization;
using System.Net;
using IdentityPlatform.Hosting.Tests.Servers;
using Microsoft.AspNetCore.Builder;

namespace IdentityPlatform.Hosting.Tests.Commands;

public sealed class HealthTests(PostgresServer server) : IDisposable
{
    private readonly ServerUnderTest _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task A_server_whose_stores_answer_is_live_and_ready() =>
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), await ProbeAsync());

    [Fact]
    [Trait("Fault", "store away")]
    public async Task A_server_whose_shared_state_does_not_answer_is_live_and_not_ready() =>
        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable),
            await ProbeAsync("--SharedState:Engine=redis", Invariant($"--SharedState:ConnectionString=127.0.0.1:{InstalledServer.FreePort()},connectTimeout=200,connectRetry=1")));

    [Fact]
    [Trait("Fault", "store away")]
    public async Task A_server_whose_person_keys_do_not_answer_is_live_and_not_ready()
    {
        var main = $"--Storage:ConnectionString={await server.CreateDatabaseAsync()}";
        var answering = $"--PersonKeys:ConnectionString={await server.CreateDatabaseAsync()}";
        var silent = Invariant($"--PersonKeys:ConnectionString=Host=127.0.0.1;Port={InstalledServer.FreePort()};Username=nobody;Database=keys");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), await ProbeAsync("--Storage:Engine=postgres", main, answering));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), await ProbeAsync("--Storage:Engine=postgres", main, silent));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private async Task<(HttpStatusCode Live, HttpStatusCode Ready)> ProbeAsync(params string[] settings)
    {
        var builder = WebApplication.CreateBuilder([.. _server.Settings, .. settings]);
        builder.AddPlatform(ServerSettings.Read(builder.Configuration, development: true), "small");
        await using var app = builder.Build();
        app.MapPlatform();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var live = await client.GetAsync(new Uri("/health/live", UriKind.Relative));
        using var ready = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        await app.StopAsync();
        return (live.StatusCode, ready.StatusCode);
    }
}
