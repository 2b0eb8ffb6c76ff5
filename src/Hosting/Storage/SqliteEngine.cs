using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>SQLite with a write-ahead log: pooled readers that cannot write, and one writer.</summary>
internal sealed class SqliteEngine : IDatabaseEngine
{
    private readonly string _readers;
    private readonly SqliteWriter _writer;

    public SqliteEngine(string connectionString)
    {
        var settings = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true };
        if (Path.GetDirectoryName(Path.GetFullPath(settings.DataSource)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        _readers = settings.ToString();
        settings.Pooling = false;
        _writer = new SqliteWriter(settings.ToString());
    }

    public async Task<DbConnection> OpenReaderAsync(CancellationToken ct)
    {
        var connection = new SqliteConnection(_readers);
        try
        {
            await connection.OpenAsync(ct);
            await connection.ExecuteAsync("PRAGMA busy_timeout = 5000; PRAGMA query_only = ON");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken ct) => _writer.WriteAsync(work, ct);

    // Deleted rows were overwritten in the pages (secure_delete); older pages may still stand in the log until it is truncated.
    public async Task ForgetDeletedAsync(string table, CancellationToken ct)
    {
        await using var connection = new SqliteConnection(_readers);
        await connection.OpenAsync(ct);
        await connection.ExecuteAsync("PRAGMA query_only = OFF; PRAGMA busy_timeout = 5000; PRAGMA wal_checkpoint(TRUNCATE)");
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        using var pool = new SqliteConnection(_readers);
        SqliteConnection.ClearPool(pool);
    }
}
