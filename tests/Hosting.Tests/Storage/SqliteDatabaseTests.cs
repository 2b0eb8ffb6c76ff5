using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace IdentityPlatform.Hosting.Tests.Storage;

public sealed class SqliteDatabaseTests : DatabaseContract
{
    private readonly TemporaryFolder _folder = new();
    private int _opened;

    [Fact]
    public async Task A_reader_cannot_write()
    {
        var refused = await Assert.ThrowsAsync<SqliteException>(() => First.ReadAsync(c => c.ExecuteAsync("INSERT INTO things (id) VALUES ('a')"), None));
        Assert.Equal(8, refused.SqliteErrorCode);
        Assert.Equal(1, await AddAsync(First, "a"));
    }

    [Fact]
    public async Task Writes_that_queue_up_share_one_commit_and_a_failing_one_rolls_back_alone()
    {
        var transactions = new ConcurrentBag<DbTransaction>();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holder = First.WriteAsync(
            async (_, transaction) =>
            {
                await gate.Task;
                transactions.Add(transaction);
                return 0;
            },
            None);
        var queued = Enumerable.Range(0, 20).Select(i => First.WriteAsync(
            async (connection, transaction) =>
            {
                transactions.Add(transaction);
                await connection.ExecuteAsync("INSERT INTO things (id) VALUES (@id)", new { id = $"{i:00}" }, transaction);
                return i == 7 ? throw new ExpectedException("seven") : i;
            },
            None)).ToList();
        gate.SetResult();
        await holder;

        Assert.Equal("seven", (await Assert.ThrowsAsync<ExpectedException>(() => queued[7])).Message);
        Assert.Equal(Enumerable.Range(0, 20).Where(i => i != 7), await Task.WhenAll(queued.Where((_, i) => i != 7)));
        Assert.Equal(Enumerable.Range(0, 20).Where(i => i != 7).Select(i => $"{i:00}"), await ThingsAsync(Second));
        Assert.Single(transactions.Distinct());
    }

    [Fact]
    public async Task A_commit_is_flushed_whole_and_survives_reopening()
    {
        Assert.Equal(2, await First.WriteAsync((c, t) => c.ExecuteScalarAsync<int>("PRAGMA synchronous", transaction: t), None));
        Assert.Equal("wal", await First.ReadAsync(c => c.ExecuteScalarAsync<string>("PRAGMA journal_mode"), None));
        await AddAsync(First, "kept");
        await First.DisposeAsync();
        await using var again = Database.Open(StorageEngine.Sqlite, _folder.Sqlite("1.db"));
        Assert.Equal(["kept"], await ThingsAsync(again));
    }

    [Fact]
    public async Task Foreign_keys_are_enforced()
    {
        await WriteAsync(First, "CREATE TABLE parts (thing text REFERENCES things (id))");
        var refused = await Assert.ThrowsAsync<SqliteException>(() => WriteAsync(First, "INSERT INTO parts (thing) VALUES ('nowhere')"));
        Assert.Equal(787, refused.SqliteExtendedErrorCode);
        await AddAsync(First, "here");
        Assert.Equal(1, await WriteAsync(First, "INSERT INTO parts (thing) VALUES ('here')"));
    }

    private protected override Task<(Database First, Database Second)> OpenTwiceAsync()
    {
        var connectionString = _folder.Sqlite($"{++_opened}.db");
        return Task.FromResult((Database.Open(StorageEngine.Sqlite, connectionString), Database.Open(StorageEngine.Sqlite, connectionString)));
    }

    protected override void CleanUp() => _folder.Dispose();
}
