using Dapper;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.IdP.Accounts;

namespace IdentityPlatform.IdP.Services;

/// <summary>What people agreed to share, one entry a service, readable with the person's key alone.</summary>
public sealed class Consents(Database database, PersonKeys personKeys, HolderLog log)
{
    private const string Purpose = "consent";

    /// <summary>The consent of an account to a service, or null.</summary>
    public async Task<Consent?> FindAsync(string accountId, Sector sector, CancellationToken ct)
    {
        var content = await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<byte[]>(new CommandDefinition(
                "SELECT content FROM consents WHERE consent_key = @key AND account_id = @accountId",
                new { key = sector.ConsentKeyOf(accountId), accountId }, cancellationToken: ct)),
            ct);
        return content is null ? null : await OpenAsync(accountId, content, ct);
    }

    /// <summary>Keeps a consent in place of an earlier one to the same service, in one unit of work with its entry in the holder's log.</summary>
    public async Task GiveAsync(string accountId, Sector sector, Consent consent, CancellationToken ct)
    {
        var content = await personKeys.ProtectAsync(accountId, Purpose, consent.ToJson(), ct);
        var entry = HolderLog.Entry(accountId, HolderLog.ConsentGiven, consent.ServiceId, consent.Claims);
        await database.WriteAsync(
            async (connection, transaction) =>
            {
                var kept = await connection.ExecuteAsync(new CommandDefinition(
                    """
                    INSERT INTO consents (consent_key, account_id, content) VALUES (@key, @accountId, @content)
                    ON CONFLICT (consent_key) DO UPDATE SET content = excluded.content
                    """,
                    new { key = sector.ConsentKeyOf(accountId), accountId, content }, transaction, cancellationToken: ct));
                await log.AddAsync(connection, transaction, entry, ct);
                return kept;
            },
            ct);
    }

    /// <summary>Takes a consent back, to a service that is gone from the directory too.</summary>
    /// <returns>False when there was none.</returns>
    public async Task<bool> WithdrawAsync(string accountId, string serviceId, CancellationToken ct)
    {
        var keys = (await ReadAllAsync(accountId, ct)).Where(entry => entry.Consent.ServiceId == serviceId).Select(entry => entry.Key).ToList();
        return keys.Count > 0 && await database.WriteAsync(
            async (connection, transaction) => await connection.ExecuteAsync(new CommandDefinition(
                "DELETE FROM consents WHERE consent_key = @key AND account_id = @accountId",
                keys.Select(key => new { key, accountId }), transaction, cancellationToken: ct)) > 0,
            ct);
    }

    /// <summary>All consents of an account, newest first.</summary>
    public async Task<IReadOnlyList<Consent>> ListAsync(string accountId, CancellationToken ct) =>
        [.. (await ReadAllAsync(accountId, ct)).Select(entry => entry.Consent).OrderByDescending(consent => consent.GivenAt)];

    private async Task<IReadOnlyList<(string Key, Consent Consent)>> ReadAllAsync(string accountId, CancellationToken ct)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<(string Key, byte[] Content)>(new CommandDefinition(
                "SELECT consent_key, content FROM consents WHERE account_id = @accountId", new { accountId }, cancellationToken: ct)),
            ct);
        var consents = new List<(string, Consent)>();
        foreach (var (key, content) in rows)
        {
            if (await OpenAsync(accountId, content, ct) is { } consent)
            {
                consents.Add((key, consent));
            }
        }

        return consents;
    }

    private async Task<Consent?> OpenAsync(string accountId, byte[] content, CancellationToken ct) =>
        await personKeys.UnprotectAsync(accountId, Purpose, content, ct) is { } json ? Consent.FromJson(json) : null;

    /// <summary>A consent that was read with something else.</summary>
    internal static Consent Open(PersonKey key, byte[] content) => Consent.FromJson(key.Unprotect(Purpose, content));
}
