using System.Security.Cryptography;
using Dapper;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.IdP.Logout;
using IdentityPlatform.IdP.Tests.Harness;

namespace IdentityPlatform.IdP.Tests.Logout;

/// <summary>The outbox on either engine: claimed once, found again after a crash, empty in the end.</summary>
public abstract class OutboxContract
{
    private static readonly LogoutNotice Notice = new("some-service", "pairwise-subject", "session-at-the-service");

    [Fact]
    public async Task Of_many_workers_one_gets_a_notice()
    {
        await using var place = await PlaceAsync();
        var outbox = place.Outbox;
        await place.AddAsync(100);
        place.Time.Advance(LogoutOutbox.Lease + TimeSpan.FromSeconds(1));
        var rounds = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => ClaimAllAsync(outbox))));
        var claimed = rounds.SelectMany(ids => ids).ToList();
        Assert.Equal(100, claimed.Count);
        Assert.Equal(100, claimed.Distinct().Count());
    }

    [Fact]
    [Trait("Fault", "killed process")]
    public async Task What_a_crash_left_behind_comes_up_after_the_lease_and_not_before()
    {
        await using var place = await PlaceAsync();
        var outbox = place.Outbox;
        var added = Assert.Single(await place.AddAsync(1));
        Assert.Empty(await outbox.ClaimAsync(10, CancellationToken.None));
        place.Time.Advance(LogoutOutbox.Lease + TimeSpan.FromSeconds(1));
        var claimed = Assert.Single(await outbox.ClaimAsync(10, CancellationToken.None));
        Assert.Equal((added.Id, 2), (claimed.Id, claimed.Attempts));
        Assert.Equal(("some-service", "pairwise-subject", "session-at-the-service"), (claimed.Notice.ServiceId, claimed.Notice.Subject, claimed.Notice.SessionId));
        Assert.Empty(await outbox.ClaimAsync(10, CancellationToken.None));
        await outbox.RemoveAsync(claimed, CancellationToken.None);
        Assert.Equal(0, await place.CountAsync());
    }

    [Fact]
    [Trait("Fault", "killed process")]
    public async Task A_worker_that_lost_its_lease_does_not_move_the_notice_of_the_next()
    {
        await using var place = await PlaceAsync();
        var outbox = place.Outbox;
        var slow = Assert.Single(await place.AddAsync(1));
        place.Time.Advance(LogoutOutbox.Lease + TimeSpan.FromSeconds(1));
        var next = Assert.Single(await outbox.ClaimAsync(10, CancellationToken.None));
        await outbox.PostponeAsync(slow, place.Time.GetUtcNow() - TimeSpan.FromHours(1), CancellationToken.None);
        Assert.Empty(await outbox.ClaimAsync(10, CancellationToken.None));

        // The twin: the worker that holds it may.
        await outbox.PostponeAsync(next, place.Time.GetUtcNow() - TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.Single(await outbox.ClaimAsync(10, CancellationToken.None));
    }

    [Fact]
    public async Task Nothing_stays_longer_than_it_is_of_use()
    {
        await using var place = await PlaceAsync();
        await place.AddAsync(3);
        place.Time.Advance(LogoutRetry.Bound);
        Assert.Equal(0, await place.Outbox.SweepAsync(CancellationToken.None));
        place.Time.Advance(LogoutOutbox.Lease + TimeSpan.FromSeconds(1));
        Assert.Equal(3, await place.Outbox.SweepAsync(CancellationToken.None));
        Assert.Equal(0, await place.CountAsync());
    }

    [Fact]
    public async Task However_much_is_over_goes_in_bounded_units_of_work()
    {
        await using var place = await PlaceAsync();
        await place.AddAsync((2 * Sweep.BatchSize) + 1);
        place.Time.Advance(LogoutRetry.Bound + LogoutOutbox.Lease + TimeSpan.FromSeconds(1));
        var before = place.Database.UnitsOfWork;
        Assert.Equal((2 * Sweep.BatchSize) + 1, await place.Outbox.SweepAsync(CancellationToken.None));
        Assert.Equal((3L, 0L), (place.Database.UnitsOfWork - before, await place.CountAsync()));
    }

    [Fact]
    [Trait("Safeguard", "SG7")]
    public async Task A_row_names_neither_service_nor_person()
    {
        await using var place = await PlaceAsync();
        await place.AddAsync(1);
        var content = await place.Database.ReadAsync(
            connection => connection.QuerySingleAsync<byte[]>("SELECT content FROM logout_outbox"), CancellationToken.None);
        Assert.True(content.AsSpan().IndexOf("pairwise"u8) < 0 && content.AsSpan().IndexOf("some-service"u8) < 0);
    }

    protected abstract Task<Database> OpenAsync();

    private async Task<Place> PlaceAsync()
    {
        var database = await OpenAsync();
        await database.MigrateAsync([MigrationSet.Hosting, new MigrationSet("idp", typeof(IdentityProvider).Assembly)], CancellationToken.None);
        return new(database);
    }

    private static async Task<List<string>> ClaimAllAsync(LogoutOutbox outbox)
    {
        var ids = new List<string>();
        while (await outbox.ClaimAsync(3, CancellationToken.None) is { Count: > 0 } claimed)
        {
            ids.AddRange(claimed.Select(one => one.Id));
        }

        return ids;
    }

    private sealed class Place : IAsyncDisposable
    {
        public Place(Database database) => (Database, Outbox) = (database, new(database, new Seal(RandomNumberGenerator.GetBytes(32), "test"), Time));

        public Database Database { get; }

        public ShiftedTime Time { get; } = new();

        public LogoutOutbox Outbox { get; }

        public Task<IReadOnlyList<ClaimedNotice>> AddAsync(int count) => Database.WriteAsync(
            (connection, transaction) => Outbox.AddAsync(connection, transaction, Enumerable.Repeat(Notice, count), CancellationToken.None), CancellationToken.None);

        public Task<long> CountAsync() => Database.ReadAsync(connection => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM logout_outbox"), CancellationToken.None);

        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }
}

public sealed class SqliteOutboxTests : OutboxContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("outbox-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override Task<Database> OpenAsync() => Task.FromResult(Database.Open(StorageEngine.Sqlite, $"Data Source={Path.Combine(_folder, "idp.db")}"));
}

public sealed class PostgresOutboxTests(PostgresServer server) : OutboxContract, IClassFixture<PostgresServer>
{
    protected override async Task<Database> OpenAsync() => Database.Open(StorageEngine.Postgres, await server.CreateDatabaseAsync());
}
