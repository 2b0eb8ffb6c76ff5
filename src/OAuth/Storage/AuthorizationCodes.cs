using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>Authorization codes: 60 seconds, spent by one statement, and a second try ends what the first gave (RFC 6749 §4.1.2).</summary>
public sealed class AuthorizationCodes(Database database)
{
    // The column is never null; a challenge is never empty.
    private const string NoChallenge = "";

    private const string InsertSql = """
        INSERT INTO oauth_codes (code_hash, grant_id, client_id, redirect_uri, code_challenge, dpop_key, expires_at)
        VALUES (@hash, @grantId, @clientId, @RedirectUri, @CodeChallenge, @DpopThumbprint, @expires)
        """;

    private const string RedeemSql = """
        UPDATE oauth_codes SET redeemed_at = @now
        WHERE code_hash = @hash AND client_id = @clientId AND redeemed_at IS NULL AND expires_at > @now
        RETURNING grant_id AS GrantId, redirect_uri AS RedirectUri, code_challenge AS CodeChallenge, dpop_key AS DpopThumbprint
        """;

    private const string ReplayedSql =
        "SELECT grant_id FROM oauth_codes WHERE code_hash = @hash AND client_id = @clientId AND redeemed_at IS NOT NULL";

    /// <summary>Stores a grant and a code for it in one unit of work; answers the code.</summary>
    internal async Task<string> AddAsync(NewCode code, DateTimeOffset now, CancellationToken ct)
    {
        var secret = StoredHash.NewSecret();
        var hash = StoredHash.Of(secret);
        await database.WriteAsync(
            async (connection, transaction) =>
            {
                await StoredGrants.AddAsync(connection, transaction, code.Grant, now.ToUnixTimeSeconds(), code.GrantExpiresAt.ToUnixTimeSeconds());
                return await connection.ExecuteAsync(
                    InsertSql,
                    new
                    {
                        hash,
                        grantId = code.Grant.Id,
                        clientId = code.Grant.ClientId,
                        code.Binding.RedirectUri,
                        CodeChallenge = code.Binding.CodeChallenge ?? NoChallenge,
                        code.Binding.DpopThumbprint,
                        expires = code.ExpiresAt.ToUnixTimeSeconds(),
                    },
                    transaction);
            },
            ct);
        return secret;
    }

    /// <summary>Spends a code. Another client's try changes nothing.</summary>
    internal Task<CodeRedemption> RedeemAsync(string code, string clientId, DateTimeOffset now, CancellationToken ct)
    {
        var key = new CodeKey(StoredHash.Of(code), clientId, now.ToUnixTimeSeconds());
        return database.WriteAsync((connection, transaction) => RedeemAsync(connection, transaction, key), ct);
    }

    private static async Task<CodeRedemption> RedeemAsync(DbConnection connection, DbTransaction transaction, CodeKey key)
    {
        var parameters = new { hash = key.Hash, clientId = key.ClientId, now = key.Now };
        var code = await connection.QuerySingleOrDefaultAsync<CodeRow>(RedeemSql, parameters, transaction);
        if (code is null)
        {
            var replayed = await connection.QuerySingleOrDefaultAsync<string>(ReplayedSql, parameters, transaction);
            if (replayed is null)
            {
                return new CodeRedemption.Unknown();
            }

            await StoredGrants.RevokeAsync(connection, transaction, replayed, key.Now);
            return new CodeRedemption.Replayed(replayed);
        }

        // A grant may have been revoked since: erasure, sign-out everywhere.
        return await StoredGrants.FindAsync(connection, transaction, code.GrantId, key.Now) is { } grant
            ? new CodeRedemption.Redeemed(grant, new(code.RedirectUri, code.CodeChallenge == NoChallenge ? null : code.CodeChallenge, code.DpopThumbprint, grant.InstanceKey))
            : new CodeRedemption.Unknown();
    }

    private sealed class CodeRow
    {
        public required string GrantId { get; init; }

        public required string RedirectUri { get; init; }

        public required string CodeChallenge { get; init; }

        public string? DpopThumbprint { get; init; }
    }

    private sealed record CodeKey(byte[] Hash, string ClientId, long Now);
}

/// <summary>A code to be stored with its grant.</summary>
internal sealed class NewCode
{
    public required GrantRow Grant { get; init; }

    public required CodeBinding Binding { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required DateTimeOffset GrantExpiresAt { get; init; }
}

/// <summary>What became of a code.</summary>
internal abstract class CodeRedemption
{
    private CodeRedemption()
    {
    }

    public sealed class Redeemed(GrantRow grant, CodeBinding binding) : CodeRedemption
    {
        public GrantRow Grant { get; } = grant;

        public CodeBinding Binding { get; } = binding;
    }

    /// <summary>It was spent before; its grant is revoked now.</summary>
    public sealed class Replayed(string grantId) : CodeRedemption
    {
        public string GrantId { get; } = grantId;
    }

    /// <summary>No such code for this client, expired, or its grant is gone.</summary>
    public sealed class Unknown : CodeRedemption;
}
