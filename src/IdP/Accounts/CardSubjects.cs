using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.IdP.Services;

namespace IdentityPlatform.IdP.Accounts;

/// <summary>
/// The way from the <c>account</c> claim of a card back to the account. The claim holds the pairwise subject that the card's
/// issuer knows, which cannot be computed backwards; so every account has an index entry under a keyed hash of that subject,
/// whether its holder ever went to the issuer or not. The index therefore says nothing about who has a card (SG7).
/// </summary>
public sealed class CardSubjects(Database database, Sectors sectors, Seal seal, CardSettings settings)
{
    private const int BackfillPage = 500;

    /// <summary>The account whose subject at the card issuer this is, or null.</summary>
    public Task<string?> FindAccountAsync(string subject, CancellationToken ct) => database.ReadAsync(
        connection => connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            "SELECT account_id FROM card_subjects WHERE subject_key = @key", new { key = KeyOf(subject) }, cancellationToken: ct)),
        ct);

    /// <summary>The index keys of an account: one, or none where no card issuer is configured.</summary>
    public async Task<IReadOnlyList<string>> KeysOfAsync(string accountId, CancellationToken ct) =>
        settings.Service is { } service ? [KeyOf((await sectors.OfAsync(service, ct)).SubjectOf(accountId))] : [];

    /// <summary>Adds the entries of an account within its unit of work.</summary>
    public static async Task<int> AddAsync(DbConnection connection, DbTransaction transaction, string accountId, IReadOnlyList<string> keys, CancellationToken ct)
    {
        var added = 0;
        foreach (var key in keys)
        {
            added += await connection.ExecuteAsync(new CommandDefinition(
                "INSERT INTO card_subjects (subject_key, account_id) VALUES (@key, @accountId) ON CONFLICT (subject_key) DO NOTHING",
                new { key, accountId }, transaction, cancellationToken: ct));
        }

        return added;
    }

    /// <summary>Gives the accounts from before a card issuer was configured their entries; does nothing after the first time.</summary>
    public async Task IndexExistingAccountsAsync(CancellationToken ct)
    {
        if (settings.Service is not { } service)
        {
            return;
        }

        var sector = await sectors.OfAsync(service, ct);
        var last = "";
        while (!await IsIndexedAsync(sector.Id, ct))
        {
            var page = await NextAccountsAsync(last, ct);
            await database.WriteAsync((connection, transaction) => IndexAsync(connection, transaction, sector, page, ct), ct);
            last = page is [.., var end] ? end : last;
        }
    }

    private async Task<IReadOnlyList<string>> NextAccountsAsync(string last, CancellationToken ct) => [.. await database.ReadAsync(
        connection => connection.QueryAsync<string>(new CommandDefinition(
            "SELECT account_id FROM accounts WHERE account_id > @last ORDER BY account_id LIMIT @limit", new { last, limit = BackfillPage }, cancellationToken: ct)),
        ct)];

    private async Task<int> IndexAsync(DbConnection connection, DbTransaction transaction, Sector sector, IReadOnlyList<string> accounts, CancellationToken ct)
    {
        foreach (var accountId in accounts)
        {
            await AddAsync(connection, transaction, accountId, [KeyOf(sector.SubjectOf(accountId))], ct);
        }

        return accounts.Count == BackfillPage ? 0 : await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE sectors SET card_indexed = 1 WHERE sector_id = @id", new { id = sector.Id }, transaction, cancellationToken: ct));
    }

    private Task<bool> IsIndexedAsync(string sectorId, CancellationToken ct) => database.ReadAsync(
        async connection => await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT card_indexed FROM sectors WHERE sector_id = @sectorId", new { sectorId }, cancellationToken: ct)) == 1,
        ct);

    private string KeyOf(string subject) => seal.LookupKey($"card-subject:{subject}");
}
