using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Hosting.Tests.Storage;

/// <summary>What every engine keeps. Each test opens the same database twice, as two processes would.</summary>
public abstract class DatabaseContract : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Two independent openings of one new database with the table <c>things</c>.</summary>
    private protected Database First { get; private set; } = null!;

    private protected Database Second { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        (First, Second) = await OpenTwiceAsync();
        await WriteAsync(First, "CREATE TABLE things (id text PRIMARY KEY, owner text, taken_at bigint)");
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
        CleanUp();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_one_process_wrote_the_other_reads()
    {
        await AddAsync(First, "a");
        Assert.Equal(["a"], await ThingsAsync(Second));
    }

    [Fact]
    public async Task A_unit_of_work_that_fails_leaves_nothing()
    {
        var thrown = await Assert.ThrowsAsync<ExpectedException>(() => First.WriteAsync<int>(
            async (connection, transaction) =>
            {
                await connection.ExecuteAsync("INSERT INTO things (id) VALUES ('a')", transaction: transaction);
                throw new ExpectedException("broken on purpose");
            },
            None));
        Assert.Equal("broken on purpose", thrown.Message);
        Assert.Empty(await ThingsAsync(First));
    }

    [Fact]
    public async Task A_failing_statement_fails_its_own_unit_of_work_among_64_that_succeed()
    {
        await AddAsync(First, "clash");
        var writes = Enumerable.Range(0, 128).Select(async i =>
        {
            try
            {
                await AddAsync(i % 4 < 2 ? First : Second, i % 2 == 0 ? $"thing {i}" : "clash");
                return true;
            }
            catch (DbException)
            {
                return false;
            }
        });
        var succeeded = await Task.WhenAll(writes);
        Assert.Equal(Enumerable.Range(0, 128).Select(i => i % 2 == 0), succeeded);
        Assert.Equal(65, (await ThingsAsync(Second)).Count);
    }

    [Fact]
    public async Task Of_64_parallel_redemptions_over_two_processes_exactly_one_wins()
    {
        await AddAsync(First, "code");
        var owners = new ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            var won = await (i % 2 == 0 ? First : Second).WriteAsync(
                (connection, transaction) => connection.ExecuteScalarAsync<string?>(
                    "UPDATE things SET taken_at = 1, owner = @owner WHERE id = 'code' AND taken_at IS NULL RETURNING owner",
                    new { owner = $"{i}" },
                    transaction),
                None);
            if (won is not null)
            {
                owners.Add(won);
            }
        }));
        var stored = await First.ReadAsync(connection => connection.ExecuteScalarAsync<string>("SELECT owner FROM things"), None);
        Assert.Equal([stored!], owners);
    }

    [Theory]
    [InlineData("a", 7L)]
    [InlineData("", 0L)]
    [InlineData(null, null)]
    [InlineData("text that is longer than what is bound without memory of its own: ………………………………………………………………………………………", long.MinValue)]
    public async Task A_statement_gives_back_the_values_that_it_was_given(string? text, long? number)
    {
        var (insert, find) = (new Statement("INSERT INTO things (id, owner, taken_at) VALUES (@id, @owner, @at)"), new Statement("SELECT owner, taken_at, id FROM things WHERE id = @id AND id = @id"));
        Assert.Equal(1, await First.WriteAsync(async (connection, transaction) => await connection.RunAsync(transaction, insert, "x", text, number), None));
        var found = await Second.FindAsync(find, row => new { Text = row.TextOrNull(0), Number = row.NumberOrNull(1), Id = row.Text(2) }, None, "x");
        Assert.Equal((text, number, "x"), (found!.Text, found.Number, found.Id));
        Assert.Null(await Second.FindAsync(find, row => row.Text(2), None, "y"));
    }

    [Fact]
    public async Task A_statement_takes_bytes_and_gives_back_the_row_that_it_changed()
    {
        await WriteAsync(First, $"ALTER TABLE things ADD COLUMN secret {(First.Engine == StorageEngine.Postgres ? "bytea" : "blob")}");
        var change = new Statement("UPDATE things SET secret = @secret WHERE id = @id RETURNING secret");
        await AddAsync(First, "a");
        foreach (var bytes in (byte[]?[])[[1, 0, 2], [], null])
        {
            var changed = await First.WriteAsync(
                async (connection, transaction) => await connection.FindAsync(transaction, change, row => new { Bytes = row.BytesOrNull(0) }, bytes, "a"), None);
            Assert.Equal(bytes, changed!.Bytes);
        }
    }

    [Fact]
    public async Task A_statement_that_fails_fails_its_unit_of_work_alone_and_runs_again()
    {
        var insert = new Statement("INSERT INTO things (id) VALUES (@id)");
        await AddAsync("a");
        await Assert.ThrowsAnyAsync<DbException>(() => AddAsync("a"));
        await AddAsync("b");
        Assert.Equal(["a", "b"], await ThingsAsync(Second));

        Task<int> AddAsync(string id) => First.WriteAsync(async (connection, transaction) => await connection.RunAsync(transaction, insert, id), None);
    }

    [Fact]
    public async Task A_unit_of_work_cannot_start_another_one()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => First.WriteAsync(
            async (_, _) =>
            {
                await AddAsync(First, "inner");
                return 0;
            },
            None));
        Assert.Empty(await ThingsAsync(First));
    }

    [Fact]
    public async Task A_unit_of_work_of_another_database_may_run_inside_one()
    {
        var (other, twin) = await OpenTwiceAsync();
        await using (other)
        await using (twin)
        {
            await First.WriteAsync(async (_, _) => await WriteAsync(other, "CREATE TABLE others (id text)"), None);
            Assert.Equal(0, await twin.ReadAsync(connection => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM others"), None));
        }
    }

    [Fact]
    public async Task A_unit_of_work_cancelled_before_it_began_writes_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => First.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync("INSERT INTO things (id) VALUES ('a')", transaction: transaction),
            new CancellationToken(canceled: true)));
        Assert.Empty(await ThingsAsync(First));
    }

    [Fact]
    public async Task A_closed_database_refuses_to_write()
    {
        await First.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => AddAsync(First, "late"));
    }

    [Fact]
    public async Task Processes_that_migrate_at_once_apply_each_migration_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? First : Second).MigrateAsync([MigrationSet.Hosting], None)));
        var versions = await First.ReadAsync(
            connection => connection.QueryAsync<int>("SELECT number FROM schema_versions WHERE set_name = 'hosting' ORDER BY number"), None);
        Assert.Equal(Enumerable.Range(1, MigrationSet.Hosting.Read(First.Engine).Count), versions);
    }

    [Fact]
    public async Task A_database_newer_than_the_program_is_refused()
    {
        await First.MigrateAsync([MigrationSet.Hosting], None);
        await WriteAsync(First, "INSERT INTO schema_versions (set_name, number) VALUES ('hosting', 999)");
        var refused = await Assert.ThrowsAsync<MigrationException>(() => First.MigrateAsync([MigrationSet.Hosting], None));
        Assert.Contains("'hosting' stands at 999", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_the_database_as_it_was()
    {
        await WriteAsync(First, "CREATE TABLE audit_chains (id text)");
        await Assert.ThrowsAnyAsync<DbException>(() => First.MigrateAsync([MigrationSet.Hosting], None));
        await Assert.ThrowsAnyAsync<DbException>(() => First.ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT count(*) FROM one_time"), None));
    }

    private protected static Task<int> AddAsync(Database database, string id) => database.WriteAsync(
        (connection, transaction) => connection.ExecuteAsync("INSERT INTO things (id) VALUES (@id)", new { id }, transaction), None);

    private protected static Task<int> WriteAsync(Database database, string sql) =>
        database.WriteAsync((connection, transaction) => connection.ExecuteAsync(sql, transaction: transaction), None);

    private protected static async Task<List<string>> ThingsAsync(Database database) =>
        [.. await database.ReadAsync(connection => connection.QueryAsync<string>("SELECT id FROM things ORDER BY id"), None)];

    private protected abstract Task<(Database First, Database Second)> OpenTwiceAsync();

    protected virtual void CleanUp()
    {
    }

    private protected sealed class ExpectedException(string message) : Exception(message);
}
