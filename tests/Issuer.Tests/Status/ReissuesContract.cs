using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using Dapper;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Catalogue;

namespace IdentityPlatform.Issuer.Tests.Status;

/// <summary>What a mass re-issue promises, on every engine and over two nodes: everybody who is affected, once, and nobody else, whoever dies meanwhile.</summary>
public abstract class ReissuesContract : IAsyncLifetime
{
    private const int People = 60;

    private readonly MortalTime _time = new();
    private readonly Signer _signer = Signer.Load(Path.GetFullPath(Path.Combine(CatalogueFiles.Directory, "..", "..", "..", "..", "keys.example", "card-issuer")));
    private Database[] _databases = [];
    private PersonKeys _keys = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var (first, second) = await OpenTwiceAsync();
        _databases = [first, second];
        await first.MigrateAsync([MigrationSet.Hosting, PersonKeys.Migrations, new MigrationSet("issuer", Assembly.Load("IdentityPlatform.Issuer"))], Ct);
        _keys = new PersonKeys(first, RandomNumberGenerator.GetBytes(32), _time);
        await AddPeopleAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }

        _signer.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task It_reaches_every_affected_holder_once_and_nobody_else()
    {
        await Node(0).StartAsync("denied", null, RevocationGround.KeyCompromise, Ct);
        await Node(0).RunAsync(Ct);
        _time.Now += TimeSpan.FromMinutes(3);
        await Node(1).RunAsync(Ct);
        await AssertDoneAsync();
    }

    [Theory]
    [InlineData(8)]
    [InlineData(15)]
    [InlineData(23)]
    public async Task Who_goes_on_after_a_death_in_the_middle_of_a_page_repeats_and_misses_nothing(int looksAtTheClock)
    {
        await Node(0).StartAsync("denied", null, RevocationGround.KeyCompromise, Ct);
        _time.DieAfter(looksAtTheClock);
        await Assert.ThrowsAsync<MortalTime.DeathException>(() => Node(0).RunAsync(Ct));
        _time.DieAfter(int.MaxValue);
        var halfway = (await Node(1).LastAsync(Ct))[0];
        Assert.InRange(halfway.Percent, 0, 99);
        Assert.Equal(halfway.Batches, await CountAsync("SELECT count(*) FROM card_copies WHERE revoked = 1") - 1);

        // The one that died still holds its lease; another goes on when that is over.
        Assert.Equal(0, await Node(1).RunAsync(Ct));
        _time.Now += TimeSpan.FromMinutes(1);
        await Node(1).RunAsync(Ct);
        _time.Now += TimeSpan.FromMinutes(3);
        await Node(1).RunAsync(Ct);
        await AssertDoneAsync();
    }

    [Fact]
    public async Task Nodes_that_work_at_once_do_no_page_twice()
    {
        await Node(0).StartAsync("denied", null, RevocationGround.KeyCompromise, Ct);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(node => Task.Run(() => Node(node % 2).RunAsync(Ct))));
        _time.Now += TimeSpan.FromMinutes(3);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(node => Task.Run(() => Node(node % 2).RunAsync(Ct))));
        await AssertDoneAsync();
    }

    [Fact]
    public async Task Starting_again_goes_on_with_the_open_one_and_finds_nothing_after_the_end()
    {
        var first = await Node(0).StartAsync("denied", null, RevocationGround.KeyCompromise, Ct);
        Assert.Equal(first.Id, (await Node(1).StartAsync("denied", null, RevocationGround.KeyCompromise, Ct)).Id);
        await Node(0).RunAsync(Ct);
        _time.Now += TimeSpan.FromMinutes(3);
        await Node(0).RunAsync(Ct);
        _time.Now += TimeSpan.FromMinutes(1);
        var again = await Node(1).StartAsync("denied", null, RevocationGround.KeyCompromise, Ct);
        Assert.NotEqual(first.Id, again.Id);
        Assert.Equal(0, await Node(1).RunAsync(Ct));
    }

    [Fact]
    public async Task What_was_being_signed_when_it_began_is_met_by_the_last_pass()
    {
        await Node(0).StartAsync("denied", null, RevocationGround.KeyCompromise, Ct);
        await Node(0).RunAsync(Ct);
        Assert.Null((await Node(0).LastAsync(Ct))[0].FinishedAt);
        await AddCopiesAsync("p0", "denied", id: "00000000000000000000000000000000");
        _time.Now += TimeSpan.FromMinutes(3);
        Assert.Equal(1, await Node(0).RunAsync(Ct));
        Assert.NotNull((await Node(0).LastAsync(Ct))[0].FinishedAt);
    }

    [Fact]
    public async Task A_version_of_a_type_is_reached_like_a_key()
    {
        await Node(0).StartAsync(null, "https://example.org/vct/old/1", RevocationGround.WrongData, Ct);
        Assert.Equal(1 + 1, await Node(0).RunAsync(Ct));
    }

    private protected abstract Task<(Database First, Database Second)> OpenTwiceAsync();

    private Reissues Node(int node) => new(
        _databases[node], _keys, new AuditLog(_databases[node], _keys, _signer, _time, $"node-{node}"), Deployment.Load(CatalogueFiles.Directory), _time, page: 16);

    // Each has a card with a batch under the denied key and one under another; beside them stand one without a key (from before keys were
    // written down), one of another type, one that is revoked and one that has expired.
    private async Task AddPeopleAsync()
    {
        await SqlAsync("INSERT INTO applications (id, deployment, country, person_id, state, changed_at, attempt, version, reschedules, progress, created_at) VALUES ('a', 'card', 'AM', 'p0', 'approved', 0, 1, 0, 0, '{}', 0)");
        for (var i = 0; i < People; i++)
        {
            var person = string.Create(CultureInfo.InvariantCulture, $"p{i}");
            await _keys.CreateAsync(person, Ct);
            await SqlAsync(
                "INSERT INTO cards (id, deployment, country, application_id, person_id, state, version, created_at, changed_at) VALUES (@card, 'card', 'AM', 'a', @person, 'active', 0, 0, 0)",
                new { card = $"card-{person}", person });
            await AddCopiesAsync(person, "denied");
            await AddCopiesAsync(person, "other");
        }

        await AddCopiesAsync("p1", null);
        await AddCopiesAsync("p2", "other", type: "https://example.org/vct/old/1");
        await AddCopiesAsync("p3", "denied", revoked: true);
        await AddCopiesAsync("p4", "denied", lastDay: 1);
    }

    private async Task AddCopiesAsync(string person, string? key, string type = "https://example.org/vct/new/2", bool revoked = false, long lastDay = 30_000, string? id = null)
    {
        var indices = await new StatusIndexes(_databases[0], new StatusPolicy(Entries: 4096)).ReserveAsync(2, 30_000, Ct);
        var status = new CardStatus(_databases[0], _keys, null!, null!, _time);
        var batch = await status.RecordAsync($"card-{person}", person, indices, lastDay, new CopyOrigin(key ?? "", type), Ct);
        await SqlAsync(
            "UPDATE card_copies SET key_id = @key, type = CASE WHEN @key IS NULL THEN NULL ELSE type END, revoked = @revoked, id = coalesce(@id, id) WHERE id = @batch",
            new { key, revoked = revoked ? 1L : 0L, id, batch });
    }

    private async Task AssertDoneAsync()
    {
        var job = (await Node(0).LastAsync(Ct))[0];
        Assert.Equal((People + 1, 2 * (People + 1), People, 100), (job.Batches, job.Copies, job.Holders, job.Percent));
        Assert.NotNull(job.FinishedAt);
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM card_copies WHERE (key_id = 'denied' OR key_id IS NULL) AND revoked = 0 AND expires_day > 1"));
        Assert.Equal(People + 1, await CountAsync("SELECT count(*) FROM card_copies WHERE key_id = 'other' AND revoked = 0"));
        Assert.Equal(2 * (People + 1), await CountAsync("SELECT count(*) FROM status_entries WHERE revoked = 1"));
        Assert.Equal(People, await CountAsync("SELECT count(*) FROM audit_entries WHERE name = 'card.reissued'"));
        Assert.Equal(People, await CountAsync("SELECT count(*) FROM cards WHERE reissued_at IS NOT NULL"));
        var told = await new AuditLog(_databases[0], _keys, _signer, _time, "reader").ReadForHolderAsync("p7", Ct);
        Assert.Equal("key-compromise", Assert.Single(told).Details.GetProperty("ground").GetString());
        Assert.True((await new AuditLog(_databases[0], _keys, _signer, _time, "reader").VerifyAsync(Ct)).Match(_ => true, _ => false));
    }

    private Task<long> CountAsync(string sql) => _databases[0].ReadAsync(connection => connection.ExecuteScalarAsync<long>(sql), Ct);

    private Task<int> SqlAsync(string sql, object? values = null) =>
        _databases[0].WriteAsync((connection, transaction) => connection.ExecuteAsync(sql, values, transaction), Ct);

    // A process that dies wherever it looks at the clock: also between two statements of one unit of work.
    private sealed class MortalTime : TimeProvider
    {
        private int _looks = int.MaxValue;

        public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 10, 30, 12, TimeSpan.Zero);

        public void DieAfter(int looks) => _looks = looks;

        public override DateTimeOffset GetUtcNow() => Interlocked.Decrement(ref _looks) < 0 ? throw new DeathException() : Now;

        public sealed class DeathException : Exception;
    }
}

public sealed class SqliteReissuesTests : ReissuesContract
{
    private readonly TemporaryFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    private protected override Task<(Database First, Database Second)> OpenTwiceAsync()
    {
        var connectionString = _folder.Sqlite("issuer.db");
        return Task.FromResult((Database.Open(StorageEngine.Sqlite, connectionString), Database.Open(StorageEngine.Sqlite, connectionString)));
    }
}

public sealed class PostgresReissuesTests(PostgresServer server) : ReissuesContract
{
    private protected override async Task<(Database First, Database Second)> OpenTwiceAsync()
    {
        var connectionString = await server.CreateDatabaseAsync();
        return (Database.Open(StorageEngine.Postgres, connectionString), Database.Open(StorageEngine.Postgres, connectionString));
    }
}
