using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>What a person or a desk granted to a client. All tokens hang on it: revoking it ends them.</summary>
public sealed class StoredGrants(Database database, PersonKeys keys, TimeProvider time)
{
    // Grants lie under the key of their person: erasing the person makes them unreadable, in backups too.
    private const string Purpose = "oauth-grant";

    internal static readonly Statement Insert = new("""
        INSERT INTO oauth_grants (id, client_id, subject, instance_key, content, created_at, expires_at, ends_with)
        VALUES (@id, @clientId, @subject, @instanceKey, @content, @now, @expires, @endsWith)
        """);

    internal static readonly Statement Find =
        new("SELECT client_id, subject, instance_key, content FROM oauth_grants WHERE id = @grantId AND revoked_at IS NULL AND expires_at > @now");

    // Who acts beside the owner: of their grants it is asked alone whether they still stand.
    internal static readonly Statement FindOwner = new("SELECT subject FROM oauth_grants WHERE id = @grantId AND revoked_at IS NULL AND expires_at > @now");

    // What is revoked expires now at the latest, so that the sweep finds it by the index that it has.
    private const string Ended = "revoked_at = @now, expires_at = CASE WHEN expires_at < @now THEN expires_at ELSE @now END";

    private const string RevokeSql = $"UPDATE oauth_grants SET {Ended} WHERE id = @grantId AND revoked_at IS NULL";

    private const string RevokeOfSubjectSql = $"""
        UPDATE oauth_grants SET {Ended}
        WHERE subject = @subject AND (CAST(@clientId AS TEXT) IS NULL OR client_id = @clientId) AND revoked_at IS NULL
        """;

    private const string RevokeEndingWithSql = $"""
        UPDATE oauth_grants SET {Ended} WHERE subject = @subject AND ends_with = @endsWith AND revoked_at IS NULL
        """;

    // The pattern is what lets the engines use the index of these clients' grants.
    private const string RevokeOfRegisteredClientSql = """
        UPDATE oauth_grants SET revoked_at = @now WHERE client_id = @clientId AND client_id LIKE 'self-%' AND revoked_at IS NULL
        """;

    /// <summary>The grant, or null when it is unknown, expired, revoked, or its person was erased.</summary>
    public async Task<Grant?> FindAsync(string grantId, CancellationToken ct)
    {
        var row = await FindRowAsync(grantId, ct);
        using var opened = row is null ? null : await OpenAsync(row, ct);
        return opened?.Grant;
    }

    /// <summary>Ends the grant and every token of it.</summary>
    public Task RevokeAsync(string grantId, CancellationToken ct) =>
        database.WriteAsync((connection, transaction) => RevokeAsync(connection, transaction, grantId, Now()), ct);

    /// <summary>Ends all grants of a person, or those to one client.</summary>
    public Task RevokeOfSubjectAsync(string subject, string? clientId, CancellationToken ct)
    {
        var now = Now();
        return database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(RevokeOfSubjectSql, new { subject, clientId, now }, transaction), ct);
    }

    /// <summary>Ends, inside a unit of work of the main database, the grants of a person that go with what they were given in.</summary>
    public Task RevokeEndingWithAsync(DbConnection connection, DbTransaction transaction, string subject, string endsWith)
    {
        var now = Now();
        return connection.ExecuteAsync(RevokeEndingWithSql, new { subject, endsWith, now }, transaction);
    }

    /// <summary>What the guard read for this token a moment ago, decrypted, with the key of its person; null when the person was erased.</summary>
    public async Task<OpenedGrant?> OpenAsync(AccessToken token, CancellationToken ct) => await OpenAsync(token.Grant, ct);

    /// <summary>A live grant, or null: the one look-up that the guard makes for an access token.</summary>
    internal ValueTask<GrantRow?> FindRowAsync(string grantId, CancellationToken ct) => database.FindAsync(Find, row => GrantRow.Read(grantId, row), ct, grantId, Now());

    /// <summary>The subject of a live grant, or null.</summary>
    internal ValueTask<string?> OwnerAsync(string grantId, CancellationToken ct) => database.FindAsync(FindOwner, row => row.Text(0), ct, grantId, Now());

    /// <summary>A new grant, encrypted and not stored yet: under the person's key where the caller holds it already, else it is looked up.</summary>
    internal async Task<GrantRow> CloseAsync(
        string subject, string? clientId, string? instanceKey, GrantContent content, CancellationToken ct, string? endsWith = null, PersonKey? key = null)
    {
        return new()
        {
            Id = StoredHash.NewOrderedName(time.GetUtcNow()),
            ClientId = clientId,
            Subject = subject,
            InstanceKey = instanceKey,
            Content = key?.Protect(Purpose, content.ToJson()) ?? await keys.ProtectAsync(subject, Purpose, content.ToJson(), ct),
            EndsWith = endsWith,
        };
    }

    /// <summary>Decrypts; null when the person was erased.</summary>
    internal async Task<OpenedGrant?> OpenAsync(GrantRow row, CancellationToken ct)
    {
        if (await keys.FindAsync(row.Subject, ct) is not { } key)
        {
            return null;
        }

        var grant = new Grant
        {
            Id = row.Id,
            ClientId = row.ClientId,
            Subject = row.Subject,
            InstanceThumbprint = row.InstanceKey,
            Content = GrantContent.FromJson(key.Unprotect(Purpose, row.Content)),
        };
        return new(grant, key);
    }

    internal static ValueTask<int> AddAsync(DbConnection connection, DbTransaction transaction, GrantRow grant, long now, long expires) =>
        connection.RunAsync(transaction, Insert, grant.Id, grant.ClientId, grant.Subject, grant.InstanceKey, grant.Content, now, expires, grant.EndsWith);

    internal static ValueTask<GrantRow?> FindAsync(DbConnection connection, DbTransaction transaction, string grantId, long now) =>
        connection.FindAsync(transaction, Find, row => GrantRow.Read(grantId, row), grantId, now);

    /// <summary>Ends all grants to a client that registered itself, inside the unit of work that removes it.</summary>
    internal Task<int> RevokeOfRegisteredClientAsync(DbConnection connection, DbTransaction transaction, string clientId)
    {
        var now = Now();
        return connection.ExecuteAsync(RevokeOfRegisteredClientSql, new { clientId, now }, transaction);
    }

    internal static Task<int> RevokeAsync(DbConnection connection, DbTransaction transaction, string grantId, long now) =>
        connection.ExecuteAsync(RevokeSql, new { grantId, now }, transaction);

    private long Now() => time.GetUtcNow().ToUnixTimeSeconds();
}

/// <summary>A live grant with its content decrypted. Personal: redacted.</summary>
public sealed class Grant
{
    public required string Id { get; init; }

    /// <summary>Null only for a pre-authorised code that any wallet may redeem and that was not redeemed yet.</summary>
    public required string? ClientId { get; init; }

    public required string Subject { get; init; }

    public required GrantContent Content { get; init; }

    /// <summary>The wallet instance that it stays with, or null.</summary>
    internal string? InstanceThumbprint { get; init; }

    public override string ToString() => $"grant {Id}";
}

/// <summary>A grant, and the key of its person for what else is theirs. Disposing zeroes the key.</summary>
public sealed class OpenedGrant : IDisposable
{
    internal OpenedGrant(Grant grant, PersonKey key) => (Grant, Key) = (grant, key);

    public Grant Grant { get; }

    public PersonKey Key { get; }

    public void Dispose() => Key.Dispose();

    public override string ToString() => Grant.ToString();
}

/// <summary>A grant as the database has it; with columns of what leads to it, where it is read with that.</summary>
internal class GrantRow
{
    public required string Id { get; init; }

    public string? ClientId { get; init; }

    public required string Subject { get; init; }

    public string? InstanceKey { get; init; }

    public required byte[] Content { get; init; }

    public string? EndsWith { get; init; }

    /// <summary>Reads client, subject, instance and content.</summary>
    public static GrantRow Read(string id, Row row) =>
        new() { Id = id, ClientId = row.TextOrNull(0), Subject = row.Text(1), InstanceKey = row.TextOrNull(2), Content = row.Bytes(3) };
}
