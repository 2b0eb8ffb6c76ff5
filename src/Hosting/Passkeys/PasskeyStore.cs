using Dapper;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>What became of adding a passkey.</summary>
public enum PasskeyAddition
{
    /// <summary>It is stored.</summary>
    Added,

    /// <summary>An account has a passkey of this id, and it stays as it is.</summary>
    Taken,

    /// <summary>The account is full.</summary>
    TooMany,
}

/// <summary>What became of using a passkey.</summary>
public enum PasskeyUse
{
    /// <summary>The counter fits and is stored.</summary>
    Used,

    /// <summary>The counter is not above the stored one.</summary>
    CounterWentBack,

    /// <summary>The passkey was removed.</summary>
    Unknown,
}

/// <summary>The passkeys of a program's accounts.</summary>
public sealed class PasskeyStore(Database database)
{
    private const string Columns =
        """
        credential_id AS CredentialId, user_id AS UserId, user_handle AS UserHandle, public_key AS PublicKey, sign_count AS SignCount,
        aaguid AS Aaguid, transports AS Transports, backup_eligible AS BackupEligible, backed_up AS BackedUp, created_at AS CreatedAt,
        last_used_at AS LastUsedAt
        """;

    /// <summary>The table of this store, for <see cref="Database.MigrateAsync"/>.</summary>
    public static MigrationSet Migrations { get; } = new("passkeys", typeof(PasskeyStore).Assembly, "Passkeys");

    /// <summary>The passkey of this id, or null.</summary>
    public Task<Passkey?> FindAsync(string credentialId, CancellationToken ct) => database.ReadAsync(
        async connection => (await connection.QuerySingleOrDefaultAsync<PasskeyRow>(new CommandDefinition(
            $"SELECT {Columns} FROM passkeys WHERE credential_id = @credentialId", new { credentialId }, cancellationToken: ct)))?.ToPasskey(),
        ct);

    /// <summary>The passkeys of an account, oldest first.</summary>
    public Task<IReadOnlyList<Passkey>> OfUserAsync(string userId, CancellationToken ct) => database.ReadAsync<IReadOnlyList<Passkey>>(
        async connection => [.. (await connection.QueryAsync<PasskeyRow>(new CommandDefinition(
            $"SELECT {Columns} FROM passkeys WHERE user_id = @userId ORDER BY created_at, credential_id", new { userId }, cancellationToken: ct)))
            .Select(row => row.ToPasskey())],
        ct);

    /// <summary>Adds a passkey to its account, unless its id is taken or the account has <paramref name="max"/> already.</summary>
    public Task<PasskeyAddition> AddAsync(Passkey passkey, int max, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) =>
        {
            var count = await connection.ExecuteScalarAsync<int>(new CommandDefinition(
                "SELECT count(*) FROM passkeys WHERE user_id = @UserId", new { passkey.UserId }, transaction, cancellationToken: ct));
            if (count >= max)
            {
                return PasskeyAddition.TooMany;
            }

            var added = await connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO passkeys (credential_id, user_id, user_handle, public_key, sign_count, aaguid, transports,
                    backup_eligible, backed_up, created_at, last_used_at)
                VALUES (@CredentialId, @UserId, @UserHandle, @PublicKey, @SignCount, @Aaguid, @Transports,
                    @BackupEligible, @BackedUp, @CreatedAt, @LastUsedAt)
                ON CONFLICT (credential_id) DO NOTHING
                """,
                PasskeyRow.Of(passkey), transaction, cancellationToken: ct));
            return added == 1 ? PasskeyAddition.Added : PasskeyAddition.Taken;
        },
        ct);

    /// <summary>
    /// Records a verified use. The counter is compared and stored in one statement, so that of two uses of equal counters one
    /// fails; authenticators that keep none send zero always (WebAuthn §7.2 step 22).
    /// </summary>
    public Task<PasskeyUse> UseAsync(string credentialId, long signCount, bool backedUp, DateTimeOffset now, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) =>
        {
            var parameters = new { credentialId, signCount, backedUp = backedUp ? 1L : 0L, at = now.ToUnixTimeSeconds() };
            var used = await connection.ExecuteAsync(new CommandDefinition(
                """
                UPDATE passkeys SET sign_count = @signCount, backed_up = @backedUp, last_used_at = @at
                WHERE credential_id = @credentialId AND (sign_count < @signCount OR (sign_count = 0 AND @signCount = 0))
                """,
                parameters, transaction, cancellationToken: ct));
            if (used == 1)
            {
                return PasskeyUse.Used;
            }

            var exists = await connection.ExecuteScalarAsync<int>(new CommandDefinition(
                "SELECT count(*) FROM passkeys WHERE credential_id = @credentialId", parameters, transaction, cancellationToken: ct));
            return exists == 1 ? PasskeyUse.CounterWentBack : PasskeyUse.Unknown;
        },
        ct);

    /// <summary>Removes a passkey of an account; false when the account has none of this id.</summary>
    public Task<bool> RemoveAsync(string userId, string credentialId, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) => await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM passkeys WHERE credential_id = @credentialId AND user_id = @userId",
            new { credentialId, userId }, transaction, cancellationToken: ct)) == 1,
        ct);

    /// <summary>Removes a passkey of an account, but never its last one; false when it is the last or the account has none of this id.</summary>
    public Task<bool> RemoveUnlessLastAsync(string userId, string credentialId, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) =>
        {
            // Locks the account's rows, so that of two removals at once the second sees what the first left.
            await connection.ExecuteAsync(new CommandDefinition(
                "UPDATE passkeys SET user_id = user_id WHERE user_id = @userId", new { userId }, transaction, cancellationToken: ct));
            return await connection.ExecuteAsync(new CommandDefinition(
                """
                DELETE FROM passkeys WHERE credential_id = @credentialId AND user_id = @userId
                AND EXISTS (SELECT 1 FROM passkeys WHERE user_id = @userId AND credential_id <> @credentialId)
                """,
                new { credentialId, userId }, transaction, cancellationToken: ct)) == 1;
        },
        ct);

    /// <summary>Removes every passkey of an account.</summary>
    public Task<int> RemoveAllAsync(string userId, CancellationToken ct) => database.WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM passkeys WHERE user_id = @userId", new { userId }, transaction, cancellationToken: ct)),
        ct);
}
