using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Dapper;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Catalogue;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Issuer.Tests.Status;

/// <summary>A mass re-issue by the real program, which is killed in the midst of it (SIGKILL) and started again: nobody is lost, nothing is done twice, and what it says of its progress is true.</summary>
public sealed class ReissueKillTests(PostgresServer postgres)
{
    private const int People = 6000;
    private const int Page = Reissues.PageSize;
    private static readonly string Root = Path.GetFullPath(Path.Combine(CatalogueFiles.Directory, "..", "..", "..", ".."));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Fault", "killed process")]
    public async Task A_killed_process_goes_on_where_it_was_and_misses_and_repeats_nobody()
    {
        var folder = Directory.CreateTempSubdirectory("reissue-kill-");
        var settings = await SettingsAsync(folder.FullName);
        await using var register = await OpenAsync(settings);
        await FillAsync(register);
        await Get<Reissues>(register).StartAsync("denied", null, RevocationGround.KeyCompromise, Ct);

        using (var first = Launch(settings))
        {
            await UntilAsync(register, first, job => job is { Batches: >= Page * 3 });
            first.Kill();
            await first.WaitForExitAsync(Ct);

            // A commit that was on its way may still arrive at the database.
            await Task.Delay(TimeSpan.FromSeconds(1), Ct);
            await HalfwayAsync(register);
        }

        using var second = Launch(settings);
        try
        {
            // The dead one's lease is a minute; the last pass begins two minutes after the start.
            await UntilAsync(register, second, job => job.FinishedAt is not null);
        }
        finally
        {
            second.Kill();
            await second.WaitForExitAsync(Ct);
        }

        await DoneAsync(register);
        folder.Delete(recursive: true);
    }

    // What is written is whole pages, and the place says exactly them.
    private static async Task HalfwayAsync(WebApplication register)
    {
        var job = (await Get<Reissues>(register).LastAsync(Ct))[0];
        Assert.InRange(job.Percent, 1, 99);
        Assert.Null(job.FinishedAt);
        Assert.Equal(job.Batches, await CountAsync(register, "SELECT count(*) FROM card_copies WHERE revoked = 1"));
        Assert.Equal(job.Copies, await CountAsync(register, "SELECT count(*) FROM status_entries WHERE revoked = 1"));
        Assert.Equal(job.Holders, await CountAsync(register, "SELECT count(*) FROM audit_entries WHERE name = 'card.reissued'"));
        Assert.Equal(job.Holders, await CountAsync(register, "SELECT count(*) FROM cards WHERE reissued_at IS NOT NULL"));
        Assert.InRange(job.Holders, Page, People - 1);

        // Records have random ids: the place in them is the share that is done.
        Assert.InRange(job.Percent, (100d * job.Holders / People) - 3, (100d * job.Holders / People) + 3);
    }

    private static async Task DoneAsync(WebApplication register)
    {
        var job = (await Get<Reissues>(register).LastAsync(Ct))[0];
        Assert.Equal((People, People * 2, People, 100), (job.Batches, job.Copies, job.Holders, job.Percent));
        Assert.Equal(0, await CountAsync(register, "SELECT count(*) FROM card_copies WHERE key_id = 'denied' AND revoked = 0"));
        Assert.Equal(1, await CountAsync(register, "SELECT count(*) FROM card_copies WHERE key_id = 'other' AND revoked = 0"));
        Assert.Equal(People * 2, await CountAsync(register, "SELECT count(*) FROM status_entries WHERE revoked = 1"));
        Assert.Equal(People, await CountAsync(register, "SELECT count(*) FROM audit_entries WHERE name = 'card.reissued'"));
        Assert.Equal(People, await CountAsync(register, "SELECT count(DISTINCT person_id) FROM audit_entries WHERE name = 'card.reissued'"));
        Assert.Equal(1, await CountAsync(register, "SELECT count(*) FROM audit_entries WHERE name = 'reissue.finished'"));
        Assert.Empty((await Get<AuditLog>(register).VerifyAsync(Ct)).Match(_ => [], broken => broken.Faults.Where(fault => fault.Rule != AuditRule.HeadMissing)));
    }

    private static async Task UntilAsync(WebApplication register, Process process, Func<Reissue, bool> reached)
    {
        var patience = Stopwatch.StartNew();
        while (!reached((await Get<Reissues>(register).LastAsync(Ct))[0]))
        {
            Assert.False(process.HasExited, "the program ended by itself");
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(6), "it does not get there");
            await Task.Delay(10, Ct);
        }
    }

    // Everybody has a card with one batch of two under the denied key; one has another batch under a good one.
    private static async Task FillAsync(WebApplication register)
    {
        var (database, keys) = (Get<Database>(register), Get<PersonKeys>(register));
        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                "INSERT INTO applications (id, deployment, country, person_id, state, changed_at, attempt, version, reschedules, progress, created_at) VALUES ('a', 'card', 'AM', 'p0', 'approved', 0, 1, 0, 0, '{}', 0)",
                transaction: transaction),
            Ct);
        var entries = (await Get<StatusIndexes>(register).ReserveAsync((People + 1) * 2, 30_000, Ct)).Chunk(2).ToList();
        var people = Enumerable.Range(0, People).Select(number => string.Create(CultureInfo.InvariantCulture, $"p{number}")).ToList();
        await Parallel.ForEachAsync(people, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Ct }, async (person, ct) => await keys.CreateAsync(person, ct));
        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                "INSERT INTO cards (id, deployment, country, application_id, person_id, state, version, created_at, changed_at) VALUES (@card, 'card', 'AM', 'a', @person, 'active', 0, 0, 0)",
                people.Select(person => new { card = $"card-{person}", person }),
                transaction),
            Ct);
        var status = Get<CardStatus>(register);
        await Parallel.ForEachAsync(
            people.Append("p0").Select((person, number) => (person, number)),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Ct },
            async (one, ct) => await status.RecordAsync($"card-{one.person}", one.person, entries[one.number], 30_000, new CopyOrigin(one.number < People ? "denied" : "other", "https://example.org/vct/compatriot-card/1"), ct));
    }

    private static Task<long> CountAsync(WebApplication register, string sql) => Get<Database>(register).ReadAsync(connection => connection.ExecuteScalarAsync<long>(sql), Ct);

    private static T Get<T>(WebApplication register)
        where T : notnull => register.Services.GetRequiredService<T>();

    // The issuer's own services over the same databases, with nothing of it running: what fills the register and looks into it.
    private static async Task<WebApplication> OpenAsync(Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings);
        var server = ServerSettings.Read(builder.Configuration, development: true);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddPlatform(server, CardIssuer.Program.Name);
        CardIssuer.Program.Services(builder, server);
        var app = builder.Build();
        await Platform.MigrateAsync(app.Services, CardIssuer.Program.Migrations, Ct);
        return app;
    }

    private static Process Launch(Dictionary<string, string?> settings)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = Path.Combine(Root, "src", "Issuer") };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "IdentityPlatform.Issuer.dll"));
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = settings["PublicUrl"];
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        return Process.Start(start)!;
    }

    private async Task<Dictionary<string, string?>> SettingsAsync(string folder)
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://localhost:{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}";
        return new()
        {
            ["Urls"] = url,
            ["PublicUrl"] = url,
            ["Storage:Engine"] = "postgres",
            ["Storage:ConnectionString"] = await postgres.CreateDatabaseAsync(),
            ["PersonKeys:ConnectionString"] = await postgres.CreateDatabaseAsync(),
            ["SharedState:Engine"] = "memory",
            ["Keys:Directory"] = Path.Combine(Root, "keys.example", "card-issuer"),
            ["Signer:Keys:Directory"] = Path.Combine(Root, "keys.example", "card-issuer-signer"),
            ["Signer:State"] = Path.Combine(folder, "signer"),
            ["Clients:Directory"] = Path.Combine(Root, "keys.example", "card-issuer-clients"),
            ["Deployment:Directory"] = CatalogueFiles.Directory,
            ["SignIn:Authority"] = "http://localhost:5101",
            ["SignIn:ClientId"] = "card-issuer",
            ["Bundle:Anchors:0"] = Path.Combine(Root, "keys.example", "pki", "issuer-root.pem"),
            ["Wallets:Attesters:0"] = Path.Combine(Root, "keys.example", "pki", "wallet-provider-root.pem"),
            ["Wallets:KeyAttesters:0"] = Path.Combine(Root, "keys.example", "pki", "wallet-provider-root.pem"),
        };
    }
}
