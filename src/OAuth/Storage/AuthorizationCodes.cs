using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>Authorization codes: 60 seconds, spent by one statement, and a second try ends what the first gave (RFC 6749 §4.1.2).</summary>
public sealed class AuthorizationCodes(Database database)
{
    // The column is never null; a challenge is never empty.
    internal const string NoChallenge = "";

    private const string InsertSql = """
        INSERT INTO oauth_codes (code_hash, grant_id, client_id, redirect_uri, code_challenge, dpop_key, expires_at)
        VALUES (@hash, @grantId, @clientId, @RedirectUri, @CodeChallenge, @DpopThumbprint, @expires)
        """;

    private const string FindSql = """
        SELECT c.redirect_uri AS RedirectUri, c.code_challenge AS CodeChallenge, c.dpop_key AS DpopThumbprint,
            g.id AS Id, g.client_id AS ClientId, g.subject AS Subject, g.instance_key AS InstanceKey, g.content AS Content
        FROM oauth_codes c JOIN oauth_grants g ON g.id = c.grant_id
        WHERE c.code_hash = @Hash AND c.client_id = @ClientId AND c.redeemed_at IS NULL AND c.expires_at > @Now
            AND g.revoked_at IS NULL AND g.expires_at > @Now
        """;

    // A grant may have been revoked since the code was made: erasure, sign-out.
    private const string SpendSql = """
        UPDATE oauth_codes SET redeemed_at = @Now
        WHERE code_hash = @Hash AND client_id = @ClientId AND redeemed_at IS NULL AND expires_at > @Now
            AND EXISTS (SELECT 1 FROM oauth_grants g WHERE g.id = oauth_codes.grant_id AND g.revoked_at IS NULL AND g.expires_at > @Now)
        """;

    private const string ReplayedSql =
        "SELECT grant_id FROM oauth_codes WHERE code_hash = @Hash AND client_id = @ClientId AND redeemed_at IS NOT NULL";

    /// <summary>Stores a grant and a code for it in one unit of work; answers the code.</summary>
    internal async Task<string> AddAsync(NewCode code, DateTimeOffset now, CancellationToken ct)
    {
        var secret = StoredHash.NewOrderedSecret(now);
        var hash = StoredHash.OfOrdered(secret);
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

    /// <summary>A code that this client could spend now, with its grant; null otherwise. Only <see cref="SpendAsync(CodeKey, CancellationToken)"/> decides.</summary>
    internal Task<FoundCode?> FindAsync(CodeKey key, CancellationToken ct) => database.ReadAsync(
        connection => connection.QuerySingleOrDefaultAsync<FoundCode?>(FindSql, key), ct);

    /// <summary>Spends a code. Another client's try changes nothing.</summary>
    internal Task<CodeSpending> SpendAsync(CodeKey key, CancellationToken ct) =>
        database.WriteAsync((connection, transaction) => SpendAsync(connection, transaction, key), ct);

    /// <summary>The same inside a unit of work.</summary>
    internal static async Task<CodeSpending> SpendAsync(DbConnection connection, DbTransaction transaction, CodeKey key)
    {
        if (await connection.ExecuteAsync(SpendSql, key, transaction) == 1)
        {
            return new CodeSpending.Spent();
        }

        if (await connection.QuerySingleOrDefaultAsync<string>(ReplayedSql, key, transaction) is not { } replayed)
        {
            return new CodeSpending.Unknown();
        }

        await StoredGrants.RevokeAsync(connection, transaction, replayed, key.Now);
        return new CodeSpending.Replayed(replayed);
    }
}

/// <summary>A code that a client brought, and when: redacted.</summary>
internal sealed class CodeKey(string code, string clientId, DateTimeOffset at)
{
    public byte[] Hash { get; } = StoredHash.OfOrdered(code);

    public string ClientId { get; } = clientId;

    public long Now { get; } = at.ToUnixTimeSeconds();

    public override string ToString() => $"code of {ClientId}";
}

/// <summary>A code that can be spent, and its grant.</summary>
internal sealed class FoundCode : GrantRow
{
    public required string RedirectUri { get; init; }

    public required string CodeChallenge { get; init; }

    public string? DpopThumbprint { get; init; }

    public CodeBinding Binding => new(RedirectUri, CodeChallenge == AuthorizationCodes.NoChallenge ? null : CodeChallenge, DpopThumbprint, InstanceKey);
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
internal abstract class CodeSpending
{
    private CodeSpending()
    {
    }

    /// <summary>It was spent by this call.</summary>
    public sealed class Spent : CodeSpending;

    /// <summary>It was spent before; its grant is revoked now.</summary>
    public sealed class Replayed(string grantId) : CodeSpending
    {
        public string GrantId { get; } = grantId;
    }

    /// <summary>No such code for this client, expired, or its grant is gone.</summary>
    public sealed class Unknown : CodeSpending;
}
