using System.Security.Cryptography;
using System.Text;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.IdP.Accounts;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>The sessions on the server. The cookie holds a random secret, the database its hash. <see cref="SessionEnds"/> ends them.</summary>
public sealed class Sessions(Database database, PersonKeys personKeys, SessionEnds ends, HolderLog log, TimeProvider time)
{
    private const string AboutPurpose = "session";
    private const string ServicesPurpose = "session-services";

    private const string Columns = """
        COALESCE(session_id, session_hash) AS Id, session_hash AS Hash, account_id AS AccountId, auth_time AS AuthTime, auth_ms AS AuthMs,
        last_seen_at AS LastSeenAt, expires_at AS ExpiresAt, amr AS Amr, about AS About, services AS Services, services_version AS Version
        """;

    // What the session itself is: which browser and which services are for the person's own page, and for its end.
    internal static readonly Statement FindLive = new("""
        SELECT COALESCE(session_id, session_hash), account_id, auth_time, auth_ms, last_seen_at, expires_at, amr FROM sessions WHERE session_hash = @hash
        """);

    private const string RenewSql = """
        UPDATE sessions SET session_id = @id, session_hash = @hash, auth_time = @now, auth_ms = @ms, last_seen_at = @now, expires_at = @expiresAt, amr = @amr, about = @about
        WHERE session_hash = @earlier AND account_id = @accountId
        """;

    private const string InsertSql = """
        INSERT INTO sessions (session_id, session_hash, account_id, auth_time, auth_ms, last_seen_at, expires_at, amr, about)
        VALUES (@id, @hash, @accountId, @now, @ms, @now, @expiresAt, @amr, @about)
        """;

    private const string JoinSql = """
        UPDATE sessions SET services = @services, services_version = services_version + 1
        WHERE session_hash = @Hash AND services_version = @Version
        """;

    // "Last seen" is kept to the minute: a write a minute and session, not one a page.
    private static readonly TimeSpan SeenPrecision = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Starts a session in one unit of work with its entry in the holder's log, and gives the secret for the cookie. A person who
    /// signs in anew in the same browser goes on with their session, under a new secret: no service is left. Somebody else's ends.
    /// </summary>
    public async Task<string> StartAsync(NewSession start, CancellationToken ct)
    {
        var secret = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));
        var (now, hash) = (time.GetUtcNow(), Session.HashOf(secret));
        var goesOn = start.Earlier?.AccountId == start.AccountId;
        var row = new
        {
            id = goesOn ? start.Earlier!.Id : hash,
            hash,
            accountId = start.AccountId,
            earlier = start.Earlier?.Hash,
            now = now.ToUnixTimeSeconds(),
            ms = now.ToUnixTimeMilliseconds() % 1000,
            expiresAt = (now + Session.AbsoluteLifetime).ToUnixTimeSeconds(),
            amr = string.Join(' ', start.Method.Amr),
            about = await personKeys.ProtectAsync(start.AccountId, AboutPurpose, Encoding.UTF8.GetBytes(start.Browser), ct),
        };
        var notices = await database.WriteAsync(
            async (connection, transaction) =>
            {
                var left = start.Earlier is { } earlier && !goesOn ? await ends.EndAsync(connection, transaction, earlier, SessionEnd.Replaced, ct) : [];

                // A session that ended in the meantime is not brought back: its services were told.
                if (!goesOn || await connection.ExecuteAsync(new CommandDefinition(RenewSql, row, transaction, cancellationToken: ct)) == 0)
                {
                    await connection.ExecuteAsync(new CommandDefinition(InsertSql, row, transaction, cancellationToken: ct));
                }

                await log.AddAsync(connection, transaction, start.Entry, ct);
                return left;
            },
            ct);
        _ = ends.SendAsync(notices);
        return secret;
    }

    /// <summary>The live session of a cookie, or null; notes that it was seen.</summary>
    public async Task<Session?> FindAsync(string secret, CancellationToken ct)
    {
        var hash = Session.HashOf(secret);
        var now = time.GetUtcNow();
        if (await database.FindAsync(FindLive, row => Read(hash, row), ct, hash) is not { } session || !session.IsLiveAt(now))
        {
            return null;
        }

        if (now - session.LastSeenAt >= SeenPrecision)
        {
            await TouchAsync(hash, now, ct);
        }

        return session;
    }

    /// <summary>The live sessions of an account, for the person alone.</summary>
    public async Task<IReadOnlyList<ListedSession>> ListAsync(string accountId, CancellationToken ct)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<SessionRow>(new CommandDefinition(
                $"SELECT {Columns} FROM sessions WHERE account_id = @accountId ORDER BY last_seen_at DESC", new { accountId }, cancellationToken: ct)),
            ct);
        using var key = await personKeys.FindAsync(accountId, ct);
        return
        [
            .. rows.Where(row => row.ToSession().IsLiveAt(time.GetUtcNow()))
                .Select(row => new ListedSession(row.ToSession(), OpenAbout(key, row.About), [.. OpenServices(key, row.Services).Ids])),
        ];
    }

    /// <summary>Notes that a service gets tokens of a session. False when the session has ended: then there is nothing to give any more.</summary>
    /// <param name="accountId">Whose session.</param>
    /// <param name="sessionId">The <see cref="Session.Id"/>.</param>
    /// <param name="session">The session as it was just read; null when it was not there.</param>
    /// <param name="part">The service.</param>
    /// <param name="key">The person's key.</param>
    /// <param name="ct">The request's end.</param>
    public async Task<bool> JoinAsync(string accountId, string sessionId, StandingSession? session, Participation part, PersonKey key, CancellationToken ct)
    {
        while (session is not null && !session.Services.Has(part))
        {
            var change = new { session.Hash, session.Version, services = key.Protect(ServicesPurpose, session.Services.With(part).ToJson()) };
            if (await database.WriteAsync(
                (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(JoinSql, change, transaction, cancellationToken: ct)), ct) == 1)
            {
                return true;
            }

            // Another sign-in of the same session was quicker, or it ended.
            session = await FindByIdAsync(accountId, sessionId, ct) is { } row ? new(row.Hash, row.Version, OpenServices(key, row.Services)) : null;
        }

        return session is not null;
    }

    // Without a key, which went with its person, nobody can read either.
    internal static SessionServices OpenServices(PersonKey? key, byte[]? services) =>
        services is null || key is null ? SessionServices.None : SessionServices.FromJson(key.Unprotect(ServicesPurpose, services));

    internal static string OpenAbout(PersonKey? key, byte[] about) => key is null ? "" : Encoding.UTF8.GetString(key.Unprotect(AboutPurpose, about));

    private static Session Read(string hash, Row row) => new(
        row.Text(0), hash, row.Text(1), DateTimeOffset.FromUnixTimeMilliseconds((row.Number(2) * 1000) + row.Number(3)), DateTimeOffset.FromUnixTimeSeconds(row.Number(4)),
        DateTimeOffset.FromUnixTimeSeconds(row.Number(5)), row.Text(6).Split(' '));

    private Task<SessionRow?> FindByIdAsync(string accountId, string id, CancellationToken ct) => database.ReadAsync(
        connection => connection.QuerySingleOrDefaultAsync<SessionRow?>(new CommandDefinition(
            $"SELECT {Columns} FROM sessions WHERE account_id = @accountId AND COALESCE(session_id, session_hash) = @id", new { accountId, id }, cancellationToken: ct)),
        ct);

    private Task<int> TouchAsync(string hash, DateTimeOffset now, CancellationToken ct) => database.WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
            "UPDATE sessions SET last_seen_at = @now WHERE session_hash = @hash", new { hash, now = now.ToUnixTimeSeconds() }, transaction, cancellationToken: ct)),
        ct);

    private sealed class SessionRow
    {
        public required string Id { get; init; }

        public required string Hash { get; init; }

        public required string AccountId { get; init; }

        public long AuthTime { get; init; }

        public long AuthMs { get; init; }

        public long LastSeenAt { get; init; }

        public long ExpiresAt { get; init; }

        public required string Amr { get; init; }

        public required byte[] About { get; init; }

        public byte[]? Services { get; init; }

        public long Version { get; init; }

        public Session ToSession() => new(
            Id, Hash, AccountId, DateTimeOffset.FromUnixTimeMilliseconds((AuthTime * 1000) + AuthMs), DateTimeOffset.FromUnixTimeSeconds(LastSeenAt),
            DateTimeOffset.FromUnixTimeSeconds(ExpiresAt), Amr.Split(' '));
    }
}
