using System.Data.Common;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>
/// Authorization codes: 60 seconds, spent by one statement, and a second try ends what the first gave (RFC 6749 §4.1.2). A code
/// stands in the row of its grant, begins with the grant's id, and is known by its hash.
/// </summary>
public sealed class AuthorizationCodes(Database database)
{
    // The column is never null; a challenge is never empty.
    internal const string NoChallenge = "";

    internal static readonly Statement Insert = new("""
        INSERT INTO oauth_grants (id, client_id, subject, instance_key, content, created_at, expires_at, ends_with,
            code_hash, redirect_uri, code_challenge, code_dpop_key, code_expires_at)
        VALUES (@id, @clientId, @subject, @instanceKey, @content, @now, @expires, @endsWith, @hash, @redirectUri, @challenge, @dpopKey, @codeExpires)
        """);

    internal static readonly Statement Find = new("""
        SELECT subject, instance_key, content, redirect_uri, code_challenge, code_dpop_key FROM oauth_grants
        WHERE id = @id AND code_hash = @hash AND client_id = @clientId AND redeemed_at IS NULL AND code_expires_at > @now
            AND revoked_at IS NULL AND expires_at > @now
        """);

    // A grant may have been revoked since the code was made: erasure, sign-out. What a spent code was bound to is of no use any more.
    internal static readonly Statement Spend = new("""
        UPDATE oauth_grants SET redeemed_at = @now, redirect_uri = NULL, code_challenge = NULL, code_dpop_key = NULL
        WHERE id = @id AND code_hash = @hash AND client_id = @clientId AND redeemed_at IS NULL AND code_expires_at > @now
            AND revoked_at IS NULL AND expires_at > @now
        """);

    internal static readonly Statement FindReplayed =
        new("SELECT id FROM oauth_grants WHERE id = @id AND code_hash = @hash AND client_id = @clientId AND redeemed_at IS NOT NULL");

    /// <summary>Stores a grant and a code for it in one unit of work; answers the code.</summary>
    internal async Task<string> AddAsync(NewCode code, DateTimeOffset now, CancellationToken ct)
    {
        var (grant, secret) = (code.Grant, code.Grant.Id + StoredHash.NewSecret());
        var hash = StoredHash.Of(secret);
        await database.WriteAsync(
            async (connection, transaction) => await connection.RunAsync(
                transaction, Insert, grant.Id, grant.ClientId, grant.Subject, grant.InstanceKey, grant.Content, now.ToUnixTimeSeconds(),
                code.GrantExpiresAt.ToUnixTimeSeconds(), grant.EndsWith, hash, code.Binding.RedirectUri, code.Binding.CodeChallenge ?? NoChallenge,
                code.Binding.DpopThumbprint, code.ExpiresAt.ToUnixTimeSeconds()),
            ct);
        return secret;
    }

    /// <summary>A code that this client could spend now, with its grant; null otherwise. Only <see cref="SpendAsync(CodeKey, CancellationToken)"/> decides.</summary>
    internal ValueTask<FoundCode?> FindAsync(CodeKey key, CancellationToken ct) => database.FindAsync(
        Find,
        row => new FoundCode
        {
            Id = key.GrantId,
            ClientId = key.ClientId,
            Subject = row.Text(0),
            InstanceKey = row.TextOrNull(1),
            Content = row.Bytes(2),
            RedirectUri = row.Text(3),
            CodeChallenge = row.Text(4),
            DpopThumbprint = row.TextOrNull(5),
        },
        ct, key.GrantId, key.Hash, key.ClientId, key.Now);

    /// <summary>Spends a code. Another client's try changes nothing.</summary>
    internal Task<CodeSpending> SpendAsync(CodeKey key, CancellationToken ct) =>
        database.WriteAsync((connection, transaction) => SpendAsync(connection, transaction, key), ct);

    /// <summary>The same inside a unit of work.</summary>
    internal static async Task<CodeSpending> SpendAsync(DbConnection connection, DbTransaction transaction, CodeKey key)
    {
        if (await connection.RunAsync(transaction, Spend, key.Now, key.GrantId, key.Hash, key.ClientId) == 1)
        {
            return CodeSpending.Done;
        }

        if (await connection.FindAsync(transaction, FindReplayed, row => row.Text(0), key.GrantId, key.Hash, key.ClientId) is not { } replayed)
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
    /// <summary>The grant that the code begins with; of anything else a name that no grant has.</summary>
    public string GrantId { get; } = StoredHash.NameIn(code);

    public byte[] Hash { get; } = StoredHash.Of(code);

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
    /// <summary>The one answer of success: it holds nothing.</summary>
    public static readonly CodeSpending Done = new Spent();

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
