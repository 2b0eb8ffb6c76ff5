using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.IdP.Logout;

/// <summary>
/// What is still to be sent. A notice is written in the unit of work that ends the session, so that neither stands without the
/// other, and deleted when the service has it. Who sends it claims it for a while: what a crash leaves behind comes up again.
/// </summary>
public sealed class LogoutOutbox(Database database, Seal seal, TimeProvider time)
{
    /// <summary>Longer than an attempt can take.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private const string Columns = "notice_id AS Id, content AS Content, created_at AS CreatedAt, attempts AS Attempts";

    // PostgreSQL looks at the outer condition again after it waited for another worker's claim; SQLite has one writer.
    private const string ClaimSql = $"""
        UPDATE logout_outbox SET due_at = @until, attempts = attempts + 1
        WHERE due_at <= @now AND notice_id IN (SELECT notice_id FROM logout_outbox WHERE due_at <= @now ORDER BY due_at LIMIT @limit)
        RETURNING {Columns}
        """;

    /// <summary>Adds notices inside the unit of work that ends their session, claimed for this process.</summary>
    public async Task<IReadOnlyList<ClaimedNotice>> AddAsync(
        DbConnection connection, DbTransaction transaction, IEnumerable<LogoutNotice> notices, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var added = new List<ClaimedNotice>();
        foreach (var notice in notices)
        {
            var id = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(16));
            var row = new { id, content = seal.Protect(notice.ToJson(), Context(id)), now = now.ToUnixTimeSeconds(), until = (now + Lease).ToUnixTimeSeconds() };
            await connection.ExecuteAsync(new CommandDefinition(
                "INSERT INTO logout_outbox (notice_id, content, created_at, due_at, attempts) VALUES (@id, @content, @now, @until, 1)",
                row, transaction, cancellationToken: ct));
            added.Add(new(id, notice, now, 1));
        }

        return added;
    }

    /// <summary>Claims what is due, in one statement: of many workers one gets a notice.</summary>
    public async Task<IReadOnlyList<ClaimedNotice>> ClaimAsync(int limit, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var parameters = new { now = now.ToUnixTimeSeconds(), until = (now + Lease).ToUnixTimeSeconds(), limit };

        // Most of the time nothing is due: that is a read, and takes no turn of the writer.
        var isDue = await database.ReadAsync(
            connection => connection.ExecuteScalarAsync<long?>(new CommandDefinition(
                "SELECT 1 FROM logout_outbox WHERE due_at <= @now LIMIT 1", parameters, cancellationToken: ct)),
            ct);
        if (isDue is null)
        {
            return [];
        }

        var rows = await database.WriteAsync(
            (connection, transaction) => connection.QueryAsync<NoticeRow>(new CommandDefinition(ClaimSql, parameters, transaction, cancellationToken: ct)), ct);
        return [.. rows.Select(Open).OfType<ClaimedNotice>()];
    }

    /// <summary>Forgets a notice: it arrived, or never will.</summary>
    public Task RemoveAsync(ClaimedNotice claimed, CancellationToken ct) => database.WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM logout_outbox WHERE notice_id = @Id", new { claimed.Id }, transaction, cancellationToken: ct)),
        ct);

    /// <summary>Leaves a notice for later; one that another worker has claimed since stays as it is.</summary>
    public Task PostponeAsync(ClaimedNotice claimed, DateTimeOffset until, CancellationToken ct) => database.WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
            "UPDATE logout_outbox SET due_at = @until WHERE notice_id = @Id AND attempts = @Attempts",
            new { claimed.Id, claimed.Attempts, until = until.ToUnixTimeSeconds() }, transaction, cancellationToken: ct)),
        ct);

    /// <summary>Leaves a notice that was not tried for later: that was no attempt.</summary>
    public Task LeaveAsync(ClaimedNotice claimed, DateTimeOffset until, CancellationToken ct) => database.WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
            "UPDATE logout_outbox SET due_at = @until, attempts = attempts - 1 WHERE notice_id = @Id AND attempts = @Attempts",
            new { claimed.Id, claimed.Attempts, until = until.ToUnixTimeSeconds() + 1 }, transaction, cancellationToken: ct)),
        ct);

    /// <summary>Removes what nobody could send in time, unreadable notices among it: no content outlives its need.</summary>
    public Task<int> SweepAsync(CancellationToken ct) => Sweep.DeleteAsync(
        database, "logout_outbox", "notice_id", "created_at <= @before", new { before = (time.GetUtcNow() - LogoutRetry.Bound - Lease).ToUnixTimeSeconds() }, ct);

    // Null for what was sealed under another secret: the server changed hands, and cannot know who was to be told.
    private ClaimedNotice? Open(NoticeRow row) => seal.Unprotect(row.Content, Context(row.Id)) is { } content
        ? new(row.Id, LogoutNotice.FromJson(content), DateTimeOffset.FromUnixTimeSeconds(row.CreatedAt), row.Attempts)
        : null;

    private static string Context(string id) => $"logout:{id}";

    private sealed class NoticeRow
    {
        public required string Id { get; init; }

        public required byte[] Content { get; init; }

        public long CreatedAt { get; init; }

        public long Attempts { get; init; }
    }
}
