using System.Security.Cryptography;
using System.Text;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>The sessions on the server. The cookie holds a random secret, the database its hash.</summary>
public sealed class Sessions(Database database, PersonKeys personKeys, TimeProvider time)
{
    private const string Purpose = "session";
    private const string Columns = "session_hash AS Hash, account_id AS AccountId, auth_time AS AuthTime, last_seen_at AS LastSeenAt, expires_at AS ExpiresAt, amr AS Amr, about AS About";

    // "Last seen" is kept to the minute: a write a minute and session, not one a page.
    private static readonly TimeSpan SeenPrecision = TimeSpan.FromMinutes(1);

    /// <summary>Starts a session and gives the secret for the cookie.</summary>
    /// <param name="accountId">Who signed in.</param>
    /// <param name="method">How.</param>
    /// <param name="browser">What the browser calls itself: shown to the person alone.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<string> StartAsync(string accountId, SignInMethod method, string browser, CancellationToken ct)
    {
        var secret = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));
        var now = time.GetUtcNow();
        var row = new
        {
            hash = Session.HashOf(secret),
            accountId,
            now = now.ToUnixTimeSeconds(),
            expiresAt = (now + Session.AbsoluteLifetime).ToUnixTimeSeconds(),
            amr = string.Join(' ', method.Amr),
            about = await personKeys.ProtectAsync(accountId, Purpose, Encoding.UTF8.GetBytes(browser), ct),
        };
        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO sessions (session_hash, account_id, auth_time, last_seen_at, expires_at, amr, about)
                VALUES (@hash, @accountId, @now, @now, @expiresAt, @amr, @about)
                """,
                row, transaction, cancellationToken: ct)),
            ct);
        return secret;
    }

    /// <summary>The live session of a cookie, or null; notes that it was seen.</summary>
    public async Task<Session?> FindAsync(string secret, CancellationToken ct)
    {
        var hash = Session.HashOf(secret);
        var row = await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<SessionRow>(new CommandDefinition(
                $"SELECT {Columns} FROM sessions WHERE session_hash = @hash", new { hash }, cancellationToken: ct)),
            ct);
        var now = time.GetUtcNow();
        if (row is null || !row.ToSession().IsLiveAt(now))
        {
            return null;
        }

        if (now - DateTimeOffset.FromUnixTimeSeconds(row.LastSeenAt) >= SeenPrecision)
        {
            await TouchAsync(hash, now, ct);
        }

        return row.ToSession();
    }

    /// <summary>The live sessions of an account, with what each browser called itself.</summary>
    public async Task<IReadOnlyList<(Session Session, string Browser)>> ListAsync(string accountId, CancellationToken ct)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<SessionRow>(new CommandDefinition(
                $"SELECT {Columns} FROM sessions WHERE account_id = @accountId ORDER BY last_seen_at DESC", new { accountId }, cancellationToken: ct)),
            ct);
        var live = new List<(Session, string)>();
        foreach (var row in rows.Where(row => row.ToSession().IsLiveAt(time.GetUtcNow())))
        {
            var about = await personKeys.UnprotectAsync(accountId, Purpose, row.About, ct);
            live.Add((row.ToSession(), about is null ? "" : Encoding.UTF8.GetString(about)));
        }

        return live;
    }

    /// <summary>Ends one session of an account.</summary>
    /// <returns>False when it had ended already or is another's.</returns>
    public Task<bool> EndAsync(string accountId, string hash, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) => await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM sessions WHERE session_hash = @hash AND account_id = @accountId", new { hash, accountId }, transaction, cancellationToken: ct)) > 0,
        ct);

    /// <summary>Removes what has ended by time: nothing of a past session stays.</summary>
    public Task<int> SweepAsync(CancellationToken ct) => database.WriteAsync(
        (connection, transaction) =>
        {
            var now = time.GetUtcNow();
            var limits = new { now = now.ToUnixTimeSeconds(), idle = (now - Session.IdleLifetime).ToUnixTimeSeconds() };
            return connection.ExecuteAsync(new CommandDefinition(
                "DELETE FROM sessions WHERE expires_at <= @now OR last_seen_at <= @idle", limits, transaction, cancellationToken: ct));
        },
        ct);

    private Task<int> TouchAsync(string hash, DateTimeOffset now, CancellationToken ct) => database.WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
            "UPDATE sessions SET last_seen_at = @now WHERE session_hash = @hash", new { hash, now = now.ToUnixTimeSeconds() }, transaction, cancellationToken: ct)),
        ct);

    private sealed class SessionRow
    {
        public required string Hash { get; init; }

        public required string AccountId { get; init; }

        public long AuthTime { get; init; }

        public long LastSeenAt { get; init; }

        public long ExpiresAt { get; init; }

        public required string Amr { get; init; }

        public required byte[] About { get; init; }

        public Session ToSession() => new(
            Hash, AccountId, DateTimeOffset.FromUnixTimeSeconds(AuthTime), DateTimeOffset.FromUnixTimeSeconds(LastSeenAt),
            DateTimeOffset.FromUnixTimeSeconds(ExpiresAt), Amr.Split(' '));
    }
}
