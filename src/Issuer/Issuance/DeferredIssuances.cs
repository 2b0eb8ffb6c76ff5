using System.Security.Cryptography;
using System.Text;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>
/// Accepted requests that wait (OpenID4VCI 1.0 §9): bound to the grant of the token that made them, few for each grant, and gone
/// after the longest suspension. What they hold is ciphertext under the person's key; their ids are kept as hashes.
/// </summary>
public sealed class DeferredIssuances(Database database, PersonKeys personKeys, TimeProvider time)
{
    /// <summary>When to ask again where a signer does not answer.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    /// <summary>When to ask again where officers look at a suspicion.</summary>
    public static readonly TimeSpan ReviewInterval = TimeSpan.FromHours(1);

    private const string Purpose = "deferred-issuance";
    private const int MostOfOneGrant = 3;

    // A suspicion of fraud is decided within fourteen days.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(15);

    // Longer than minting takes: who claimed and died loses the claim, and the transaction goes on.
    private static readonly TimeSpan ClaimLifetime = TimeSpan.FromMinutes(1);

    /// <summary>Keeps an order and gives its <c>transaction_id</c>; null when the grant has as many as it may.</summary>
    internal async Task<string?> AddAsync(DeferredOrder order, string grantId, string personId, CancellationToken ct)
    {
        var id = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));
        var content = await personKeys.ProtectAsync(personId, Purpose, order.Write(), ct);
        var now = time.GetUtcNow();
        var added = await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO deferred_issuances (id_hash, grant_id, person_id, content, claimed_until, expires_at)
                SELECT @hash, @grantId, @personId, @content, 0, @expires
                WHERE (SELECT count(*) FROM deferred_issuances WHERE grant_id = @grantId AND expires_at > @now) < @most
                """,
                new
                {
                    hash = Hash(id),
                    grantId,
                    personId,
                    content,
                    now = now.ToUnixTimeSeconds(),
                    expires = (now + Lifetime).ToUnixTimeSeconds(),
                    most = (long)MostOfOneGrant,
                },
                transaction,
                cancellationToken: ct)),
            ct);
        return added == 1 ? id : null;
    }

    /// <summary>Takes a transaction for a while: of two requests at once one gets it, the other is told to wait.</summary>
    internal async Task<DeferredClaim> ClaimAsync(string transactionId, string grantId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var parameters = new { hash = Hash(transactionId), grantId, now = now.ToUnixTimeSeconds(), until = (now + ClaimLifetime).ToUnixTimeSeconds() };
        var (row, exists) = await database.WriteAsync(
            async (connection, transaction) =>
            {
                var claimed = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
                    """
                    UPDATE deferred_issuances SET claimed_until = @until
                    WHERE id_hash = @hash AND grant_id = @grantId AND claimed_until <= @now AND expires_at > @now
                    RETURNING person_id AS PersonId, content AS Content
                    """,
                    parameters,
                    transaction,
                    cancellationToken: ct));
                return (claimed, claimed is not null || await connection.ExecuteScalarAsync<long>(new CommandDefinition(
                    "SELECT count(*) FROM deferred_issuances WHERE id_hash = @hash AND grant_id = @grantId AND expires_at > @now",
                    parameters,
                    transaction,
                    cancellationToken: ct)) == 1);
            },
            ct);
        if (row is null)
        {
            return exists ? new DeferredClaim.Busy() : new DeferredClaim.Unknown();
        }

        return await personKeys.UnprotectAsync(row.PersonId, Purpose, row.Content, ct) is { } content
            ? new DeferredClaim.Taken(DeferredOrder.Read(content))
            : new DeferredClaim.Unknown();
    }

    /// <summary>Gives a claimed transaction back, as it is now.</summary>
    internal async Task KeepAsync(string transactionId, DeferredOrder order, string personId, CancellationToken ct)
    {
        var content = await personKeys.ProtectAsync(personId, Purpose, order.Write(), ct);
        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
                "UPDATE deferred_issuances SET content = @content, claimed_until = 0 WHERE id_hash = @hash",
                new { hash = Hash(transactionId), content }, transaction, cancellationToken: ct)),
            ct);
    }

    /// <summary>Ends a transaction: its credential was made, or never will be. True for the one who ended it.</summary>
    internal async Task<bool> EndAsync(string transactionId, CancellationToken ct) => await database.WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM deferred_issuances WHERE id_hash = @hash", new { hash = Hash(transactionId) }, transaction, cancellationToken: ct)),
        ct) == 1;

    /// <summary>Removes what has expired.</summary>
    internal Task<int> SweepAsync(CancellationToken ct) =>
        Sweep.DeleteAsync(database, "deferred_issuances", "id_hash", "expires_at <= @now", new { now = time.GetUtcNow().ToUnixTimeSeconds() }, ct);

    private static string Hash(string id) => Base64UrlText.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    private sealed class Row
    {
        public required string PersonId { get; init; }

        public required byte[] Content { get; init; }
    }
}

/// <summary>What a claim gave. Closed.</summary>
internal abstract class DeferredClaim
{
    private DeferredClaim()
    {
    }

    public sealed class Taken(DeferredOrder order) : DeferredClaim
    {
        public DeferredOrder Order { get; } = order;
    }

    /// <summary>Another request has it now.</summary>
    public sealed class Busy : DeferredClaim;

    /// <summary>Never given to this grant, ended, or its person was erased.</summary>
    public sealed class Unknown : DeferredClaim;
}
