using Dapper;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>Deletes what is over, a little at a time: a unit of work of bounded length holds up nobody, however much has come together.</summary>
public static class Sweep
{
    /// <summary>How many rows go in one unit of work.</summary>
    public const int BatchSize = 1000;

    /// <summary>Deletes all rows that meet a condition; answers how many.</summary>
    /// <param name="database">The database.</param>
    /// <param name="table">The table: a constant of the program, as are the key and the condition.</param>
    /// <param name="key">The column that names a row, or several in parentheses.</param>
    /// <param name="condition">Which rows are over.</param>
    /// <param name="parameters">What the condition names.</param>
    /// <param name="ct">Cancels between two units of work.</param>
    public static async Task<int> DeleteAsync(Database database, string table, string key, string condition, object parameters, CancellationToken ct)
    {
        var sql = $"DELETE FROM {table} WHERE {key} IN (SELECT {Columns(key)} FROM {table} WHERE {condition} LIMIT {BatchSize}{database.SkipLocked})";
        var total = 0;
        int deleted;
        do
        {
            deleted = await database.WriteAsync(
                (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: ct)), ct);
            total += deleted;
        }
        while (deleted == BatchSize);
        return total;
    }

    private static string Columns(string key) => key.Trim('(', ')');
}
