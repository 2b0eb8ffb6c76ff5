using System.Data.Common;
using System.Text.Json;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Hosting.Audit;

/// <summary>
/// What happened, tamper-evident: one hash chain per node and day, its head signed when the day is over. The person whom an
/// event is about reads it in the holder log; the details are ciphertext under that person's key and vanish with it.
/// </summary>
/// <param name="database">The main database.</param>
/// <param name="personKeys">The keys of persons; null for a log in which no event is about a person.</param>
/// <param name="signer">Holds the key of <see cref="KeyRole.AuditHead"/>.</param>
/// <param name="time">The clock.</param>
/// <param name="node">The name of this process among those that share the database.</param>
public sealed class AuditLog(Database database, PersonKeys.PersonKeys? personKeys, Signer signer, TimeProvider time, string node)
{
    private const string Purpose = "audit";

    // As almost always: the newest day of the chain is today.
    private const string TakeNextSql = """
        UPDATE audit_chains SET entries = entries + @count
        WHERE day = @day AND node = @node AND head IS NULL AND NOT EXISTS (SELECT 1 FROM audit_chains AS later WHERE later.node = @node AND later.day > @day)
        RETURNING entries, hash
        """;

    // The same for one entry that follows the one this process wrote last: where it does not, nothing changes. It saves the
    // question what comes before; on PostgreSQL the lock has to be asked for anyway.
    internal static readonly Statement TakeExpected = new("""
        UPDATE audit_chains SET entries = entries + 1, hash = @hash
        WHERE day = @day AND node = @node AND entries = @entries AND hash = @before AND head IS NULL
            AND NOT EXISTS (SELECT 1 FROM audit_chains AS later WHERE later.node = @node AND later.day > @day)
        """);

    // Asked at every start and every hour, and answered with none but once a day.
    internal static readonly Statement FindDue = new("SELECT day FROM audit_chains WHERE head IS NULL AND day < @today LIMIT 1");

    // Ten columns each, and SQLite takes 32,766 parameters a statement.
    private const int RowsInOneStatement = 200;

    // Clocks of nodes differ a little: a day is sealed when it is over for all of them.
    private static readonly TimeSpan SealAfter = TimeSpan.FromHours(1);

    // The last entry that this process wrote, which may not have lasted: the database has the say.
    private volatile AuditRow? _last;

    /// <summary>Appends an event; it is durable when the task ends.</summary>
    public async Task AppendAsync(AuditEvent e, CancellationToken ct)
    {
        var content = await ProtectAsync(e, ct);
        await database.WriteAsync((connection, transaction) => AppendAsync(connection, transaction, e, content, ct), ct);
    }

    /// <summary>Appends inside a unit of work of the main database, so that event and deed stand or fall together.
    /// Append last: the chain of the node is locked until the unit ends.</summary>
    public async Task AppendAsync(DbConnection connection, DbTransaction transaction, AuditEvent e, CancellationToken ct) =>
        await AppendAsync(connection, transaction, e, await ProtectAsync(e, ct), ct);

    /// <summary>The same for a caller that holds the key of the event's person already.</summary>
    public Task AppendAsync(DbConnection connection, DbTransaction transaction, AuditEvent e, PersonKeys.PersonKey key, CancellationToken ct) =>
        AppendAsync(connection, transaction, e, key.Protect(Purpose, JsonText.Write(e.Details.WriteTo)), ct);

    /// <summary>
    /// Appends what happened to many people at once, in a handful of statements. The caller holds their keys already; who has none
    /// was erased, and the details have no reader. Append last, as above.
    /// </summary>
    public Task AppendAllAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<(AuditEvent Event, PersonKeys.PersonKey? Key)> events, CancellationToken ct) =>
        AppendAllAsync(
            connection, transaction, [.. events.Select(e => (e.Event, e.Key?.Protect(Purpose, JsonText.Write(e.Event.Details.WriteTo))))], ct);

    /// <summary>What is known of a person, oldest first. Nothing after erasure.</summary>
    public async Task<IReadOnlyList<HolderLogEntry>> ReadForHolderAsync(string personId, CancellationToken ct)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<AuditRow>(new CommandDefinition(
                """
                SELECT at AS At, name AS Name, actor AS Actor, content AS Content FROM audit_entries
                WHERE person_id = @personId AND content IS NOT NULL ORDER BY at, day, number
                """,
                new { personId },
                cancellationToken: ct)),
            ct);
        var entries = new List<HolderLogEntry>();
        foreach (var row in rows)
        {
            if (await Persons.UnprotectAsync(personId, Purpose, row.Content, ct) is { } plain)
            {
                entries.Add(new HolderLogEntry(DateTimeOffset.FromUnixTimeSeconds(row.At), row.Name, row.Actor, JsonElement.Parse(plain)));
            }
        }

        return entries;
    }

    /// <summary>Deletes the ciphertext of an erased person, whose key was destroyed before. The chains stay whole.</summary>
    public async Task EraseAsync(string personId, CancellationToken ct)
    {
        if (await Persons.HasKeyAsync(personId, ct))
        {
            throw new InvalidOperationException("The person's key is destroyed first; otherwise the missing content would look like tampering.");
        }

        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
                "UPDATE audit_entries SET content = NULL WHERE person_id = @personId", new { personId }, transaction, cancellationToken: ct)),
            ct);
    }

    /// <summary>Signs the heads of all chains whose day is over, of this node and of those that are gone.</summary>
    public async Task<int> SealAsync(CancellationToken ct) =>
        await database.FindAsync(FindDue, row => row.Text(0), ct, AuditChain.DayOf(time.GetUtcNow() - SealAfter)) is null ? 0 : await SealDueAsync(ct);

    private Task<int> SealDueAsync(CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) =>
        {
            var now = time.GetUtcNow();
            var due = await connection.QueryAsync<(string Day, string Node, long Entries, string Hash)>(new CommandDefinition(
                "SELECT day, node, entries, hash FROM audit_chains WHERE head IS NULL AND day < @today",
                new { today = AuditChain.DayOf(now - SealAfter) },
                transaction,
                cancellationToken: ct));
            var signed = 0;
            foreach (var (day, chainNode, entries, hash) in due)
            {
                var head = AuditHead.Write(signer.Active(KeyRole.AuditHead), chainNode, day, entries, hash, now);
                signed += await connection.ExecuteAsync(new CommandDefinition(
                    "UPDATE audit_chains SET head = @head WHERE day = @day AND node = @chainNode AND entries = @entries AND head IS NULL",
                    new { head, day, chainNode, entries },
                    transaction,
                    cancellationToken: ct));
            }

            return signed;
        },
        ct);

    /// <summary>Checks every chain, every content that is still there, and every signed head.</summary>
    public Task<AuditVerdict> VerifyAsync(CancellationToken ct) =>
        new AuditVerification(database, personKeys, signer.Published(KeyRole.AuditHead), time.GetUtcNow()).RunAsync(ct);

    /// <summary>What signs the heads of finished days of this log, at start and every hour.</summary>
    public IHostedService Sealing(ILoggerFactory logging) => new AuditSealing(this, time, logging.CreateLogger<AuditSealing>());

    private PersonKeys.PersonKeys Persons => personKeys ?? throw new InvalidOperationException("This log keeps nothing about persons.");

    // An event about a person who was erased in the meantime is still an event; its details have no reader any more.
    private async Task<byte[]?> ProtectAsync(AuditEvent e, CancellationToken ct)
    {
        var plain = JsonText.Write(e.Details.WriteTo);
        return e.PersonId is null ? plain : await Persons.TryProtectAsync(e.PersonId, Purpose, plain, ct);
    }

    private async Task<long> AppendAsync(DbConnection connection, DbTransaction transaction, AuditEvent e, byte[]? content, CancellationToken ct) =>
        await AppendNextAsync(connection, transaction, e, content) ? 1 : await AppendAllAsync(connection, transaction, [(e, content)], ct);

    private async Task<bool> AppendNextAsync(DbConnection connection, DbTransaction transaction, AuditEvent e, byte[]? content)
    {
        var now = time.GetUtcNow();
        if (database.Engine == StorageEngine.Postgres || _last is not { } last || AuditChain.DayOf(now) != last.Day)
        {
            return false;
        }

        var row = AuditRow.Of(e, content, node, last.Day, last.Number + 1, now);
        row.Hash = AuditChain.Hash(last.Hash, row);
        if (await connection.RunAsync(transaction, TakeExpected, row.Hash, row.Day, row.Node, last.Number, last.Hash) == 0)
        {
            return false;
        }

        await connection.RunAsync(
            transaction, AuditRow.InsertOne, row.Day, row.Node, row.Number, row.At, row.Name, row.Actor, row.PersonId, row.Content, row.ContentHash, row.Hash);
        _last = row;
        return true;
    }

    private async Task<long> AppendAllAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<(AuditEvent Event, byte[]? Content)> events, CancellationToken ct)
    {
        if (events.Count == 0)
        {
            return 0;
        }

        var now = time.GetUtcNow();
        var (day, last, before) = await NextAsync(connection, transaction, AuditChain.DayOf(now), events.Count, ct);
        var rows = events.Select((e, place) => AuditRow.Of(e.Event, e.Content, node, day, last - events.Count + 1 + place, now)).ToList();
        foreach (var row in rows)
        {
            row.Hash = before = AuditChain.Hash(before, row);
        }

        foreach (var some in rows.Chunk(RowsInOneStatement))
        {
            var (sql, parameters) = AuditRow.Insert(some);
            await connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: ct));
        }

        _last = rows[^1];
        return await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE audit_chains SET hash = @Hash WHERE day = @Day AND node = @Node", rows[^1], transaction, cancellationToken: ct));
    }

    // The clock may step back over midnight: the chain goes on in the newest day that it has.
    private async Task<(string Day, long Number, string Before)> NextAsync(
        DbConnection connection, DbTransaction transaction, string today, int count, CancellationToken ct)
    {
        if (database.Engine == StorageEngine.Postgres)
        {
            await connection.ExecuteAsync(Sql("SELECT pg_advisory_xact_lock(hashtextextended(@node, 0))"));
        }

        if (await connection.QuerySingleOrDefaultAsync<(long Number, string Hash)?>(Sql(TakeNextSql, today)) is { } taken)
        {
            return (today, taken.Number, taken.Hash);
        }

        var newest = await connection.QuerySingleOrDefaultAsync<(string? Day, string? Hash)>(
            Sql("SELECT day, hash FROM audit_chains WHERE node = @node ORDER BY day DESC LIMIT 1"));
        var day = string.CompareOrdinal(newest.Day, today) > 0 ? newest.Day! : today;
        if (day != newest.Day)
        {
            await connection.ExecuteAsync(Sql(
                "INSERT INTO audit_chains (day, node, entries, hash) VALUES (@day, @node, 0, @before)", day, newest.Hash ?? AuditChain.Beginning));
        }

        var next = await connection.QuerySingleOrDefaultAsync<(long Number, string Hash)?>(Sql(TakeNextSql, day));
        return next is { } found
            ? (day, found.Number, found.Hash)
            : throw new InvalidOperationException($"The audit chain of {day} is sealed: the clock of this node is behind.");

        CommandDefinition Sql(string sql, string? day = null, string? before = null) =>
            new(sql, new { node, day, before, count = (long)count }, transaction, cancellationToken: ct);
    }
}
