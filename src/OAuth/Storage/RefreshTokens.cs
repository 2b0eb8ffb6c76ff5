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

    internal static readonly Statement Insert = new("""
        INSERT INTO oauth_refresh_tokens (token_hash, grant_id, client_id, binding, expires_at, secret_hash)
        VALUES (@hash, @grantId, @clientId, @binding, @expires, @secretHash)
        """);

    private const string FindSecretsSql = """
        SELECT grant_id AS GrantId, secret_hash AS SecretHash, previous_hash AS PreviousHash, rotated_at AS RotatedAt, successor AS Successor
        FROM oauth_refresh_tokens WHERE token_hash = @hash AND expires_at > @now
        """;

    internal static readonly Statement Find = new("""
        SELECT t.client_id, t.binding, t.secret_hash, t.previous_hash, t.rotated_at, g.id, g.client_id, g.subject, g.instance_key, g.content
        FROM oauth_refresh_tokens t JOIN oauth_grants g ON g.id = t.grant_id
        WHERE t.token_hash = @hash AND t.expires_at > @now AND g.revoked_at IS NULL AND g.expires_at > @now
        """);

    // Of many uses at once this holds for one: the others find the secret changed. A secret younger than the grace stays, so
    // that the one before it is always the one whose answer may have got lost.
    private const string RotateSql = """
        UPDATE oauth_refresh_tokens
        SET previous_hash = secret_hash, secret_hash = @next, rotated_at = @now, successor = @successor
        WHERE token_hash = @hash AND secret_hash = @presented AND expires_at > @now AND (rotated_at IS NULL OR rotated_at <= @graceStart)
        """;

    /// <summary>Stores a new token inside a unit of work.</summary>
    internal static Task<int> AddAsync(DbConnection connection, DbTransaction transaction, NewRefreshToken token) =>
        connection.RunAsync(transaction, Insert, token.Hash, token.GrantId, token.ClientId, token.Binding, token.Expires, token.SecretHash).AsTask();

    /// <summary>The token with its grant, where both are alive; null otherwise.</summary>
    internal async Task<StoredRefreshToken?> FindAsync(string token, DateTimeOffset at, CancellationToken ct)
    {
        var rotating = RotatingToken.Parse(token);
        var (hash, now) = (StoredHash.Of(rotating?.Handle ?? token), at.ToUnixTimeSeconds());
        return await database.FindAsync(Find, TokenRow.Read, ct, hash, now) is { } row
            && row.SecretHash is null == rotating is null
            && TokenBinding.FromText(row.Binding) is { } binding
                ? new StoredRefreshToken(row.Holder, binding, row, rotating is not null, rotating is null || row.Secrets.Knows(rotating, now))
                : null;
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
        var row = await connection.QuerySingleOrDefaultAsync<SecretsRow>(FindSecretsSql, new { hash, now }, transaction);
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

    private sealed class TokenRow : GrantRow
    {
        public required string Holder { get; init; }

        public required string Binding { get; init; }

        public byte[]? SecretHash { get; init; }

        public byte[]? PreviousHash { get; init; }

        public long? RotatedAt { get; init; }

        public static TokenRow Read(Row row) => new()
        {
            Holder = row.Text(0),
            Binding = row.Text(1),
            SecretHash = row.BytesOrNull(2),
            PreviousHash = row.BytesOrNull(3),
            RotatedAt = row.NumberOrNull(4),
            Id = row.Text(5),
            ClientId = row.TextOrNull(6),
            Subject = row.Text(7),
            InstanceKey = row.TextOrNull(8),
            Content = row.Bytes(9),
        };

        public SecretsRow Secrets => new() { GrantId = Id, SecretHash = SecretHash, PreviousHash = PreviousHash, RotatedAt = RotatedAt };
    }

    private sealed class SecretsRow
    {
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

/// <summary>A refresh token to be stored: redacted.</summary>
internal sealed class NewRefreshToken
{
    private NewRefreshToken(string text, string handle, byte[]? secretHash) => (Text, Hash, SecretHash) = (text, StoredHash.Of(handle), secretHash);

    /// <summary>What the client gets.</summary>
    public string Text { get; }

    public byte[] Hash { get; }

    public byte[]? SecretHash { get; }

    public required string GrantId { get; init; }

    public required string ClientId { get; init; }

    public required string Binding { get; init; }

    public required long Expires { get; init; }

    public static NewRefreshToken Staying(string grantId, string clientId, TokenBinding boundTo, DateTimeOffset expiresAt)
    {
        var secret = StoredHash.NewSecret();
        return new(secret, secret, null) { GrantId = grantId, ClientId = clientId, Binding = boundTo.ToText(), Expires = expiresAt.ToUnixTimeSeconds() };
    }

    public static NewRefreshToken Rotating(string grantId, string clientId, DateTimeOffset expiresAt)
    {
        var token = RotatingToken.New();
        return new(token.Text, token.Handle, token.SecretHash)
        {
            GrantId = grantId,
            ClientId = clientId,
            Binding = TokenBinding.Unbound.ToText(),
            Expires = expiresAt.ToUnixTimeSeconds(),
        };
    }

    public override string ToString() => $"refresh token of {ClientId}";
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
