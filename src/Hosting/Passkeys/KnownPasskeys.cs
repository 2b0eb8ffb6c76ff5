using IdentityPlatform.Formats;
using Microsoft.AspNetCore.Identity;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>An account as the framework's handler sees it: its user handle, and nothing else.</summary>
internal sealed class PasskeyAccount(string handle)
{
    public string Handle { get; } = handle;

    public override string ToString() => nameof(PasskeyAccount);
}

/// <summary>
/// The store behind the framework's handler: the passkeys that one ceremony concerns, read before it. The handler never
/// touches the database, so a broken one cannot be mistaken for a bad credential.
/// </summary>
internal sealed class KnownPasskeys(IReadOnlyList<Passkey> passkeys) : IUserPasskeyStore<PasskeyAccount>
{
    public Task<string> GetUserIdAsync(PasskeyAccount user, CancellationToken cancellationToken) => Task.FromResult(user.Handle);

    public Task<string?> GetUserNameAsync(PasskeyAccount user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Handle);

    public Task<PasskeyAccount?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Task.FromResult(passkeys.Any(passkey => passkey.UserHandle == userId) ? new PasskeyAccount(userId) : null);

    public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(PasskeyAccount user, CancellationToken cancellationToken) =>
        Task.FromResult<IList<UserPasskeyInfo>>([.. passkeys.Where(passkey => passkey.UserHandle == user.Handle).Select(ToInfo)]);

    public Task<PasskeyAccount?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult(Find(credentialId) is { } passkey ? new PasskeyAccount(passkey.UserHandle) : null);

    public Task<UserPasskeyInfo?> FindPasskeyAsync(PasskeyAccount user, byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult(Find(credentialId) is { } passkey && passkey.UserHandle == user.Handle ? ToInfo(passkey) : null);

    public void Dispose()
    {
    }

    Task IUserPasskeyStore<PasskeyAccount>.AddOrUpdatePasskeyAsync(PasskeyAccount user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw ReadOnly();

    Task IUserPasskeyStore<PasskeyAccount>.RemovePasskeyAsync(PasskeyAccount user, byte[] credentialId, CancellationToken cancellationToken) => throw ReadOnly();

    Task IUserStore<PasskeyAccount>.SetUserNameAsync(PasskeyAccount user, string? userName, CancellationToken cancellationToken) => throw ReadOnly();

    Task<string?> IUserStore<PasskeyAccount>.GetNormalizedUserNameAsync(PasskeyAccount user, CancellationToken cancellationToken) => throw ReadOnly();

    Task IUserStore<PasskeyAccount>.SetNormalizedUserNameAsync(PasskeyAccount user, string? normalizedName, CancellationToken cancellationToken) => throw ReadOnly();

    Task<IdentityResult> IUserStore<PasskeyAccount>.CreateAsync(PasskeyAccount user, CancellationToken cancellationToken) => throw ReadOnly();

    Task<IdentityResult> IUserStore<PasskeyAccount>.UpdateAsync(PasskeyAccount user, CancellationToken cancellationToken) => throw ReadOnly();

    Task<IdentityResult> IUserStore<PasskeyAccount>.DeleteAsync(PasskeyAccount user, CancellationToken cancellationToken) => throw ReadOnly();

    Task<PasskeyAccount?> IUserStore<PasskeyAccount>.FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => throw ReadOnly();

    private Passkey? Find(byte[] credentialId)
    {
        var id = Base64UrlText.Encode(credentialId);
        return passkeys.FirstOrDefault(passkey => passkey.CredentialId == id);
    }

    // The counter is not shown: the handler would compare and let go, PasskeyStore.UseAsync compares and stores in one step.
    private static UserPasskeyInfo ToInfo(Passkey passkey)
    {
        Base64UrlText.TryDecode(passkey.CredentialId, out var id);
        return new(
            id!, passkey.PublicKey, passkey.CreatedAt, signCount: 0, [.. passkey.Transports], isUserVerified: true,
            passkey.BackupEligible, passkey.BackedUp, attestationObject: [], clientDataJson: []);
    }

    private static NotSupportedException ReadOnly() => new("A ceremony only reads passkeys.");
}
