using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Verifier.AspNetCore;

namespace IdentityPlatform.Issuer.Events;

/// <summary>Presentations in the state that all nodes share: a wallet may fetch the request from one node and answer to another.</summary>
public sealed class SharedPresentations(OneTimeStore store) : IPresentationStore
{
    private const string Kind = "presentation";

    /// <inheritdoc/>
    public async ValueTask<bool> PutAsync(string key, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, DateTimeOffset now, CancellationToken ct)
    {
        await store.PutAsync(Kind, key, value, expiresAt - now, ct);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]?> FindAsync(string key, DateTimeOffset now, CancellationToken ct) => await store.FindAsync(Kind, key, ct);

    /// <inheritdoc/>
    public async ValueTask<byte[]?> TakeAsync(string key, DateTimeOffset now, CancellationToken ct) => await store.TakeAsync(Kind, key, ct);
}
