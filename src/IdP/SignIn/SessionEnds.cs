using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Logout;
using IdentityPlatform.OAuth.Storage;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>Why a session ended: who ended it reads as an event of the holder's log.</summary>
public enum SessionEnd
{
    /// <summary>The person signed out in this browser, by themselves or through a service.</summary>
    SignedOut,

    /// <summary>The person ended it from another browser.</summary>
    EndedElsewhere,

    /// <summary>Nobody was there for too long, or it was old.</summary>
    Expired,

    /// <summary>Another person signed in in the same browser.</summary>
    Replaced,

    /// <summary>The account was closed.</summary>
    AccountClosed,
}

/// <summary>
/// Ends sessions: the one place where they are deleted. In one unit of work the session goes, the grants that hang on it are
/// revoked, the services that took part get their place in the outbox, and the holder's log has its entry.
/// </summary>
public sealed class SessionEnds(
    Database database, PersonKeys personKeys, StoredGrants grants, LogoutOutbox outbox, LogoutDelivery delivery, HolderLog log, TimeProvider time)
{
    private const int SweepPage = 50;
    private const string Returning = "RETURNING COALESCE(session_id, session_hash) AS Id, account_id AS AccountId, about AS About, services AS Services";

    // The session may have been used since it was found: only what is still over is deleted.
    private const string SweepSql = $"""
        DELETE FROM sessions WHERE (expires_at <= @now OR last_seen_at <= @idle) AND session_hash IN (
            SELECT session_hash FROM sessions WHERE expires_at <= @now
            UNION SELECT session_hash FROM sessions WHERE last_seen_at <= @idle LIMIT @limit)
        {Returning}
        """;

    /// <summary>Ends one session of an account.</summary>
    public Task<EndedSessions> EndAsync(string accountId, string hash, SessionEnd why, CancellationToken ct) =>
        EndAsync($"DELETE FROM sessions WHERE session_hash = @hash AND account_id = @accountId {Returning}", new { accountId, hash }, why, ct);

    /// <summary>Ends all sessions of an account, in every browser.</summary>
    public Task<EndedSessions> EndAllAsync(string accountId, SessionEnd why, CancellationToken ct) =>
        EndAsync($"DELETE FROM sessions WHERE account_id = @accountId {Returning}", new { accountId }, why, ct);

    /// <summary>Ends what is over by time: nothing of a past session stays.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var limits = new { now = now.ToUnixTimeSeconds(), idle = (now - Session.IdleLifetime).ToUnixTimeSeconds(), limit = SweepPage };
        var total = 0;
        EndedSessions page;
        do
        {
            page = await EndAsync(SweepSql, limits, SessionEnd.Expired, ct);
            total += page.Count;
            await page.Told;
        }
        while (page.Count == SweepPage);
        return total;
    }

    /// <summary>Ends one session inside a unit of work; the caller sends the notices when it is committed.</summary>
    internal async Task<IReadOnlyList<ClaimedNotice>> EndAsync(
        DbConnection connection, DbTransaction transaction, Session session, SessionEnd why, CancellationToken ct)
    {
        var row = await connection.QuerySingleOrDefaultAsync<EndedRow>(new CommandDefinition(
            $"DELETE FROM sessions WHERE session_hash = @Hash AND account_id = @AccountId {Returning}", new { session.Hash, session.AccountId }, transaction, cancellationToken: ct));
        return row is null ? [] : await FollowAsync(connection, transaction, row, why, ct);
    }

    /// <summary>Sends what an earlier unit of work has put into the outbox.</summary>
    internal Task SendAsync(IReadOnlyList<ClaimedNotice> notices) => delivery.SendAsync(notices);

    private async Task<EndedSessions> EndAsync(string sql, object parameters, SessionEnd why, CancellationToken ct)
    {
        var (count, notices) = await database.WriteAsync(
            async (connection, transaction) =>
            {
                var rows = (await connection.QueryAsync<EndedRow>(new CommandDefinition(sql, parameters, transaction, cancellationToken: ct))).AsList();
                var notices = new List<ClaimedNotice>();
                foreach (var row in rows)
                {
                    notices.AddRange(await FollowAsync(connection, transaction, row, why, ct));
                }

                return (rows.Count, notices);
            },
            ct);
        return new(count, delivery.SendAsync(notices));
    }

    // What follows from the end of one session. The log comes last: its chain is locked until the unit of work is over.
    private async Task<IReadOnlyList<ClaimedNotice>> FollowAsync(DbConnection connection, DbTransaction transaction, EndedRow row, SessionEnd why, CancellationToken ct)
    {
        using var key = await personKeys.FindAsync(row.AccountId, ct);
        await grants.RevokeEndingWithAsync(connection, transaction, row.AccountId, row.Id);
        var notices = await outbox.AddAsync(connection, transaction, Sessions.OpenServices(key, row.Services).Notices, ct);
        if (HolderLog.Entry(row.AccountId, why, Sessions.OpenAbout(key, row.About)) is { } entry)
        {
            await log.AddAsync(connection, transaction, entry, ct);
        }

        return notices;
    }

    private sealed class EndedRow
    {
        public required string Id { get; init; }

        public required string AccountId { get; init; }

        public required byte[] About { get; init; }

        public byte[]? Services { get; init; }
    }
}

/// <summary>Sessions that were just ended.</summary>
/// <param name="count">How many.</param>
/// <param name="told">Ends when every service that took part was tried once; never fails.</param>
public sealed class EndedSessions(int count, Task told)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How many.</summary>
    public int Count { get; } = count;

    /// <summary>Ends when every service that took part was tried once; never fails.</summary>
    public Task Told { get; } = told;

    /// <summary>Waits until the services know, and no longer than a person waits for a page: the outbox goes on without them.</summary>
    public Task WaitBrieflyAsync(CancellationToken ct) => Task.WhenAny(Told, Task.Delay(Patience, ct));
}
