using System.Data.Common;
using Dapper;
using Npgsql;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>PostgreSQL: a transaction per unit of work; the server itself groups the flushes of concurrent commits.</summary>
internal sealed class PostgresEngine(string connectionString) : IDatabaseEngine
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString);

    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken ct)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        return await work(connection);
    }

    public ValueTask<T?> FindAsync<T>(Statement statement, Func<Row, T> read, ReadOnlySpan<SqlValue> values, CancellationToken ct)
        where T : class => Statements.ReadAsync(Statements.Fill(_source.CreateCommand(), statement, values), read, ct);

    public ValueTask<List<T>> ListAsync<T>(Statement statement, Func<Row, T> read, ReadOnlySpan<SqlValue> values, CancellationToken ct) =>
        Statements.ListAsync(Statements.Fill(_source.CreateCommand(), statement, values), read, ct);

    public async Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken ct)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var result = await work(connection, transaction);
        await transaction.CommitAsync(ct);
        return result;
    }

    // Vacuum frees the space of dead rows; it does not overwrite it, nor the write-ahead log and its archive. What may
    // linger there is protected by whatever the rows were encrypted under.
    public async Task ForgetDeletedAsync(string table, CancellationToken ct)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition($"VACUUM {table}", cancellationToken: ct));
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
