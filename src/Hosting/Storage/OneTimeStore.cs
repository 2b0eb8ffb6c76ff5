using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>
/// Short-lived state that is used once: pushed requests, passkey ceremonies, nonces, replay guards, counters of guesses.
/// What has expired is never returned, swept or not. Entries, guards and counters of equal names do not meet.
/// </summary>
public abstract class OneTimeStore
{
    /// <summary>Stores a value, over an older one of the same key.</summary>
    public abstract Task PutAsync(string kind, string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken ct);

    /// <summary>Reads a value and leaves it.</summary>
    public abstract Task<byte[]?> FindAsync(string kind, string key, CancellationToken ct);

    /// <summary>Reads and deletes in one atomic step: of many callers one gets the value.</summary>
    public abstract Task<byte[]?> TakeAsync(string kind, string key, CancellationToken ct);

    /// <summary>The replay guard: true once per key and lifetime.</summary>
    public abstract Task<bool> TryAddAsync(string kind, string key, TimeSpan lifetime, CancellationToken ct);

    /// <summary>Counts one more and gives the new count; the lifetime runs from the first.</summary>
    public abstract Task<long> CountAsync(string kind, string key, TimeSpan lifetime, CancellationToken ct);

    /// <summary>
    /// Names the memory of this store: it changes when that memory may have been lost or rolled back. A nonce that carries
    /// an older epoch is refused, because its use may have been forgotten.
    /// </summary>
    public abstract Task<string> EpochAsync(CancellationToken ct);

    // Keys are bearer secrets (request URIs, ceremony ids): a shared store sees their hash.
    private protected static string Hash(string kind, string key) =>
        Base64UrlText.Encode(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\0{key}")));
}
