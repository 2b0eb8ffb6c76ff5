using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>
/// Refresh tokens. Where the client is confidential, or the token is bound to its key, it stays the same: FAPI 2.0 §5.3.2.1
/// forbids rotation, which breaks clients whose answers get lost and adds nothing where a stolen token is of no use.
/// </summary>
public sealed class RefreshTokens(Database database)
{
    private const string InsertSql = """
        INSERT INTO oauth_refresh_tokens (token_hash, grant_id, client_id, binding, expires_at)
        VALUES (@hash, @grantId, @clientId, @binding, @expires)
        """;

    private const string FindSql = """
        SELECT t.client_id AS ClientId, t.binding AS Binding, t.grant_id AS GrantId
        FROM oauth_refresh_tokens t WHERE t.token_hash = @hash AND t.expires_at > @now
        """;

    /// <summary>Stores a new token; answers it.</summary>
    internal async Task<string> AddAsync(string grantId, string clientId, TokenBinding boundTo, DateTimeOffset expiresAt, CancellationToken ct)
    {
        var token = StoredHash.NewSecret();
        var (hash, expires, binding) = (StoredHash.Of(token), expiresAt.ToUnixTimeSeconds(), boundTo.ToText());
        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(InsertSql, new { hash, grantId, clientId, binding, expires }, transaction), ct);
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
                return row is not null
                    && TokenBinding.FromText(row.Binding) is { } binding
                    && await StoredGrants.FindAsync(connection, null, row.GrantId, now) is { } grant
                        ? new StoredRefreshToken(row.ClientId, binding, grant)
                        : null;
            },
            ct);
    }

    private sealed class Row
    {
        public required string ClientId { get; init; }

        public required string Binding { get; init; }

        public required string GrantId { get; init; }
    }
}

/// <summary>A live refresh token: whose, bound to what, for which grant.</summary>
internal sealed class StoredRefreshToken(string clientId, TokenBinding binding, GrantRow grant)
{
    public string ClientId { get; } = clientId;

    public TokenBinding Binding { get; } = binding;

    public GrantRow Grant { get; } = grant;
}
