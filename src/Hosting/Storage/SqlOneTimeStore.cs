using System.Security.Cryptography;
using Dapper;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>One-time state in the database: each verb is one atomic statement, the same on both engines.</summary>
public sealed class SqlOneTimeStore(Database database, TimeProvider time) : OneTimeStore
{
    private const int Value = 0;
    private const int Guard = 1;
    private const int Counter = 2;
    private const int SweepBatch = 1000;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private long _nextSweep = (time.GetUtcNow() + SweepInterval).ToUnixTimeMilliseconds();

    public override async Task PutAsync(string kind, string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken ct) =>
        await WriteAsync(
            """
            INSERT INTO one_time (slot, id, value, number, expires_at_ms) VALUES (@slot, @id, @value, 0, @expires)
            ON CONFLICT (slot, id) DO UPDATE SET value = excluded.value, expires_at_ms = excluded.expires_at_ms
            RETURNING number
            """,
            Parameters(Value, kind, key, lifetime, value.ToArray()),
            ct);

    public override Task<byte[]?> FindAsync(string kind, string key, CancellationToken ct) =>
        database.ReadAsync(
            connection => connection.ExecuteScalarAsync<byte[]?>(new CommandDefinition(
                "SELECT value FROM one_time WHERE slot = @slot AND id = @id AND expires_at_ms > @now",
                Parameters(Value, kind, key),
                cancellationToken: ct)),
            ct);

    public override Task<byte[]?> TakeAsync(string kind, string key, CancellationToken ct) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteScalarAsync<byte[]?>(new CommandDefinition(
                "DELETE FROM one_time WHERE slot = @slot AND id = @id AND expires_at_ms > @now RETURNING value",
                Parameters(Value, kind, key),
                transaction,
                cancellationToken: ct)),
            ct);

    public override async Task<bool> TryAddAsync(string kind, string key, TimeSpan lifetime, CancellationToken ct) =>
        await WriteAsync(
            """
            INSERT INTO one_time (slot, id, value, number, expires_at_ms) VALUES (@slot, @id, @value, 1, @expires)
            ON CONFLICT (slot, id) DO UPDATE SET expires_at_ms = excluded.expires_at_ms WHERE one_time.expires_at_ms <= @now
            RETURNING number
            """,
            Parameters(Guard, kind, key, lifetime),
            ct) is not null;

    public override async Task<long> CountAsync(string kind, string key, TimeSpan lifetime, CancellationToken ct) =>
        (await WriteAsync(
            """
            INSERT INTO one_time (slot, id, value, number, expires_at_ms) VALUES (@slot, @id, @value, 1, @expires)
            ON CONFLICT (slot, id) DO UPDATE SET
              number = CASE WHEN one_time.expires_at_ms <= @now THEN 1 ELSE one_time.number + 1 END,
              expires_at_ms = CASE WHEN one_time.expires_at_ms <= @now THEN excluded.expires_at_ms ELSE one_time.expires_at_ms END
            RETURNING number
            """,
            Parameters(Counter, kind, key, lifetime),
            ct)).GetValueOrDefault();

    /// <summary>
    /// A random name kept in the database and, on PostgreSQL, the timeline: promoting a replica, which may lack the last
    /// commits of the old primary, begins another timeline.
    /// </summary>
    public override Task<string> EpochAsync(CancellationToken ct)
    {
        var timeline = database.Engine == StorageEngine.Postgres
            ? "left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)"
            : "'0'";
        return database.WriteAsync(
            async (connection, transaction) => (await connection.ExecuteScalarAsync<string>(new CommandDefinition(
                $"""
                INSERT INTO one_time_epoch (id, epoch) VALUES (1, @fresh) ON CONFLICT (id) DO UPDATE SET epoch = one_time_epoch.epoch
                RETURNING epoch || '.' || {timeline}
                """,
                new { fresh = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(9)) },
                transaction,
                cancellationToken: ct)))!,
            ct);
    }

    private object Parameters(int slot, string kind, string key, TimeSpan lifetime = default, byte[]? value = null)
    {
        var now = time.GetUtcNow();
        return new
        {
            slot,
            id = Hash(kind, key),
            value = value ?? [],
            now = now.ToUnixTimeMilliseconds(),
            expires = (now + lifetime).ToUnixTimeMilliseconds(),
        };
    }

    private async Task<long?> WriteAsync(string sql, object parameters, CancellationToken ct)
    {
        var answer = await database.WriteAsync(
            (connection, transaction) => connection.ExecuteScalarAsync<long?>(new CommandDefinition(sql, parameters, transaction, cancellationToken: ct)), ct);
        await SweepAsync(ct);
        return answer;
    }

    // A bounded piece once a minute, by whoever writes then; after a full piece the next writer takes the next, so that what
    // expires is deleted as fast as it is written, however much that is. A unit of work of its own that waits for no row: it
    // can stand in no circle of writers that wait for each other.
    private async Task SweepAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var due = Volatile.Read(ref _nextSweep);
        if (now < due || Interlocked.CompareExchange(ref _nextSweep, now + (long)SweepInterval.TotalMilliseconds, due) != due)
        {
            return;
        }

        var sql = $"""
            DELETE FROM one_time WHERE (slot, id) IN (
              SELECT slot, id FROM one_time WHERE expires_at_ms <= @now ORDER BY expires_at_ms LIMIT {SweepBatch}{database.SkipLocked})
            """;
        var deleted = await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(sql, new { now }, transaction, cancellationToken: ct)), ct);
        if (deleted == SweepBatch)
        {
            Volatile.Write(ref _nextSweep, now);
        }
    }
}
