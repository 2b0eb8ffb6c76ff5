namespace IdentityPlatform.OAuth.Storage;

/// <summary>Grants under the key of their person: erasing the person makes them unreadable, in backups too.</summary>
internal sealed class PersonKeyGrantProtection(Hosting.PersonKeys.PersonKeys keys) : IGrantProtection
{
    private const string Purpose = "oauth-grant";

    public Task<byte[]> ProtectAsync(string subject, ReadOnlyMemory<byte> content, CancellationToken ct) =>
        keys.ProtectAsync(subject, Purpose, content, ct);

    public Task<byte[]?> UnprotectAsync(string subject, ReadOnlyMemory<byte> content, CancellationToken ct) =>
        keys.UnprotectAsync(subject, Purpose, content, ct);
}
