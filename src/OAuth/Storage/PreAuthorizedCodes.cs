using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>Pre-authorised codes (OpenID4VCI 1.0 §3.5): handed over at a desk, with a transaction code that is spoken.</summary>
public sealed class PreAuthorizedCodes(Database database, StoredGrants grants, AuthorizationServerOptions options, TimeProvider time)
{
    /// <summary>Tries in all; the first mistake does not burn the code, the last one does.</summary>
    internal const int MaxGuesses = 3;

    private const string InsertSql = """
        INSERT INTO oauth_preauthorized_codes (code_hash, grant_id, client_id, has_tx_code, tx_code_hash, guesses, expires_at)
        VALUES (@hash, @grantId, @clientId, @hasTxCode, @txCodeHash, 0, @expires)
        """;

    // One statement counts the try and, if it is right, spends the code: parallel guesses get no more than the three tries.
    private const string RedeemSql = """
        UPDATE oauth_preauthorized_codes
        SET guesses = guesses + 1, redeemed_at = CASE WHEN tx_code_hash = @txCodeHash THEN @now ELSE NULL END
        WHERE code_hash = @hash AND redeemed_at IS NULL AND expires_at > @now AND guesses < @max
          AND has_tx_code = @hasTxCode AND (client_id IS NULL OR client_id = @clientId)
        RETURNING grant_id AS GrantId, redeemed_at AS RedeemedAt
        """;

    private const string LiveSql = """
        SELECT has_tx_code FROM oauth_preauthorized_codes
        WHERE code_hash = @hash AND redeemed_at IS NULL AND expires_at > @now AND guesses < @max
          AND (client_id IS NULL OR client_id = @clientId)
        """;

    private const string BindSql = """
        UPDATE oauth_grants SET client_id = @clientId, instance_key = @instanceKey, expires_at = @expires
        WHERE id = @grantId AND revoked_at IS NULL
        """;

    /// <summary>Makes a code, and a transaction code where digits are asked for. Both are shown once and stored as hashes only.</summary>
    public async Task<PreAuthorizedOffer> OfferAsync(PreAuthorization authorization, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var expiresAt = now + authorization.Lifetime;
        var offer = new PreAuthorizedOffer(StoredHash.NewSecret(), NewTxCode(authorization.TxCodeDigits), await CloseAsync(authorization, ct), expiresAt);
        await database.WriteAsync(
            async (connection, transaction) =>
            {
                await StoredGrants.AddAsync(connection, transaction, offer.Grant, now.ToUnixTimeSeconds(), expiresAt.ToUnixTimeSeconds());
                return await connection.ExecuteAsync(
                    InsertSql,
                    new
                    {
                        hash = StoredHash.Of(offer.Code),
                        grantId = offer.GrantId,
                        clientId = authorization.ClientId,
                        hasTxCode = offer.TxCode is null ? 0L : 1L,
                        txCodeHash = TxCodeHash(offer.Code, offer.TxCode),
                        expires = expiresAt.ToUnixTimeSeconds(),
                    },
                    transaction);
            },
            ct);
        return offer;
    }

    /// <summary>Spends a code, or counts a wrong guess.</summary>
    internal Task<PreAuthorizedRedemption> RedeemAsync(PreAuthorizedTry attempt, CancellationToken ct) =>
        database.WriteAsync((connection, transaction) => RedeemAsync(connection, transaction, attempt), ct);

    private async Task<PreAuthorizedRedemption> RedeemAsync(DbConnection connection, DbTransaction transaction, PreAuthorizedTry attempt)
    {
        var now = time.GetUtcNow();
        var parameters = new
        {
            hash = StoredHash.Of(attempt.Code),
            txCodeHash = TxCodeHash(attempt.Code, attempt.TxCode),
            hasTxCode = attempt.TxCode is null ? 0L : 1L,
            clientId = attempt.ClientId,
            max = (long)MaxGuesses,
            now = now.ToUnixTimeSeconds(),
        };
        var row = await connection.QuerySingleOrDefaultAsync<Row>(RedeemSql, parameters, transaction);
        if (row is null)
        {
            var needsTxCode = await connection.QuerySingleOrDefaultAsync<long?>(LiveSql, parameters, transaction);
            return new PreAuthorizedRedemption.Refused(needsTxCode switch
            {
                null => PreAuthorizedFault.Unknown,
                0 => PreAuthorizedFault.TxCodeUnexpected,
                _ => PreAuthorizedFault.TxCodeMissing,
            });
        }

        if (row.RedeemedAt is null)
        {
            return new PreAuthorizedRedemption.Refused(PreAuthorizedFault.TxCodeWrong);
        }

        // The grant gets its holder and lives as long as its tokens can.
        var expires = (now + attempt.GrantLifetime).ToUnixTimeSeconds();
        await connection.ExecuteAsync(
            BindSql, new { grantId = row.GrantId, clientId = attempt.ClientId, instanceKey = attempt.InstanceThumbprint, expires }, transaction);
        return await StoredGrants.FindAsync(connection, transaction, row.GrantId, parameters.now) is { } grant
            ? new PreAuthorizedRedemption.Redeemed(grant)
            : new PreAuthorizedRedemption.Refused(PreAuthorizedFault.Unknown);
    }

    private Task<GrantRow> CloseAsync(PreAuthorization authorization, CancellationToken ct)
    {
        if (authorization.TxCodeDigits is < 6 or > 9)
        {
            throw new ArgumentException("A transaction code has six to nine digits.", nameof(authorization));
        }

        if (authorization.Scopes.Count == 0 || !authorization.Scopes.All(options.Scopes.Contains))
        {
            throw new ArgumentException("A pre-authorisation names scopes of this server.", nameof(authorization));
        }

        var content = new GrantContent { Scopes = authorization.Scopes, OfferedDetails = authorization.OfferedDetails, Extra = authorization.Extra };
        return grants.CloseAsync(authorization.Subject, authorization.ClientId, null, content, ct);
    }

    private static string? NewTxCode(int? digits) => digits is { } count
        ? RandomNumberGenerator.GetInt32((int)Math.Pow(10, count)).ToString(CultureInfo.InvariantCulture).PadLeft(count, '0')
        : null;

    // Under the code's 256 random bits, so that the database alone does not give the few digits away.
    private static byte[] TxCodeHash(string code, string? txCode) => StoredHash.Of($"{code}.{txCode}");

    private sealed class Row
    {
        public required string GrantId { get; init; }

        public long? RedeemedAt { get; init; }
    }
}

/// <summary>A wallet's try to redeem. Redacted.</summary>
internal sealed class PreAuthorizedTry
{
    public required string Code { get; init; }

    public required string? TxCode { get; init; }

    public required string ClientId { get; init; }

    public required string? InstanceThumbprint { get; init; }

    public required TimeSpan GrantLifetime { get; init; }
}

/// <summary>Why a try failed.</summary>
internal enum PreAuthorizedFault
{
    /// <summary>No such code for this client; or expired, spent, withdrawn, guessed away.</summary>
    Unknown,
    TxCodeWrong,
    TxCodeMissing,
    TxCodeUnexpected,
}

/// <summary>What became of a try.</summary>
internal abstract class PreAuthorizedRedemption
{
    private PreAuthorizedRedemption()
    {
    }

    public sealed class Redeemed(GrantRow grant) : PreAuthorizedRedemption
    {
        public GrantRow Grant { get; } = grant;
    }

    public sealed class Refused(PreAuthorizedFault fault) : PreAuthorizedRedemption
    {
        public PreAuthorizedFault Fault { get; } = fault;
    }
}
