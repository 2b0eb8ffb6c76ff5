namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>
/// Where open requests and their answers are kept, for the few minutes that a presentation takes: in memory by default
/// (<see cref="MemoryPresentationStore"/>), in a store that several nodes share where each of them has to serve every call. Keys and values are opaque: each
/// value is encrypted under a key that its store is not given, so that who reads the store learns nothing about requests, answers or persons.
/// </summary>
public interface IPresentationStore
{
    /// <summary>Keeps a value until its time is over, in the place of an older one under the same key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="expiresAt">From when on it is not found any more.</param>
    /// <param name="now">Now.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>False when too much is kept; an older value under the same key makes room for its successor always.</returns>
    ValueTask<bool> PutAsync(string key, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, DateTimeOffset now, CancellationToken ct);

    /// <summary>Reads a value and leaves it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="now">Now.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The value, or null when there is none or its time is over.</returns>
    ValueTask<byte[]?> FindAsync(string key, DateTimeOffset now, CancellationToken ct);

    /// <summary>Reads and removes a value in one atomic step: of all callers at the same time, on all nodes, one gets it. What is answered once depends on this.</summary>
    /// <param name="key">The key.</param>
    /// <param name="now">Now.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The value, or null when there is none, its time is over or another caller took it.</returns>
    ValueTask<byte[]?> TakeAsync(string key, DateTimeOffset now, CancellationToken ct);
}
