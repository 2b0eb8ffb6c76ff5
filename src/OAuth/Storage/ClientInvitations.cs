using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>Initial access tokens (RFC 7591 §3): an operator's leave to register a number of clients. Stored as their hash.</summary>
internal sealed class ClientInvitations(Database database, TimeProvider time)
{
    private const string InsertSql = """
        INSERT INTO oauth_client_invitations (token_hash, uses_left, permissions, scope, expires_at) VALUES (@hash, @uses, @allowed, @scope, @expires)
        """;

    private const string FindSql = """
        SELECT permissions AS Permissions, scope AS Scope FROM oauth_client_invitations WHERE token_hash = @hash AND uses_left > 0 AND expires_at > @now
        """;

    /// <summary>A new invitation; answers its token.</summary>
    public async Task<string> AddAsync(int uses, TimeSpan lifetime, RegistrationPermissions permissions, string scope, CancellationToken ct)
    {
        var token = StoredHash.NewSecret();
        var (hash, allowed, expires) = (StoredHash.Of(token), RegistrationPermissionNames.Of(permissions), (time.GetUtcNow() + lifetime).ToUnixTimeSeconds());
        await database.WriteAsync((connection, transaction) => connection.ExecuteAsync(InsertSql, new { hash, uses, allowed, scope, expires }, transaction), ct);
        return token;
    }

    /// <summary>What the invitation allows, while it is good for another client; null otherwise.</summary>
    public Task<ClientInvitation?> FindAsync(string token, CancellationToken ct)
    {
        var (hash, now) = (StoredHash.Of(token), time.GetUtcNow().ToUnixTimeSeconds());
        return database.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<ClientInvitation?>(FindSql, new { hash, now }), ct);
    }
}

/// <summary>What an invitation allows.</summary>
internal sealed class ClientInvitation
{
    public required string Permissions { get; init; }

    public required string Scope { get; init; }
}
