using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>SQLite with a write-ahead log: readers that cannot write and stay open, and one writer.</summary>
internal sealed class SqliteEngine : IDatabaseEngine
{
    // After each commit a reader's own copies of pages are worth nothing; mapped ones are read where they lie. Only the file
    // itself is mapped, only for reading, and up to the most that SQLite maps; what a larger file has beyond it is read as ever.
    private const string MappedBytes = "2147418112";

    private const string Settings = $"PRAGMA busy_timeout = 5000; PRAGMA query_only = ON; PRAGMA mmap_size = {MappedBytes}";

    private readonly string _connectionString;
    // The last one put back comes first: its pages are still those of the newest commit.
    private readonly ConcurrentStack<SqlitePrepared> _idle = [];
    private readonly SqliteWriter _writer;
    private volatile bool _closed;

    public SqliteEngine(string connectionString)
    {
        var settings = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true, Pooling = false };
        if (Path.GetDirectoryName(Path.GetFullPath(settings.DataSource)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        _connectionString = settings.ToString();
        _writer = new SqliteWriter(_connectionString);
    }

    // A connection whose work failed or was cancelled is as good as any other: statements are reset when their reader goes.
    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken ct)
    {
        var connection = Take(ct);
        try
        {
            return await work(connection);
        }
        finally
        {
            Keep(connection);
        }
    }

    public ValueTask<T?> FindAsync<T>(Statement statement, Func<Row, T> read, ReadOnlySpan<SqlValue> values, CancellationToken ct)
        where T : class
    {
        var connection = Take(ct);
        try
        {
            return new(connection.Find(statement, read, values));
        }
        finally
        {
            Keep(connection);
        }
    }

    public ValueTask<List<T>> ListAsync<T>(Statement statement, Func<Row, T> read, ReadOnlySpan<SqlValue> values, CancellationToken ct)
    {
        var connection = Take(ct);
        try
        {
            return new(connection.List(statement, read, values));
        }
        finally
        {
            Keep(connection);
        }
    }

    public Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken ct) => _writer.WriteAsync(work, ct);

    // Deleted rows were overwritten in the pages (secure_delete); older pages may still stand in the log until it is truncated.
    public async Task ForgetDeletedAsync(string table, CancellationToken ct)
    {
        await using var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(ct);
        await connection.ExecuteAsync("PRAGMA busy_timeout = 5000; PRAGMA wal_checkpoint(TRUNCATE)");
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _closed = true;
        CloseIdle();
    }

    private SqlitePrepared Take(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return _idle.TryPop(out var idle) ? idle : Open();
    }

    private SqlitePrepared Open()
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(Database));
        var connection = new SqlitePrepared(_connectionString);
        try
        {
            connection.Open();
            using var settings = connection.CreateCommand();
            settings.CommandText = Settings;
            settings.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Keep(SqlitePrepared connection)
    {
        _idle.Push(connection);
        if (_closed)
        {
            CloseIdle();
        }
    }

    private void CloseIdle()
    {
        while (_idle.TryPop(out var connection))
        {
            connection.Dispose();
        }
    }
}
