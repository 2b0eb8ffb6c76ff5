using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>
/// Refresh tokens. Where the client is confidential, or the token is bound to its key, it stays the same: FAPI 2.0 §5.3.2.1
/// forbids rotation, which breaks clients whose answers get lost and adds nothing where a stolen token is of no use. The
/// unbound token of a public client rotates (RFC 9700 §4.14.2): it has a part that stays and names its row, and a secret that
/// changes. So a whole family is one row, however often it is used.
/// </summary>
public sealed class RefreshTokens(Database database)
{
    /// <summary>How long the secret before may come again, from a client whose answer got lost, and gets the same successor.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private const string InsertSql = """
        INSERT INTO oauth_refresh_tokens (token_hash, grant_id, client_id, binding, expires_at, secret_hash)
        VALUES (@hash, @GrantId, @ClientId, @binding, @expires, @secretHash)
        """;

    private const string FindSql = """
        SELECT client_id AS ClientId, binding AS Binding, grant_id AS GrantId, secret_hash AS SecretHash,
            previous_hash AS PreviousHash, rotated_at AS RotatedAt, successor AS Successor
        FROM oauth_refresh_tokens WHERE token_hash = @hash AND expires_at > @now
        """;

    // Of many uses at once this holds for one: the others find the secret changed. A secret younger than the grace stays, so
    // that the one before it is always the one whose answer may have got lost.
    private const string RotateSql = """
        UPDATE oauth_refresh_tokens
        SET previous_hash = secret_hash, secret_hash = @next, rotated_at = @now, successor = @successor
        WHERE token_hash = @hash AND secret_hash = @presented AND expires_at > @now AND (rotated_at IS NULL OR rotated_at <= @graceStart)
        """;

    /// <summary>Stores a new token that stays the same; answers it.</summary>
    internal async Task<string> AddAsync(string grantId, string clientId, TokenBinding boundTo, DateTimeOffset expiresAt, CancellationToken ct)
    {
        var token = StoredHash.NewSecret();
        await InsertAsync(new(grantId, clientId, boundTo, expiresAt), token, null, ct);
        return token;
    }

    /// <summary>Stores a new token that rotates; answers it.</summary>
    internal async Task<string> AddRotatingAsync(string grantId, string clientId, DateTimeOffset expiresAt, CancellationToken ct)
    {
        var token = RotatingToken.New();
        await InsertAsync(new(grantId, clientId, TokenBinding.Unbound, expiresAt), token.Handle, token.SecretHash, ct);
        return token.Text;
    }

    /// <summary>The token with its grant, where both are alive; null otherwise.</summary>
    internal Task<StoredRefreshToken?> FindAsync(string token, DateTimeOffset at, CancellationToken ct)
    {
        var rotating = RotatingToken.Parse(token);
        var (hash, now) = (StoredHash.Of(rotating?.Handle ?? token), at.ToUnixTimeSeconds());
        return database.ReadAsync(
            async connection =>
            {
                var row = await connection.QuerySingleOrDefaultAsync<Row>(FindSql, new { hash, now });
                return row is not null
                    && row.SecretHash is null == rotating is null
                    && TokenBinding.FromText(row.Binding) is { } binding
                    && await StoredGrants.FindAsync(connection, null, row.GrantId, now) is { } grant
                        ? new StoredRefreshToken(row.ClientId, binding, grant, rotating is not null, rotating is null || row.Knows(rotating, now))
                        : null;
            },
            ct);
    }

    /// <summary>
    /// Uses a token that rotates: answers the one to use from now on, or null for a secret that was spent. Then somebody else has
    /// the token, and the grant is ended.
    /// </summary>
    internal Task<string?> RotateAsync(string token, DateTimeOffset at, CancellationToken ct)
    {
        var presented = RotatingToken.Parse(token) ?? throw new ArgumentException("The token does not rotate.", nameof(token));
        var (next, now) = (presented.Next(), at.ToUnixTimeSeconds());
        var parameters = new
        {
            hash = StoredHash.Of(presented.Handle),
            presented = presented.SecretHash,
            next = next.SecretHash,
            successor = presented.Seal(next),
            now,
            graceStart = now - (long)Grace.TotalSeconds,
        };
        return database.WriteAsync(
            async (connection, transaction) => await connection.ExecuteAsync(RotateSql, parameters, transaction) == 1
                ? next.Text
                : await ReplayAsync(connection, transaction, presented, parameters.hash, now),
            ct);
    }

    private static async Task<string?> ReplayAsync(DbConnection connection, DbTransaction transaction, RotatingToken presented, byte[] hash, long now)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(FindSql, new { hash, now }, transaction);
        if (row is null)
        {
            return null;
        }

        if (row.Knows(presented, now))
        {
            return row.IsCurrent(presented) ? presented.Text : presented.Open(row.Successor!).Text;
        }

        await StoredGrants.RevokeAsync(connection, transaction, row.GrantId, now);
        return null;
    }

    private Task<int> InsertAsync(NewToken token, string handle, byte[]? secretHash, CancellationToken ct)
    {
        var parameters = new
        {
            hash = StoredHash.Of(handle),
            token.GrantId,
            token.ClientId,
            binding = token.Binding.ToText(),
            expires = token.ExpiresAt.ToUnixTimeSeconds(),
            secretHash,
        };
        return database.WriteAsync((connection, transaction) => connection.ExecuteAsync(InsertSql, parameters, transaction), ct);
    }

    private sealed record NewToken(string GrantId, string ClientId, TokenBinding Binding, DateTimeOffset ExpiresAt);

    private sealed class Row
    {
        public required string ClientId { get; init; }

        public required string Binding { get; init; }

        public required string GrantId { get; init; }

        public byte[]? SecretHash { get; init; }

        public byte[]? PreviousHash { get; init; }

        public long? RotatedAt { get; init; }

        public byte[]? Successor { get; init; }

        public bool IsCurrent(RotatingToken token) => token.SecretHash.AsSpan().SequenceEqual(SecretHash);

        /// <summary>True for the secret of now, and within the grace for the one before.</summary>
        public bool Knows(RotatingToken token, long now) =>
            IsCurrent(token) || (now < RotatedAt + (long)Grace.TotalSeconds && token.SecretHash.AsSpan().SequenceEqual(PreviousHash));
    }
}

/// <summary>A live refresh token: whose, bound to what, for which grant.</summary>
internal sealed class StoredRefreshToken(string clientId, TokenBinding binding, GrantRow grant, bool rotates, bool isUsable)
{
    public string ClientId { get; } = clientId;

    public TokenBinding Binding { get; } = binding;

    public GrantRow Grant { get; } = grant;

    /// <summary>True for a token that is replaced when it is used.</summary>
    public bool Rotates { get; } = rotates;

    /// <summary>False for one that was replaced, and whose grace is over.</summary>
    public bool IsUsable { get; } = isUsable;
}
