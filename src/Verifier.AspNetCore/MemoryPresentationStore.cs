using System.Collections.Concurrent;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>Keeps presentations in the memory of this process, and no more of them than a bound: nothing is written anywhere.</summary>
/// <param name="maxEntries">How many values may be kept at once.</param>
public sealed class MemoryPresentationStore(int maxEntries) : IPresentationStore
{
    // What is over is forgotten while others come, not when the memory is full.
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _sweepAt;

    /// <inheritdoc/>
    public ValueTask<bool> PutAsync(string key, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, DateTimeOffset now, CancellationToken ct)
    {
        Sweep(now);
        if (_entries.Count >= maxEntries && !_entries.ContainsKey(key))
        {
            return ValueTask.FromResult(false);
        }

        _entries[key] = new Entry(value.ToArray(), expiresAt);
        return ValueTask.FromResult(true);
    }

    /// <inheritdoc/>
    public ValueTask<byte[]?> FindAsync(string key, DateTimeOffset now, CancellationToken ct) =>
        ValueTask.FromResult(_entries.TryGetValue(key, out var entry) ? entry.ValueAt(now) : null);

    /// <inheritdoc/>
    public ValueTask<byte[]?> TakeAsync(string key, DateTimeOffset now, CancellationToken ct) =>
        ValueTask.FromResult(_entries.TryRemove(key, out var entry) ? entry.ValueAt(now) : null);

    private void Sweep(DateTimeOffset now)
    {
        var due = Volatile.Read(ref _sweepAt);
        if (now.UtcTicks < due || Interlocked.CompareExchange(ref _sweepAt, (now + SweepEvery).UtcTicks, due) != due)
        {
            return;
        }

        foreach (var entry in _entries)
        {
            if (entry.Value.ValueAt(now) is null)
            {
                _entries.TryRemove(entry);
            }
        }
    }

    private sealed class Entry(byte[] value, DateTimeOffset expiresAt)
    {
        public byte[]? ValueAt(DateTimeOffset now) => now < expiresAt ? value : null;
    }
}
