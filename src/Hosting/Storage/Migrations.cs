using System.Data.Common;
using Dapper;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>Applies migrations inside one transaction: on SQLite it excludes every other writer, on PostgreSQL an advisory lock does.</summary>
internal static class Migrations
{
    // Any constant serves, as long as every process uses the same one: the ASCII bytes of "idschema".
    private const long AdvisoryLock = 0x6964736368656D61;

    public static async Task<int> ApplyAsync(
        StorageEngine engine, IEnumerable<MigrationSet> sets, DbConnection connection, DbTransaction transaction, CancellationToken ct)
    {
        if (engine == StorageEngine.Postgres)
        {
            await ExecuteAsync("SELECT pg_advisory_xact_lock(@AdvisoryLock)", new { AdvisoryLock });
        }

        await ExecuteAsync(
            "CREATE TABLE IF NOT EXISTS schema_versions (set_name text NOT NULL, number integer NOT NULL, PRIMARY KEY (set_name, number))");
        var applied = 0;
        foreach (var set in sets)
        {
            var migrations = set.Read(engine);
            var done = await DoneAsync(set, migrations, connection, transaction, ct);
            foreach (var migration in migrations.Skip(done))
            {
                await ExecuteAsync(migration.Sql);
                await ExecuteAsync("INSERT INTO schema_versions (set_name, number) VALUES (@Name, @Number)", new { set.Name, migration.Number });
                applied++;
            }
        }

        return applied;

        Task ExecuteAsync(string sql, object? parameters = null) =>
            connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: ct));
    }

    private static async Task<int> DoneAsync(
        MigrationSet set, IReadOnlyList<Migration> migrations, DbConnection connection, DbTransaction transaction, CancellationToken ct)
    {
        var done = await connection.ExecuteScalarAsync<int>(new CommandDefinition(
            "SELECT coalesce(max(number), 0) FROM schema_versions WHERE set_name = @Name", new { set.Name }, transaction, cancellationToken: ct));
        return done <= migrations.Count
            ? done
            : throw new MigrationException($"The database is newer than this program: set '{set.Name}' stands at {done}, the program knows {migrations.Count}.");
    }
}
