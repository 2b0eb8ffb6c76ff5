namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>A passkey of an account, as stored.</summary>
public sealed class Passkey
{
    /// <summary>As base64url.</summary>
    public required string CredentialId { get; init; }

    public required string UserId { get; init; }

    /// <summary>What authenticators know the account by: random, so that it tells nothing and can be thrown away (WebAuthn §14.6.1).</summary>
    public required string UserHandle { get; init; }

    /// <summary>The COSE key (RFC 9052 §7) as the authenticator gave it.</summary>
    public required byte[] PublicKey { get; init; }

    public required long SignCount { get; init; }

    /// <summary>The model of the authenticator; all zero where it does not tell.</summary>
    public required Guid Aaguid { get; init; }

    public required IReadOnlyList<string> Transports { get; init; }

    /// <summary>The passkey may be synchronised between devices.</summary>
    public required bool BackupEligible { get; init; }

    /// <summary>The passkey was synchronised when it was last used.</summary>
    public required bool BackedUp { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Redacted: the id of a credential follows a person through services.</summary>
    public override string ToString() => $"passkey of {CreatedAt:yyyy-MM-dd}";
}
