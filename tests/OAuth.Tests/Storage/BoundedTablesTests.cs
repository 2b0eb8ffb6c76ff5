using System.Globalization;
using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tests.Server;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Tests.Storage;

/// <summary>
/// A month of the same load every three hours: codes, grants, refresh tokens of a week, revocations, one-time state. After the
/// first week no table grows any more, neither in rows nor, once the space of deleted rows is reused, in bytes.
/// </summary>
public abstract class BoundedTablesContract : IAsyncLifetime
{
    private const int SignIns = 8;
    private const int Steps = 30 * 8;
    private const int Week = 7 * 8;

    private static readonly string[] Tables = ["oauth_grants", "oauth_refresh_tokens", "one_time"];

    private TestServer _server = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected Database Database => _server.Database;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(await SetupAsync());

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_month_of_constant_load_leaves_tables_as_large_as_a_week_does()
    {
        var sweep = _server.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<ExpirySweep>().Single();
        var most = Tables.ToDictionary(table => table, _ => 0L);
        long bytesAfterTenDays = 0;
        for (var step = 0; step < Steps; step++)
        {
            await Task.WhenAll(Enumerable.Range(0, SignIns).Select(SignInAsync));
            await sweep.SweepAsync(Ct);
            foreach (var table in Tables)
            {
                most[table] = Math.Max(most[table], await RowsAsync(table));
            }

            if (step % 8 == 0)
            {
                await ReuseSpaceAsync();
            }

            bytesAfterTenDays = step == 80 ? await BytesAsync() : bytesAfterTenDays;
            _server.Clock.Advance(TimeSpan.FromHours(3));
        }

        // Half of the sign-ins keep a refresh token for a week, one of them is revoked at once; grants and one-time state of
        // one step are alive, and what expired since goes with the next step's sweeps.
        var refreshed = (SignIns / 2) * (Week + 1);
        Assert.InRange(most["oauth_refresh_tokens"], refreshed - SignIns, refreshed);
        Assert.InRange(most["oauth_grants"], refreshed - Week - SignIns, refreshed + SignIns);
        Assert.InRange(most["one_time"], 1, SignIns * 3 * 2);
        Assert.InRange(await BytesAsync(), 1, bytesAfterTenDays * 5 / 4);
    }

    [Fact]
    public async Task A_burst_of_one_time_state_is_swept_by_those_who_write_next()
    {
        var store = _server.Get<OneTimeStore>();
        for (var i = 0; i < 30; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 100).Select(j => store.TryAddAsync("burst", $"{i}.{j}", TimeSpan.FromMinutes(1), Ct)));
        }

        Assert.Equal(3000, await RowsAsync("one_time"));
        _server.Clock.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 4; i++)
        {
            await store.TryAddAsync("later", i.ToString(CultureInfo.InvariantCulture), TimeSpan.FromMinutes(1), Ct);
        }

        Assert.Equal(4, await RowsAsync("one_time"));
    }

    [Fact]
    public async Task Nodes_that_sweep_together_with_those_who_write_wait_in_no_circle()
    {
        var (store, other) = (_server.Get<OneTimeStore>(), new SqlOneTimeStore(Database, _server.Clock));
        for (var round = 0; round < 10; round++)
        {
            var all = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => (i % 2 == 0 ? store : other).TryAddAsync("guard", $"{i / 4}", TimeSpan.FromMinutes(1), Ct)));
            Assert.Equal(50, all.Count(added => added));
            _server.Clock.Advance(TimeSpan.FromMinutes(2));
        }
    }

    [Fact]
    public async Task A_revoked_grant_goes_soon_and_a_live_one_stays()
    {
        var sweep = _server.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<ExpirySweep>().Single();
        var grants = _server.Get<StoredGrants>();
        var (revoked, live) = (await GrantAsync(TimeSpan.FromDays(7)), await GrantAsync(TimeSpan.FromDays(7)));
        await grants.RevokeAsync(revoked.Id, Ct);
        _server.Clock.Advance(TimeSpan.FromMinutes(12));
        await sweep.SweepAsync(Ct);
        Assert.Equal(1, await RowsAsync("oauth_grants"));
        Assert.NotNull(await grants.FindAsync(live.Id, Ct));
    }

    private protected abstract Task<TestSetup> SetupAsync();

    /// <summary>What the engine does by itself as time goes by.</summary>
    private protected abstract Task ReuseSpaceAsync();

    private protected abstract Task<long> BytesAsync();

    private async Task SignInAsync(int number)
    {
        var (now, store) = (_server.Clock.GetUtcNow(), _server.Get<OneTimeStore>());
        var handle = Guid.NewGuid().ToString();
        await store.PutAsync("par", handle, new byte[600], TimeSpan.FromMinutes(5), Ct);
        await store.TryAddAsync("jti", $"{handle} par", TimeSpan.FromSeconds(90), Ct);
        await store.TakeAsync("par", handle, Ct);
        var keeps = number % 2 == 0;
        var (code, grantId) = await CodeAsync(now, keeps ? TimeSpan.FromDays(7) : TimeSpan.FromMinutes(5));
        await store.TryAddAsync("jti", $"{handle} token", TimeSpan.FromSeconds(90), Ct);
        Assert.IsType<CodeSpending.Spent>(await _server.Get<AuthorizationCodes>().SpendAsync(new(code, "one", now), Ct));
        if (keeps)
        {
            var token = NewRefreshToken.Staying(grantId, "one", new TokenBinding.Dpop("key"), now.AddDays(7));
            await _server.Database.WriteAsync((connection, transaction) => RefreshTokens.AddAsync(connection, transaction, token), Ct);
        }

        if (number == 0)
        {
            await _server.Get<StoredGrants>().RevokeAsync(grantId, Ct);
        }
    }

    private async Task<(string Code, string GrantId)> CodeAsync(DateTimeOffset now, TimeSpan lifetime)
    {
        var grant = await NewGrantAsync();
        var code = new NewCode
        {
            Grant = grant,
            Binding = new("https://one.example/callback", "challenge", "key", null),
            ExpiresAt = now.AddSeconds(60),
            GrantExpiresAt = now + lifetime,
        };
        return (await _server.Get<AuthorizationCodes>().AddAsync(code, now, Ct), grant.Id);
    }

    private async Task<GrantRow> GrantAsync(TimeSpan lifetime)
    {
        var (grant, now) = (await NewGrantAsync(), _server.Clock.GetUtcNow());
        await Database.WriteAsync(
            async (connection, transaction) =>
            {
                await StoredGrants.AddAsync(connection, transaction, grant, now.ToUnixTimeSeconds(), (now + lifetime).ToUnixTimeSeconds());
                return 0;
            },
            Ct);
        return grant;
    }

    private Task<GrantRow> NewGrantAsync() => _server.Get<StoredGrants>().CloseAsync(TestOwner.Subject, "one", null, new GrantContent { Scopes = ["openid"] }, Ct);

    private Task<long> RowsAsync(string table) => Database.ReadAsync(connection => connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}"), Ct);
}

public sealed class SqliteBoundedTablesTests : BoundedTablesContract
{
    private protected override Task<TestSetup> SetupAsync() => Task.FromResult(new TestSetup());

    // Pages of deleted rows are free at once.
    private protected override Task ReuseSpaceAsync() => Task.CompletedTask;

    private protected override Task<long> BytesAsync() => Database.ReadAsync(
        async connection => await connection.ExecuteScalarAsync<long>("PRAGMA page_count") * await connection.ExecuteScalarAsync<long>("PRAGMA page_size"),
        TestContext.Current.CancellationToken);
}

public sealed class PostgresBoundedTablesTests(PostgresServer server) : BoundedTablesContract
{
    private string _connectionString = "";

    private protected override async Task<TestSetup> SetupAsync() =>
        new() { Engine = StorageEngine.Postgres, ConnectionString = _connectionString = await server.CreateDatabaseAsync() };

    // The server's own vacuum comes by the minute of the real clock, and this month has few of those.
    private protected override async Task ReuseSpaceAsync()
    {
        await using var connection = new Npgsql.NpgsqlConnection(_connectionString);
        await connection.ExecuteAsync("VACUUM oauth_grants, oauth_refresh_tokens, one_time");
    }

    private protected override Task<long> BytesAsync() => Database.ReadAsync(
        connection => connection.ExecuteScalarAsync<long>(
            "SELECT SUM(pg_total_relation_size(name::regclass))::bigint FROM unnest(ARRAY['oauth_grants', 'oauth_refresh_tokens', 'one_time']) AS name"),
        TestContext.Current.CancellationToken);
}
