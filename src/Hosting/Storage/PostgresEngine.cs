using System.Data.Common;
using Npgsql;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>PostgreSQL: a transaction per unit of work; the server itself groups the flushes of concurrent commits.</summary>
internal sealed class PostgresEngine(string connectionString) : IDatabaseEngine
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString);

    public async Task<DbConnection> OpenReaderAsync(CancellationToken ct) => await _source.OpenConnectionAsync(ct);

    public async Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken ct)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var result = await work(connection, transaction);
        await transaction.CommitAsync(ct);
        return result;
    }

    // PostgreSQL overwrites dead rows when it vacuums; until then the wrapping key, kept elsewhere, protects what they hold.
    public async Task ForgetDeletedAsync(CancellationToken ct)
    {
        await using var command = _source.CreateCommand("VACUUM");
        await command.ExecuteNonQueryAsync(ct);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
