using System.Data.Common;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.People;

namespace IdentityPlatform.Issuer.Status;

/// <summary>
/// Mass re-issues. Any node goes on with an open one; a page is one unit of work, kept with the place that it reached: of two that
/// do the same page one commits, and who dies in the middle has done all of it or nothing.
/// </summary>
public sealed class Reissues(Database database, PersonKeys personKeys, AuditLog audit, Deployment deployment, TimeProvider time, int page = Reissues.PageSize)
{
    /// <summary>How many records are looked at in one unit of work.</summary>
    public const int PageSize = 200;

    // Of two nodes at one place, one moves it.
    private const string MoveSql =
        $"""
        UPDATE reissues SET after_id = @last, batches = batches + @batches, copies = copies + @copies, holders = holders + @holders, leased_until = @until
        WHERE id = @Id AND pass = @Pass AND after_id = @After AND finished_at IS NULL
        RETURNING {Reissue.Columns}
        """;

    // A node that died with a page in hand holds the work up no longer than this.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    // Nodes follow the key directory within half a minute, and what one of them was minting then is recorded soon after: whoever
    // begins later meets all of it.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

    /// <summary>Starts one; where one is open for the same, that one goes on.</summary>
    public async Task<Reissue> StartAsync(string? keyId, string? type, RevocationGround reason, CancellationToken ct)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var row = new { id = CaseNumbers.New(), deployment = deployment.Id, keyId, type, reason = reason.Word(), now };
        await database.WriteAsync(
            async (connection, transaction) =>
            {
                var started = await connection.ExecuteAsync(new CommandDefinition(
                    """
                    INSERT INTO reissues (id, deployment, key_id, type, reason, started_at, pass, pass_from, after_id, batches, copies, holders, leased_until)
                    VALUES (@id, @deployment, @keyId, @type, @reason, @now, 1, @now, '', 0, 0, 0, 0)
                    ON CONFLICT DO NOTHING
                    """,
                    row, transaction, cancellationToken: ct));
                if (started == 1)
                {
                    await audit.AppendAsync(connection, transaction, new AuditEvent("reissue.started", "custodian", null, Details(keyId ?? type!, reason.Word())), ct);
                }

                return started;
            },
            ct);
        return await database.ReadAsync(
            connection => connection.QueryFirstAsync<Reissue>(new CommandDefinition(
                $"""
                SELECT {Reissue.Columns} FROM reissues
                WHERE deployment = @deployment AND coalesce(key_id, '') = coalesce(@keyId, '') AND coalesce(type, '') = coalesce(@type, '')
                ORDER BY started_at DESC LIMIT 1
                """,
                row, cancellationToken: ct)),
            ct);
    }

    /// <summary>The last ones, the newest first.</summary>
    public async Task<IReadOnlyList<Reissue>> LastAsync(CancellationToken ct) => (await database.ReadAsync(
        connection => connection.QueryAsync<Reissue>(new CommandDefinition(
            $"SELECT {Reissue.Columns} FROM reissues WHERE deployment = @deployment ORDER BY started_at DESC LIMIT 10", new { deployment = deployment.Id }, cancellationToken: ct)),
        ct)).AsList();

    /// <summary>Goes on with an open one until its pass is over; answers how many records it revoked.</summary>
    public async Task<long> RunAsync(CancellationToken ct)
    {
        var total = 0L;
        while (await ClaimAsync(ct) is { } job)
        {
            PageOutcome outcome;
            do
            {
                outcome = await PageAsync(job, ct);
                total += outcome.Revoked;
                job = outcome.Next ?? job;
            }
            while (outcome is { Over: false, Next: not null });

            // Another node has it: its lease went by while this one was away.
            if (outcome.Next is null || !await EndPassAsync(job, ct))
            {
                break;
            }
        }

        return total;
    }

    private Task<Reissue?> ClaimAsync(CancellationToken ct) => database.WriteAsync(
        (connection, transaction) => connection.QueryFirstOrDefaultAsync<Reissue?>(new CommandDefinition(
            $"""
            UPDATE reissues SET leased_until = @until
            WHERE leased_until <= @now AND id = (
                SELECT id FROM reissues WHERE deployment = @deployment AND finished_at IS NULL AND leased_until <= @now ORDER BY started_at LIMIT 1{database.SkipLocked})
            RETURNING {Reissue.Columns}
            """,
            new { deployment = deployment.Id, now = time.GetUtcNow().ToUnixTimeSeconds(), until = (time.GetUtcNow() + Lease).ToUnixTimeSeconds() },
            transaction,
            cancellationToken: ct)),
        ct);

    private async Task<PageOutcome> PageAsync(Reissue job, CancellationToken ct)
    {
        // What the register holds is read by its key, hit or not: work is bounded by the page, and no index serves this one need.
        var rows = (await database.ReadAsync(
            connection => connection.QueryAsync<Row>(new CommandDefinition(
                $"""
                SELECT id AS Id, card_id AS CardId, person_id AS PersonId,
                    CASE WHEN revoked = 0 AND expires_day >= @today AND {(job.KeyId is null ? "(type = @Type OR type IS NULL)" : "(key_id = @KeyId OR key_id IS NULL)")} THEN indices END AS Indices
                FROM card_copies WHERE id > @After ORDER BY id LIMIT {page}
                """,
                new { job.KeyId, job.Type, job.After, today = Days.Of(time.GetUtcNow()) },
                cancellationToken: ct)),
            ct)).AsList();
        if (rows.Count == 0)
        {
            return new(job, 0, Over: true);
        }

        var hits = rows.Where(row => row.Indices is not null).ToList();
        var keys = await personKeys.FindAllAsync([.. hits.Select(row => row.PersonId)], ct);
        try
        {
            return await database.WriteAsync((connection, transaction) => WriteAsync(connection, transaction, job, rows[^1].Id, hits, keys, ct), ct);
        }
        catch (LostException)
        {
            return new(null, 0, Over: false);
        }
        finally
        {
            foreach (var key in keys.Values)
            {
                key.Dispose();
            }
        }
    }

    private async Task<PageOutcome> WriteAsync(
        DbConnection connection, DbTransaction transaction, Reissue job, string last, IReadOnlyList<Row> hits, IReadOnlyDictionary<string, PersonKey> keys, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var revoked = (await connection.QueryAsync<string>(Sql(
            $"UPDATE card_copies SET revoked = 1 WHERE id IN (SELECT id FROM card_copies WHERE id {database.IsOneOf("@ids")} AND revoked = 0 ORDER BY id{database.ForUpdate}) RETURNING id",
            new { ids = hits.Select(row => row.Id).ToArray() }))).ToHashSet(StringComparer.Ordinal);

        // Where the key is gone the person was erased, and the copies were revoked before that.
        var indices = hits.Where(row => revoked.Contains(row.Id) && keys.ContainsKey(row.PersonId))
            .SelectMany(row => StatusIndex.Read(StrictJson.Parse(keys[row.PersonId].Unprotect(CardStatus.Purpose, row.Indices)).OrThrow().Element)).ToList();
        await StatusIndexes.RevokeAsync(database, connection, transaction, indices, decoys: false, ct);
        var told = (await connection.QueryAsync<(string Id, string PersonId)>(Sql(
            $"""
            UPDATE cards SET reissued_at = @now WHERE id {database.IsOneOf("@cards")} AND (reissued_at IS NULL OR reissued_at < @StartedAt)
            RETURNING id, person_id
            """,
            new { cards = hits.Where(row => revoked.Contains(row.Id)).Select(row => row.CardId).Distinct().ToArray(), now = now.ToUnixTimeSeconds(), job.StartedAt }))).AsList();
        var reached = job with { After = last, Batches = revoked.Count, Copies = indices.Count, Holders = told.Count };
        var next = await connection.QueryFirstOrDefaultAsync<Reissue?>(Sql(MoveSql, PlaceOf(job, reached, now + Lease))) ?? throw new LostException();
        await audit.AppendAllAsync(
            connection,
            transaction,
            [.. told.Select(one => (new AuditEvent("card.reissued", "system", one.PersonId, Details(one.Id, job.Reason)), keys.GetValueOrDefault(one.PersonId)))],
            ct);
        return new(next, revoked.Count, Over: false);

        CommandDefinition Sql(string sql, object parameters) => new(sql, parameters, transaction, cancellationToken: ct);
    }

    private static object PlaceOf(Reissue job, Reissue reached, DateTimeOffset until) => new
    {
        job.Id,
        job.Pass,
        job.After,
        last = reached.After,
        batches = reached.Batches,
        copies = reached.Copies,
        holders = reached.Holders,
        until = until.ToUnixTimeSeconds(),
    };

    // True when it goes on or is finished by this call. The last pass begins when no node signs with the key any more.
    private Task<bool> EndPassAsync(Reissue job, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) =>
        {
            var settled = job.StartedAt + (long)Settled.TotalSeconds;
            var done = job.PassFrom >= settled;
            var ended = await connection.ExecuteAsync(new CommandDefinition(
                done
                    ? "UPDATE reissues SET finished_at = @now WHERE id = @Id AND pass = @Pass AND after_id = @After AND finished_at IS NULL"
                    : "UPDATE reissues SET pass = pass + 1, pass_from = @from, after_id = '', leased_until = @from WHERE id = @Id AND pass = @Pass AND after_id = @After",
                new { job.Id, job.Pass, job.After, now = time.GetUtcNow().ToUnixTimeSeconds(), from = Math.Max(settled, time.GetUtcNow().ToUnixTimeSeconds()) },
                transaction,
                cancellationToken: ct));
            if (ended == 1 && done)
            {
                await audit.AppendAsync(connection, transaction, new AuditEvent("reissue.finished", "system", null, Details(job.KeyId ?? job.Type!, job.Reason)), ct);
            }

            return ended == 1;
        },
        ct);

    private static Dictionary<string, string> Details(string what, string reason) => new() { ["what"] = what, ["ground"] = reason };

    private sealed record PageOutcome(Reissue? Next, long Revoked, bool Over);

    // Takes the page back: another node has done it.
    private sealed class LostException : Exception;

    private sealed class Row
    {
        public required string Id { get; init; }

        public required string CardId { get; init; }

        public required string PersonId { get; init; }

        public byte[]? Indices { get; init; }
    }
}

/// <summary>Goes on with open mass re-issues on every node that serves.</summary>
internal sealed partial class Reissuing(Reissues reissues, TimeProvider time, ILogger<Reissuing> logger) : PeriodicService(Interval, time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task RoundAsync(CancellationToken ct)
    {
        try
        {
            if (await reissues.RunAsync(ct) is var revoked and > 0)
            {
                LogDone(logger, revoked);
            }
        }
        catch (DbException e)
        {
            // The database may be away for a while; the place reached is in it.
            LogFailed(logger, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Mass re-issue: {Revoked} records of copies were revoked by this node")]
    private static partial void LogDone(ILogger logger, long revoked);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The mass re-issue was interrupted; it goes on where it was")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
