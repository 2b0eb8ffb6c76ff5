using System.Security.Cryptography;
using System.Text;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;

namespace IdentityPlatform.Issuer.Sessions;

/// <summary>Whose session it is.</summary>
public enum SessionKind
{
    Person,
    Officer,
}

/// <summary>An open session.</summary>
/// <param name="Id">Names the session without opening it.</param>
/// <param name="Owner">The person's or the officer's id.</param>
/// <param name="StartedAt">When the owner signed in.</param>
public sealed record BrowserSession(string Id, string Owner, DateTimeOffset StartedAt);

/// <summary>
/// Sessions in browsers: a random cookie, of which the database knows the hash. A person's and an officer's have different
/// cookies, so that an officer who is also a holder is never both by one click.
/// </summary>
public sealed class BrowserSessions(Database database, Cookies cookies, TimeProvider time)
{
    /// <summary>Starts a session; an older one of this browser ends.</summary>
    public async Task StartAsync(HttpContext http, SessionKind kind, string owner, TimeSpan lifetime)
    {
        await EndAsync(http, kind);
        var handle = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));
        var now = time.GetUtcNow();
        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                "INSERT INTO sessions (handle_hash, kind, owner, started_at, expires_at) VALUES (@hash, @kind, @owner, @startedAt, @expiresAt)",
                new { hash = HashOf(handle), kind = Word(kind), owner, startedAt = now.ToUnixTimeSeconds(), expiresAt = (now + lifetime).ToUnixTimeSeconds() },
                transaction),
            http.RequestAborted);
        cookies.Set(http, CookieOf(kind), handle, lifetime);
    }

    /// <summary>The session of this request, or null.</summary>
    public async Task<BrowserSession?> FindAsync(HttpContext http, SessionKind kind, CancellationToken ct)
    {
        if (cookies.Find(http, CookieOf(kind)) is not { Length: > 0 } handle)
        {
            return null;
        }

        var row = await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<Row>(
                "SELECT owner AS Owner, started_at AS StartedAt FROM sessions WHERE handle_hash = @hash AND kind = @kind AND expires_at > @now",
                new { hash = HashOf(handle), kind = Word(kind), now = time.GetUtcNow().ToUnixTimeSeconds() }),
            ct);
        return row is null ? null : new(HashOf(handle), row.Owner, DateTimeOffset.FromUnixTimeSeconds(row.StartedAt));
    }

    /// <summary>Ends the session of this browser.</summary>
    public async Task EndAsync(HttpContext http, SessionKind kind)
    {
        if (cookies.Find(http, CookieOf(kind)) is not { Length: > 0 } handle)
        {
            return;
        }

        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                "DELETE FROM sessions WHERE handle_hash = @hash", new { hash = HashOf(handle) }, transaction),
            http.RequestAborted);
        cookies.Clear(http, CookieOf(kind));
    }

    /// <summary>Removes sessions that are over.</summary>
    public Task<int> SweepAsync(CancellationToken ct) =>
        Sweep.DeleteAsync(database, "sessions", "handle_hash", "expires_at <= @now", new { now = time.GetUtcNow().ToUnixTimeSeconds() }, ct);

    /// <summary>Ends every session of an owner.</summary>
    public Task EndAllAsync(SessionKind kind, string owner, CancellationToken ct) => database.WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(
            "DELETE FROM sessions WHERE kind = @kind AND owner = @owner", new { kind = Word(kind), owner }, transaction),
        ct);

    private static string Word(SessionKind kind) => kind == SessionKind.Person ? "person" : "officer";

    private static string CookieOf(SessionKind kind) => kind == SessionKind.Person ? "session" : "officer";

    private static string HashOf(string handle) => Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(handle)));

    private sealed class Row
    {
        public required string Owner { get; init; }

        public required long StartedAt { get; init; }
    }
}
