using Dapper;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.IdP.Guardians;

/// <summary>
/// Who may act for which child: found by both accounts together, and readable with the child's key alone. There is no list of a
/// guardian's children, and erasing the child ends them all.
/// </summary>
public sealed class Guardianships(Database database, PersonKeys personKeys, Seal seal, TimeProvider time)
{
    private const string Purpose = "guardianship";

    private const string UpsertSql = """
        INSERT INTO guardianships (guardianship_key, account_id, sweep_after, content) VALUES (@key, @childId, @sweepAfter, @content)
        ON CONFLICT (guardianship_key) DO UPDATE SET sweep_after = excluded.sweep_after, content = excluded.content
        """;

    /// <summary>Keeps a guardianship in place of an earlier one of the same two. Whoever calls has checked the paper behind it.</summary>
    /// <exception cref="ArgumentException">Somebody would be their own guardian.</exception>
    public async Task AddAsync(Guardianship guardianship, CancellationToken ct)
    {
        if (guardianship.GuardianId == guardianship.ChildId)
        {
            throw new ArgumentException("Nobody is their own guardian.", nameof(guardianship));
        }

        var row = new
        {
            key = KeyOf(guardianship.GuardianId, guardianship.ChildId),
            childId = guardianship.ChildId,
            sweepAfter = new DateTimeOffset(guardianship.EndsAt.UtcDateTime.Year + 1, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(),
            content = await personKeys.ProtectAsync(guardianship.ChildId, Purpose, guardianship.ToJson(), ct),
        };
        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(UpsertSql, row, transaction, cancellationToken: ct)), ct);
    }

    /// <summary>The guardianship of these two, while it lasts.</summary>
    public async Task<Guardianship?> FindAsync(string guardianId, string childId, CancellationToken ct)
    {
        var content = await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<byte[]>(new CommandDefinition(
                "SELECT content FROM guardianships WHERE guardianship_key = @key AND account_id = @childId",
                new { key = KeyOf(guardianId, childId), childId }, cancellationToken: ct)),
            ct);
        var json = content is null ? null : await personKeys.UnprotectAsync(childId, Purpose, content, ct);
        var found = json is null ? null : Guardianship.FromJson(childId, json);
        return found is not null && found.GuardianId == guardianId && time.GetUtcNow() < found.EndsAt ? found : null;
    }

    /// <summary>Keeps what the child, from 14 on, says to it. False when there is no such guardianship.</summary>
    public async Task<bool> SetConsentAsync(string guardianId, string childId, bool childAgrees, CancellationToken ct)
    {
        if (await FindAsync(guardianId, childId, ct) is not { } found)
        {
            return false;
        }

        await AddAsync(found.With(childAgrees), ct);
        return true;
    }

    /// <summary>Ends it at once. False when there was none.</summary>
    public Task<bool> EndAsync(string guardianId, string childId, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) => await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM guardianships WHERE guardianship_key = @key", new { key = KeyOf(guardianId, childId) }, transaction, cancellationToken: ct)) > 0,
        ct);

    /// <summary>Removes what ended last year and before.</summary>
    public Task<int> SweepAsync(CancellationToken ct) =>
        Sweep.DeleteAsync(database, "guardianships", "guardianship_key", "sweep_after <= @now", new { now = time.GetUtcNow().ToUnixTimeSeconds() }, ct);

    // Account ids are base64url and hold no colon.
    private string KeyOf(string guardianId, string childId) => seal.LookupKey($"guardianship:{guardianId}:{childId}");
}
