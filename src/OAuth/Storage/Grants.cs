using System.Text.Json;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>What a person or a desk granted to a client. All tokens hang on it: revoking it ends them.</summary>
public sealed class Grants
{
    /// <summary>The grant, or null when it is unknown, expired, revoked, or its person was erased.</summary>
    public Task<Grant?> FindAsync(string grantId, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Ends the grant and every token of it.</summary>
    public Task RevokeAsync(string grantId, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Ends all grants of a person, or those to one client.</summary>
    public Task RevokeOfSubjectAsync(string subject, string? clientId, CancellationToken ct) => throw new NotImplementedException();
}

/// <summary>A live grant with its content decrypted. Personal: redacted.</summary>
public sealed class Grant
{
    public required string Id { get; init; }

    /// <summary>Null only for a pre-authorised code that any wallet may redeem and that was not redeemed yet.</summary>
    public required string? ClientId { get; init; }

    public required string Subject { get; init; }

    public required GrantContent Content { get; init; }

    public override string ToString() => $"grant {Id}";
}

/// <summary>The encrypted part of a grant.</summary>
public sealed class GrantContent
{
    public required IReadOnlyList<string> Scopes { get; init; }

    public string? Nonce { get; init; }

    public long? AuthTime { get; init; }

    public string? Acr { get; init; }

    public IReadOnlyList<string> Amr { get; init; } = [];

    public string? SessionId { get; init; }

    public JsonElement? Extra { get; init; }

    public override string ToString() => "grant content";
}
