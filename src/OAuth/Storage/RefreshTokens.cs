using Dapper;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>
/// Refresh tokens. Each is bound to a DPoP key, and therefore stays the same: FAPI 2.0 §5.3.2.1 forbids rotation, which
/// breaks clients whose answers get lost and adds nothing where a stolen token is of no use.
/// </summary>
public sealed class RefreshTokens(Database database)
{
    private const string InsertSql = """
        INSERT INTO oauth_refresh_tokens (token_hash, grant_id, client_id, dpop_key, expires_at)
        VALUES (@hash, @grantId, @clientId, @dpopKey, @expires)
        """;

    private const string FindSql = """
        SELECT t.client_id AS ClientId, t.dpop_key AS DpopThumbprint, t.grant_id AS GrantId
        FROM oauth_refresh_tokens t WHERE t.token_hash = @hash AND t.expires_at > @now
        """;

    /// <summary>Stores a new token; answers it.</summary>
    internal async Task<string> AddAsync(string grantId, string clientId, string dpopKey, DateTimeOffset expiresAt, CancellationToken ct)
    {
        var token = StoredHash.NewSecret();
        var (hash, expires) = (StoredHash.Of(token), expiresAt.ToUnixTimeSeconds());
        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(InsertSql, new { hash, grantId, clientId, dpopKey, expires }, transaction), ct);
        return token;
    }

    /// <summary>The token with its grant, where both are alive; null otherwise.</summary>
    internal Task<StoredRefreshToken?> FindAsync(string token, DateTimeOffset at, CancellationToken ct)
    {
        var (hash, now) = (StoredHash.Of(token), at.ToUnixTimeSeconds());
        return database.ReadAsync(
            async connection =>
            {
                var row = await connection.QuerySingleOrDefaultAsync<Row>(FindSql, new { hash, now });
                return row is not null && await StoredGrants.FindAsync(connection, null, row.GrantId, now) is { } grant
                    ? new StoredRefreshToken(row.ClientId, row.DpopThumbprint, grant)
                    : null;
            },
            ct);
    }

    private sealed class Row
    {
        public required string ClientId { get; init; }

        public required string DpopThumbprint { get; init; }

        public required string GrantId { get; init; }
    }
}

/// <summary>A live refresh token: whose, bound to what, for which grant.</summary>
internal sealed class StoredRefreshToken(string clientId, string dpopThumbprint, GrantRow grant)
{
    public string ClientId { get; } = clientId;

    public string DpopThumbprint { get; } = dpopThumbprint;

    public GrantRow Grant { get; } = grant;
}
