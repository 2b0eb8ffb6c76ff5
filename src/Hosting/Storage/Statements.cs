using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>Runs a <see cref="Statement"/> on a connection of either engine, inside a unit of work.</summary>
public static class Statements
{
    /// <summary>Runs a statement; answers how many rows it changed.</summary>
    /// <param name="connection">The connection of the unit of work.</param>
    /// <param name="transaction">Its transaction.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="values">Its values.</param>
    public static ValueTask<int> RunAsync(this DbConnection connection, DbTransaction transaction, Statement statement, params ReadOnlySpan<SqlValue> values) =>
        connection is SqlitePrepared sqlite
            ? new(sqlite.Run(statement, values))
            : ExecuteAsync(Fill(Command(connection, transaction), statement, values), CancellationToken.None);

    /// <summary>Runs a statement that gives one row or none, and reads it.</summary>
    /// <param name="connection">The connection of the unit of work.</param>
    /// <param name="transaction">Its transaction.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="read">Reads the row.</param>
    /// <param name="values">Its values.</param>
    public static ValueTask<T?> FindAsync<T>(
        this DbConnection connection, DbTransaction transaction, Statement statement, Func<Row, T> read, params ReadOnlySpan<SqlValue> values)
        where T : class => connection is SqlitePrepared sqlite
            ? new(sqlite.Find(statement, read, values))
            : ReadAsync(Fill(Command(connection, transaction), statement, values), read, CancellationToken.None);

    [SuppressMessage("Security", "CA2100", Justification = "The text of a statement is a constant of the program.")]
    internal static DbCommand Fill(DbCommand command, Statement statement, ReadOnlySpan<SqlValue> values)
    {
        command.CommandText = statement.Sql;
        for (var place = 0; place < values.Length; place++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = statement.Names[place];
            (parameter.DbType, parameter.Value) = (values[place].Content, values[place].Kind) switch
            {
                (var bytes, SqlKind.Bytes) => (DbType.Binary, bytes ?? DBNull.Value),
                (null, SqlKind.Number) => (DbType.Int64, DBNull.Value),
                (_, SqlKind.Number) => (DbType.Int64, values[place].Number),
                var (text, _) => (DbType.String, text ?? DBNull.Value),
            };
            command.Parameters.Add(parameter);
        }

        return command;
    }

    internal static async ValueTask<T?> ReadAsync<T>(DbCommand command, Func<Row, T> read, CancellationToken ct)
        where T : class
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, ct);
            return await reader.ReadAsync(ct) ? read(new Row(reader)) : null;
        }
    }

    internal static async ValueTask<List<T>> ListAsync<T>(DbCommand command, Func<Row, T> read, CancellationToken ct)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(ct);
            var rows = new List<T>();
            while (await reader.ReadAsync(ct))
            {
                rows.Add(read(new Row(reader)));
            }

            return rows;
        }
    }

    private static async ValueTask<int> ExecuteAsync(DbCommand command, CancellationToken ct)
    {
        await using (command)
        {
            return await command.ExecuteNonQueryAsync(ct);
        }
    }

    private static DbCommand Command(DbConnection connection, DbTransaction transaction)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        return command;
    }
}
