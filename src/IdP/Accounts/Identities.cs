using Dapper;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.IdP.Accounts;

/// <summary>Keeps what cards said, encrypted under the person's key, no longer than it holds.</summary>
public sealed class Identities(Database database, PersonKeys personKeys, TimeProvider time)
{
    private const string Purpose = "identity";

    /// <summary>What holds now for an account, or null.</summary>
    public async Task<VerifiedIdentity?> FindAsync(string accountId, CancellationToken ct)
    {
        var content = await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<byte[]>(new CommandDefinition(
                "SELECT content FROM identities WHERE account_id = @accountId", new { accountId }, cancellationToken: ct)),
            ct);
        var json = content is null ? null : await personKeys.UnprotectAsync(accountId, Purpose, content, ct);
        return json is null ? null : VerifiedIdentity.At(VerifiedIdentity.FromJson(json), time.GetUtcNow());
    }

    /// <summary>What holds at a time, of what was read with something else.</summary>
    internal static VerifiedIdentity? Open(PersonKey key, byte[] content, DateTimeOffset now) =>
        VerifiedIdentity.At(VerifiedIdentity.FromJson(key.Unprotect(Purpose, content)), now);

    /// <summary>Takes over what a card that was just checked showed.</summary>
    public async Task<VerifiedIdentity> TakeOverAsync(string accountId, IReadOnlyDictionary<string, string> shown, DateTimeOffset cardExpires, CancellationToken ct)
    {
        var identity = VerifiedIdentity.After(await FindAsync(accountId, ct), shown, time.GetUtcNow(), cardExpires);
        var content = await personKeys.ProtectAsync(accountId, Purpose, identity.ToJson(), ct);
        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO identities (account_id, expires_at, content) VALUES (@accountId, @expiresAt, @content)
                ON CONFLICT (account_id) DO UPDATE SET expires_at = excluded.expires_at, content = excluded.content
                """,
                new { accountId, expiresAt = identity.ExpiresAt, content }, transaction, cancellationToken: ct)),
            ct);
        return identity;
    }

    /// <summary>Forgets it at the person's wish.</summary>
    public Task<bool> ForgetAsync(string accountId, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) => await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM identities WHERE account_id = @accountId", new { accountId }, transaction, cancellationToken: ct)) > 0,
        ct);

    /// <summary>Removes what has expired.</summary>
    public Task<int> SweepAsync(CancellationToken ct) =>
        Sweep.DeleteAsync(database, "identities", "account_id", "expires_at <= @now", new { now = time.GetUtcNow().ToUnixTimeSeconds() }, ct);
}
