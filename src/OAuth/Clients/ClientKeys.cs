using System.Diagnostics.CodeAnalysis;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>The keys that a client registered.</summary>
[SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "Keys may also lie at an address, which is read through an instance.")]
internal sealed class ClientKeys
{
    /// <summary>The keys that may have signed what names this <c>kid</c>; all keys where it names none. Empty: the client has no such key.</summary>
    public ValueTask<IReadOnlyList<VerificationKey>> CandidatesAsync(Client client, string? keyId, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new([.. client.Keys.Where(key => keyId is null || key.Jwk.KeyId is null || key.Jwk.KeyId == keyId)]);
    }
}
