using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.IdP.Accounts;

/// <summary>A person's account: a random id, the day it was opened, and a name that only the person's pages show.</summary>
public sealed class Account(string id, DateTimeOffset openedOn, string? displayName)
{
    /// <summary>The longest display name.</summary>
    public const int MaxDisplayName = 64;

    /// <summary>Random, known to no service.</summary>
    public string Id { get; } = id;

    /// <summary>The day.</summary>
    public DateTimeOffset OpenedOn { get; } = openedOn;

    /// <summary>What the person calls themselves here, if anything.</summary>
    public string? DisplayName { get; } = displayName;

    /// <summary>A new id of 128 random bits.</summary>
    public static string NewId() => Base64UrlText.Encode(RandomNumberGenerator.GetBytes(16));

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(Account);
}

/// <summary>Opens, reads and closes accounts.</summary>
public sealed class Accounts(Database database, PersonKeys personKeys, CardSubjects cardSubjects, TimeProvider time)
{
    private const string NamePurpose = "display-name";

    /// <summary>Opens an account, with its key and its place in the card index.</summary>
    public async Task OpenAsync(string accountId, string? displayName, CancellationToken ct)
    {
        await personKeys.CreateAsync(accountId, ct);
        var row = new
        {
            accountId,
            openedOn = time.GetUtcNow().ToUnixTimeSeconds() / 86400 * 86400,
            displayName = string.IsNullOrWhiteSpace(displayName) ? null : await personKeys.ProtectAsync(accountId, NamePurpose, Encoding.UTF8.GetBytes(displayName), ct),
        };
        var subjectKeys = await cardSubjects.KeysOfAsync(accountId, ct);
        await database.WriteAsync(
            async (connection, transaction) =>
            {
                await connection.ExecuteAsync(new CommandDefinition(
                    "INSERT INTO accounts (account_id, opened_on, display_name) VALUES (@accountId, @openedOn, @displayName)", row, transaction, cancellationToken: ct));
                return await CardSubjects.AddAsync(connection, transaction, accountId, subjectKeys, ct);
            },
            ct);
    }

    /// <summary>An open account, or null.</summary>
    public async Task<Account?> FindAsync(string accountId, CancellationToken ct)
    {
        var row = await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<AccountRow>(new CommandDefinition(
                "SELECT opened_on AS OpenedOn, display_name AS DisplayName FROM accounts WHERE account_id = @accountId", new { accountId }, cancellationToken: ct)),
            ct);
        if (row is null)
        {
            return null;
        }

        var name = row.DisplayName is null ? null : await personKeys.UnprotectAsync(accountId, NamePurpose, row.DisplayName, ct);
        return new(accountId, DateTimeOffset.FromUnixTimeSeconds(row.OpenedOn), name is null ? null : Encoding.UTF8.GetString(name));
    }

    /// <summary>
    /// Closes an account. The key goes first: whatever a crash leaves behind, in this database or in a backup, stays unreadable.
    /// </summary>
    public async Task CloseAsync(string accountId, CancellationToken ct)
    {
        await personKeys.DestroyAsync(accountId, ct);
        await database.WriteAsync((connection, transaction) => DeleteAsync(connection, transaction, accountId, ct), ct);
    }

    // Sessions, consents, identities and the card index go with the account's row (ON DELETE CASCADE).
    private static Task<int> DeleteAsync(DbConnection connection, DbTransaction transaction, string accountId, CancellationToken ct) =>
        connection.ExecuteAsync(new CommandDefinition("DELETE FROM accounts WHERE account_id = @accountId", new { accountId }, transaction, cancellationToken: ct));

    private sealed class AccountRow
    {
        public long OpenedOn { get; init; }

        public byte[]? DisplayName { get; init; }
    }
}
