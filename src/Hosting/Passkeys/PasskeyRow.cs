namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>A row of the table <c>passkeys</c>, the same on both engines.</summary>
internal sealed class PasskeyRow
{
    public required string CredentialId { get; init; }

    public required string UserId { get; init; }

    public required string UserHandle { get; init; }

    public required byte[] PublicKey { get; init; }

    public required long SignCount { get; init; }

    public required string Aaguid { get; init; }

    public required string Transports { get; init; }

    public required long BackupEligible { get; init; }

    public required long BackedUp { get; init; }

    public required long CreatedAt { get; init; }

    public required long? LastUsedAt { get; init; }

    public static PasskeyRow Of(Passkey passkey) => new()
    {
        CredentialId = passkey.CredentialId,
        UserId = passkey.UserId,
        UserHandle = passkey.UserHandle,
        PublicKey = passkey.PublicKey,
        SignCount = passkey.SignCount,
        Aaguid = passkey.Aaguid.ToString("D"),
        Transports = string.Join(' ', passkey.Transports),
        BackupEligible = passkey.BackupEligible ? 1 : 0,
        BackedUp = passkey.BackedUp ? 1 : 0,
        CreatedAt = passkey.CreatedAt.ToUnixTimeSeconds(),
        LastUsedAt = passkey.LastUsedAt?.ToUnixTimeSeconds(),
    };

    public Passkey ToPasskey() => new()
    {
        CredentialId = CredentialId,
        UserId = UserId,
        UserHandle = UserHandle,
        PublicKey = PublicKey,
        SignCount = SignCount,
        Aaguid = Guid.ParseExact(Aaguid, "D"),
        Transports = Transports.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        BackupEligible = BackupEligible != 0,
        BackedUp = BackedUp != 0,
        CreatedAt = DateTimeOffset.FromUnixTimeSeconds(CreatedAt),
        LastUsedAt = LastUsedAt is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null,
    };

    /// <summary>Redacted, as <see cref="Passkey"/> is.</summary>
    public override string ToString() => nameof(PasskeyRow);
}
