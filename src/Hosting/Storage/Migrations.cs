using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>
/// Applies migrations inside one transaction: on SQLite it excludes every other writer, on PostgreSQL an advisory lock does.
/// Plain commands: every start comes through here, and Dapper would compile its own code for each query first.
/// </summary>
internal static class Migrations
{
    // Any constant serves, as long as every process uses the same one: the ASCII bytes of "idschema".
    private const long AdvisoryLock = 0x6964736368656D61;

    private static readonly Statement FindNewest = new("SELECT max(number) FROM schema_versions WHERE set_name = @name");
    private static readonly Statement Note = new("INSERT INTO schema_versions (set_name, number) VALUES (@name, @number)");

    /// <summary>True where there is nothing to apply; false too where that cannot be told, such as in a database that is empty.</summary>
    public static async Task<bool> AreAppliedAsync(Database database, IEnumerable<MigrationSet> sets, CancellationToken ct)
    {
        try
        {
            foreach (var set in sets)
            {
                var migrations = set.Read(database.Engine);
                if (Done(set, migrations, await database.FindAsync(FindNewest, Newest, ct, set.Name)) < migrations.Count)
                {
                    return false;
                }
            }

            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }

    public static async Task<int> ApplyAsync(
        StorageEngine engine, IEnumerable<MigrationSet> sets, DbConnection connection, DbTransaction transaction, CancellationToken ct)
    {
        if (engine == StorageEngine.Postgres)
        {
            await ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({AdvisoryLock})"));
        }

        await ExecuteAsync(
            "CREATE TABLE IF NOT EXISTS schema_versions (set_name text NOT NULL, number integer NOT NULL, PRIMARY KEY (set_name, number))");
        var applied = 0;
        foreach (var set in sets)
        {
            var migrations = set.Read(engine);
            var done = Done(set, migrations, await connection.FindAsync(transaction, FindNewest, Newest, set.Name));
            foreach (var migration in migrations.Skip(done))
            {
                await ExecuteAsync(migration.Sql);
                await connection.RunAsync(transaction, Note, set.Name, migration.Number);
                applied++;
            }
        }

        return applied;

        Task ExecuteAsync(string sql) => Migrations.ExecuteAsync(connection, transaction, sql, ct);
    }

    [SuppressMessage("Security", "CA2100", Justification = "The texts are files of the program.")]
    private static async Task ExecuteAsync(DbConnection connection, DbTransaction transaction, string sql, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        (command.Transaction, command.CommandText) = (transaction, sql);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static StrongBox<long> Newest(Row row) => new(row.NumberOrNull(0) ?? 0);

    private static int Done(MigrationSet set, IReadOnlyList<Migration> migrations, StrongBox<long>? newest)
    {
        var done = (int)newest!.Value;
        return done <= migrations.Count
            ? done
            : throw new MigrationException($"The database is newer than this program: set '{set.Name}' stands at {done}, the program knows {migrations.Count}.");
    }
}
