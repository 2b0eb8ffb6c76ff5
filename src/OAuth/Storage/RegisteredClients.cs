using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>
/// Clients that registered themselves. Every look-up reads the row's version by its primary key, so that a client that was
/// changed or removed is so at once on every node; what was parsed before serves as long as the version is the same.
/// </summary>
internal sealed class RegisteredClients(Database database, StoredGrants grants)
{
    /// <summary>How their ids begin. No file is asked for in the database, and no other id.</summary>
    public const string IdPrefix = "self-";

    private const int IdLength = 22;
    private const int MaxParsed = 10_000;

    private const string Columns = """
        client_id AS ClientId, version AS Version, registration AS Registration, token_hash AS TokenHash,
        permissions AS Permissions, scope AS Scope, created_at AS CreatedAt
        """;

    private const string VersionSql = "SELECT version FROM oauth_clients WHERE client_id = @clientId";

    private const string FindSql = $"SELECT {Columns} FROM oauth_clients WHERE client_id = @clientId";

    private const string InsertSql = """
        INSERT INTO oauth_clients (client_id, version, registration, token_hash, permissions, scope, created_at)
        VALUES (@ClientId, 1, @Registration, @TokenHash, @Permissions, @Scope, @CreatedAt)
        """;

    // The token of before is part of the condition: of two changes with one token, one is made.
    private const string ReplaceSql = """
        UPDATE oauth_clients SET registration = @registration, token_hash = @newHash, version = version + 1
        WHERE client_id = @clientId AND token_hash = @oldHash
        """;

    private const string RewriteSql = """
        UPDATE oauth_clients SET registration = @registration, version = version + 1 WHERE client_id = @clientId AND version = @version
        """;

    private const string DeleteSql = "DELETE FROM oauth_clients WHERE client_id = @clientId AND token_hash = @tokenHash";

    private const string RemoveSql = "DELETE FROM oauth_clients WHERE client_id = @clientId";

    private const string SpendSql = """
        UPDATE oauth_client_invitations SET uses_left = uses_left - 1 WHERE token_hash = @tokenHash AND uses_left > 0 AND expires_at > @now
        """;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly ConcurrentDictionary<string, (long Version, Client Client)> _parsed = new(StringComparer.Ordinal);

    // In exactly the form that is made here: anything else costs no look-up, and reaches no engine that may choke on it.
    public static bool IsOne(string clientId) =>
        clientId.Length == IdPrefix.Length + IdLength
        && clientId.StartsWith(IdPrefix, StringComparison.Ordinal)
        && clientId.AsSpan(IdPrefix.Length).IndexOfAnyExcept(IdCharacters) < 0;

    public static string NewId() => IdPrefix + StoredHash.NewSecret()[..IdLength];

    /// <summary>The client as it is registered now, or null.</summary>
    public async Task<Client?> FindAsync(string clientId, CancellationToken ct)
    {
        if (_parsed.TryGetValue(clientId, out var known))
        {
            var version = await database.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<long?>(VersionSql, new { clientId }), ct);
            if (version == known.Version)
            {
                return known.Client;
            }

            _parsed.TryRemove(clientId, out _);
        }

        return await FindRowAsync(clientId, ct) is { } row ? Keep(row) : null;
    }

    public Task<RegisteredClient?> FindRowAsync(string clientId, CancellationToken ct) =>
        database.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<RegisteredClient?>(FindSql, new { clientId }), ct);

    /// <summary>Spends one use of the invitation and adds the client, both or neither. False: the invitation is spent or over.</summary>
    public Task<bool> AddAsync(RegisteredClient client, byte[] invitationHash, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) =>
        {
            if (await connection.ExecuteAsync(SpendSql, new { tokenHash = invitationHash, now = client.CreatedAt }, transaction) == 0)
            {
                return false;
            }

            await connection.ExecuteAsync(InsertSql, client, transaction);
            return true;
        },
        ct);

    /// <summary>Puts other metadata and another token in the place of those of before. False: somebody else did, or the client is gone.</summary>
    public Task<bool> ReplaceAsync(string clientId, byte[] oldHash, string registration, byte[] newHash, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) => await connection.ExecuteAsync(ReplaceSql, new { clientId, oldHash, registration, newHash }, transaction) > 0, ct);

    /// <summary>Rewrites the metadata that had this version. False: they changed meanwhile.</summary>
    public Task<bool> RewriteAsync(string clientId, long version, string registration, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) => await connection.ExecuteAsync(RewriteSql, new { clientId, version, registration }, transaction) > 0, ct);

    /// <summary>Removes the client, with everything that was granted to it. With a token, only the client that has it.</summary>
    public Task<bool> RemoveAsync(string clientId, byte[]? tokenHash, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) =>
        {
            if (await connection.ExecuteAsync(tokenHash is null ? RemoveSql : DeleteSql, new { clientId, tokenHash }, transaction) == 0)
            {
                return false;
            }

            await grants.RevokeOfRegisteredClientAsync(connection, transaction, clientId);
            return true;
        },
        ct);

    private Client? Keep(RegisteredClient row)
    {
        if (row.Read() is not { } client)
        {
            return null;
        }

        if (_parsed.Count >= MaxParsed)
        {
            _parsed.Clear();
        }

        _parsed[row.ClientId] = (row.Version, client);
        return client;
    }
}

/// <summary>A client as the database has it.</summary>
internal sealed class RegisteredClient
{
    public required string ClientId { get; init; }

    public long Version { get; init; }

    /// <summary>The metadata, in the form of a client's file.</summary>
    public required string Registration { get; init; }

    /// <summary>The hash of the registration access token.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>What its invitation let it loosen.</summary>
    public required string Permissions { get; init; }

    /// <summary>The scopes that its invitation has.</summary>
    public required string Scope { get; init; }

    public required long CreatedAt { get; init; }

    public JsonElement Metadata() => StrictJson.ParseObject(Encoding.UTF8.GetBytes(Registration)).OrThrow().Element;

    /// <summary>The client; null where this version of the server does not accept its metadata any more.</summary>
    public Client? Read() => ClientRegistration.Parse(Metadata()).Refused(out _, out var client) ? null : client;

    public override string ToString() => ClientId;
}
