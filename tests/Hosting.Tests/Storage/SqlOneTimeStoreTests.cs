using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;

namespace IdentityPlatform.Hosting.Tests.Storage;

public abstract class SqlOneTimeStoreTests : OneTimeStoreContract
{
    private readonly SettableTime _time = new();
    private Database _first = null!;
    private Database _second = null!;

    [Fact]
    public async Task What_has_expired_is_swept_within_minutes()
    {
        await First.PutAsync("par", "old", "value"u8.ToArray(), Brief, None);
        await First.PutAsync("par", "living", "value"u8.ToArray(), TimeSpan.FromHours(1), None);
        _time.Advance(TimeSpan.FromMinutes(2));
        await First.PutAsync("par", "new", "value"u8.ToArray(), Brief, None);
        Assert.Equal(2, await _first.ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT count(*) FROM one_time"), None));
    }

    [Fact]
    public async Task The_table_shows_no_key()
    {
        await First.PutAsync("par", "urn:secret-handle", "value"u8.ToArray(), Brief, None);
        var id = await _first.ReadAsync(c => c.ExecuteScalarAsync<string>("SELECT id FROM one_time"), None);
        Assert.DoesNotContain("secret-handle", id, StringComparison.Ordinal);
    }

    private protected sealed override async Task<(OneTimeStore First, OneTimeStore Second)> OpenTwiceAsync()
    {
        (_first, _second) = await OpenDatabasesAsync();
        await _first.MigrateAsync([MigrationSet.Hosting], None);
        return (new SqlOneTimeStore(_first, _time), new SqlOneTimeStore(_second, _time));
    }

    private protected abstract Task<(Database First, Database Second)> OpenDatabasesAsync();

    protected sealed override Task WaitAsync(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }

    protected override async ValueTask CloseAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }
}

public sealed class SqliteOneTimeStoreTests : SqlOneTimeStoreTests
{
    private readonly TemporaryFolder _folder = new();

    private protected override Task<(Database First, Database Second)> OpenDatabasesAsync() => Task.FromResult((
        Database.Open(StorageEngine.Sqlite, _folder.Sqlite("state.db")), Database.Open(StorageEngine.Sqlite, _folder.Sqlite("state.db"))));

    protected override async ValueTask CloseAsync()
    {
        await base.CloseAsync();
        _folder.Dispose();
    }
}

public sealed class PostgresOneTimeStoreTests(PostgresServer server) : SqlOneTimeStoreTests
{
    private protected override async Task<(Database First, Database Second)> OpenDatabasesAsync()
    {
        var connectionString = await server.CreateDatabaseAsync();
        return (Database.Open(StorageEngine.Postgres, connectionString), Database.Open(StorageEngine.Postgres, connectionString));
    }
}
