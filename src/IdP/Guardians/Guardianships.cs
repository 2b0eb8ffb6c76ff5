using System.Data.Common;
using System.Text;
using Dapper;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.IdP.Accounts;

namespace IdentityPlatform.IdP.Guardians;

/// <summary>A guardianship in a list of its guardian or its child.</summary>
/// <param name="Key">A keyed hash by which the page names it.</param>
/// <param name="Guardianship">What was shown.</param>
public sealed record ListedGuardianship(string Key, Guardianship Guardianship)
{
    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(ListedGuardianship);
}

/// <summary>
/// Who may act for which child: found by both accounts together, and readable with the child's key alone, so that erasing the child
/// ends them all. A guardian's own list holds the children's accounts and nothing more, under the guardian's key.
/// </summary>
public sealed class Guardianships(Database database, PersonKeys personKeys, Seal seal, HolderLog log, TimeProvider time)
{
    private const string Purpose = "guardianship";
    private const string WardPurpose = "ward";

    private const string UpsertSql = """
        INSERT INTO guardianships (guardianship_key, account_id, sweep_after, content) VALUES (@key, @childId, @sweepAfter, @content)
        ON CONFLICT (guardianship_key) DO UPDATE SET sweep_after = excluded.sweep_after, content = excluded.content
        """;

    private const string UpsertWardSql = """
        INSERT INTO wards (ward_key, account_id, sweep_after, content) VALUES (@wardKey, @guardianId, @sweepAfter, @wardContent)
        ON CONFLICT (ward_key) DO UPDATE SET sweep_after = excluded.sweep_after
        """;

    /// <summary>Keeps a guardianship in place of an earlier one of the same two, whose child's word goes on. Whoever calls has checked the credential behind it.</summary>
    /// <returns>False when the account of either is closed.</returns>
    /// <exception cref="ArgumentException">Somebody would be their own guardian.</exception>
    public async Task<bool> AddAsync(Guardianship guardianship, CancellationToken ct)
    {
        if (guardianship.GuardianId == guardianship.ChildId)
        {
            throw new ArgumentException("Nobody is their own guardian.", nameof(guardianship));
        }

        using var guardianKey = await personKeys.FindAsync(guardianship.GuardianId, ct);
        using var childKey = await personKeys.FindAsync(guardianship.ChildId, ct);
        if (guardianKey is null || childKey is null)
        {
            return false;
        }

        var wardContent = guardianKey.Protect(WardPurpose, Encoding.UTF8.GetBytes(guardianship.ChildId));
        await database.WriteAsync(
            async (connection, transaction) =>
            {
                var earlier = await LockAsync(connection, transaction, guardianship, childKey, ct);
                await WriteAsync(connection, transaction, guardianship.With(earlier?.ChildAgrees ?? false), childKey, ct);
                await connection.ExecuteAsync(new CommandDefinition(
                    UpsertWardSql,
                    new { wardKey = WardKeyOf(guardianship), guardianId = guardianship.GuardianId, sweepAfter = SweepAfter(guardianship), wardContent },
                    transaction, cancellationToken: ct));
                await log.AddAsync(connection, transaction, HolderLog.Entry(guardianship.ChildId, HolderLog.GuardianAdded), childKey);
                return true;
            },
            ct);
        return true;
    }

    /// <summary>The guardianship of these two, while it lasts.</summary>
    public async Task<Guardianship?> FindAsync(string guardianId, string childId, CancellationToken ct)
    {
        var content = await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<byte[]>(new CommandDefinition(
                "SELECT content FROM guardianships WHERE guardianship_key = @key AND account_id = @childId",
                new { key = KeyOf(guardianId, childId), childId }, cancellationToken: ct)),
            ct);
        using var key = content is null ? null : await personKeys.FindAsync(childId, ct);
        return key is null ? null : Open(guardianId, childId, content!, key);
    }

    /// <summary>For whom a person acts, while it lasts.</summary>
    public async Task<IReadOnlyList<ListedGuardianship>> OfGuardianAsync(string guardianId, CancellationToken ct)
    {
        var found = new List<ListedGuardianship>();
        using var key = await personKeys.FindAsync(guardianId, ct);
        foreach (var content in key is null ? [] : await ContentsAsync("SELECT content FROM wards WHERE account_id = @accountId", guardianId, ct))
        {
            if (await FindAsync(guardianId, Encoding.UTF8.GetString(key!.Unprotect(WardPurpose, content)), ct) is { } guardianship)
            {
                found.Add(new(WardKeyOf(guardianship), guardianship));
            }
        }

        return [.. found.OrderBy(listed => listed.Guardianship.ChildTurns18At)];
    }

    /// <summary>Who acts for a person, while it lasts.</summary>
    public async Task<IReadOnlyList<ListedGuardianship>> OfChildAsync(string childId, CancellationToken ct)
    {
        using var key = await personKeys.FindAsync(childId, ct);
        return key is null ? [] : [.. (await ContentsAsync("SELECT content FROM guardianships WHERE account_id = @accountId", childId, ct))
            .Select(content => Guardianship.FromJson(childId, key.Unprotect(Purpose, content)))
            .Where(guardianship => time.GetUtcNow() < guardianship.EndsAt)
            .Select(guardianship => new ListedGuardianship(KeyOf(guardianship.GuardianId, childId), guardianship))];
    }

    /// <summary>Keeps what the child, from 14 on, says to it. False when there is no such guardianship.</summary>
    public async Task<bool> SetConsentAsync(string guardianId, string childId, bool childAgrees, CancellationToken ct)
    {
        if (await FindAsync(guardianId, childId, ct) is not { } found)
        {
            return false;
        }

        using var key = await personKeys.FindAsync(childId, ct);
        return key is not null && await database.WriteAsync(
            async (connection, transaction) =>
            {
                if (await LockAsync(connection, transaction, found, key, ct) is not { } now)
                {
                    return false;
                }

                await WriteAsync(connection, transaction, now.With(childAgrees), key, ct);
                await log.AddAsync(connection, transaction, HolderLog.Entry(childId, childAgrees ? HolderLog.GuardianAgreed : HolderLog.GuardianStopped), key);
                return true;
            },
            ct);
    }

    /// <summary>Ends it at once. False when there was none.</summary>
    public async Task<bool> EndAsync(string guardianId, string childId, CancellationToken ct)
    {
        using var key = await personKeys.FindAsync(childId, ct);
        return await database.WriteAsync(
            async (connection, transaction) =>
            {
                var keys = new { key = KeyOf(guardianId, childId), wardKey = WardKeyOf(guardianId, childId) };
                await connection.ExecuteAsync(new CommandDefinition("DELETE FROM wards WHERE ward_key = @wardKey", keys, transaction, cancellationToken: ct));
                var ended = await connection.ExecuteAsync(
                    new CommandDefinition("DELETE FROM guardianships WHERE guardianship_key = @key", keys, transaction, cancellationToken: ct)) > 0;
                if (ended && key is not null)
                {
                    await log.AddAsync(connection, transaction, HolderLog.Entry(childId, HolderLog.GuardianEnded), key);
                }

                return ended;
            },
            ct);
    }

    /// <summary>Removes what ended last year and before.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var past = new { now = time.GetUtcNow().ToUnixTimeSeconds() };
        await Sweep.DeleteAsync(database, "wards", "ward_key", "sweep_after <= @now", past, ct);
        return await Sweep.DeleteAsync(database, "guardianships", "guardianship_key", "sweep_after <= @now", past, ct);
    }

    // Locked until the unit ends: a child's word that comes at the same time is not lost.
    private async Task<Guardianship?> LockAsync(DbConnection connection, DbTransaction transaction, Guardianship of, PersonKey childKey, CancellationToken ct) =>
        await connection.QuerySingleOrDefaultAsync<byte[]>(new CommandDefinition(
            $"SELECT content FROM guardianships WHERE guardianship_key = @key{database.ForUpdate}",
            new { key = KeyOf(of.GuardianId, of.ChildId) }, transaction, cancellationToken: ct)) is { } content
            ? Open(of.GuardianId, of.ChildId, content, childKey)
            : null;

    private Task<int> WriteAsync(DbConnection connection, DbTransaction transaction, Guardianship guardianship, PersonKey childKey, CancellationToken ct)
    {
        var row = new
        {
            key = KeyOf(guardianship.GuardianId, guardianship.ChildId),
            childId = guardianship.ChildId,
            sweepAfter = SweepAfter(guardianship),
            content = childKey.Protect(Purpose, guardianship.ToJson()),
        };
        return connection.ExecuteAsync(new CommandDefinition(UpsertSql, row, transaction, cancellationToken: ct));
    }

    private Guardianship? Open(string guardianId, string childId, byte[] content, PersonKey childKey)
    {
        var found = Guardianship.FromJson(childId, childKey.Unprotect(Purpose, content));
        return found.GuardianId == guardianId && time.GetUtcNow() < found.EndsAt ? found : null;
    }

    private async Task<IEnumerable<byte[]>> ContentsAsync(string sql, string accountId, CancellationToken ct) => await database.ReadAsync(
        connection => connection.QueryAsync<byte[]>(new CommandDefinition(sql, new { accountId }, cancellationToken: ct)), ct);

    private static long SweepAfter(Guardianship guardianship) =>
        new DateTimeOffset(guardianship.EndsAt.UtcDateTime.Year + 1, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    // Account ids are base64url and hold no colon.
    private string KeyOf(string guardianId, string childId) => seal.LookupKey($"guardianship:{guardianId}:{childId}");

    private string WardKeyOf(Guardianship guardianship) => WardKeyOf(guardianship.GuardianId, guardianship.ChildId);

    private string WardKeyOf(string guardianId, string childId) => seal.LookupKey($"ward:{guardianId}:{childId}");
}
