namespace IdentityPlatform.OAuth;

/// <summary>Encrypts what a grant holds about a person. By default under the person's key; a host that has none for a subject brings another.</summary>
public interface IGrantProtection
{
    Task<byte[]> ProtectAsync(string subject, ReadOnlyMemory<byte> content, CancellationToken ct);

    /// <summary>Null when the person was erased: the grant is dead.</summary>
    Task<byte[]?> UnprotectAsync(string subject, ReadOnlyMemory<byte> content, CancellationToken ct);
}
