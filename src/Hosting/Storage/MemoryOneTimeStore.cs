using System.Security.Cryptography;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>One-time state in memory, for one node. Bounded: a full store refuses, because forgetting a replay guard would accept a replay.</summary>
public sealed class MemoryOneTimeStore(TimeProvider time, int capacity = 250_000) : OneTimeStore
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    // A store that stays full must not walk through all its entries at every call.
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(Slot Slot, string Kind, string Key), Entry> _entries = [];
    private readonly string _epoch = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(9));
    private DateTimeOffset _nextSweep = time.GetUtcNow() + SweepInterval;

    private enum Slot
    {
        Value,
        Guard,
        Counter,
    }

    public override Task PutAsync(string kind, string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken ct)
    {
        lock (_lock)
        {
            Keep((Slot.Value, kind, key), new Entry(value.ToArray(), 0, time.GetUtcNow() + lifetime));
        }

        return Task.CompletedTask;
    }

    public override Task<byte[]?> FindAsync(string kind, string key, CancellationToken ct)
    {
        lock (_lock)
        {
            return Task.FromResult(Live((Slot.Value, kind, key))?.Value);
        }
    }

    public override Task<byte[]?> TakeAsync(string kind, string key, CancellationToken ct)
    {
        lock (_lock)
        {
            var value = Live((Slot.Value, kind, key))?.Value;
            _entries.Remove((Slot.Value, kind, key));
            return Task.FromResult(value);
        }
    }

    public override Task<bool> TryAddAsync(string kind, string key, TimeSpan lifetime, CancellationToken ct)
    {
        lock (_lock)
        {
            if (Live((Slot.Guard, kind, key)) is not null)
            {
                return Task.FromResult(false);
            }

            Keep((Slot.Guard, kind, key), new Entry([], 0, time.GetUtcNow() + lifetime));
            return Task.FromResult(true);
        }
    }

    public override Task<long> CountAsync(string kind, string key, TimeSpan lifetime, CancellationToken ct)
    {
        lock (_lock)
        {
            var before = Live((Slot.Counter, kind, key));
            var count = (before?.Count ?? 0) + 1;
            Keep((Slot.Counter, kind, key), new Entry([], count, before?.ExpiresAt ?? time.GetUtcNow() + lifetime));
            return Task.FromResult(count);
        }
    }

    public override Task<string> EpochAsync(CancellationToken ct) => Task.FromResult(_epoch);

    private Entry? Live((Slot, string, string) id) =>
        _entries.TryGetValue(id, out var entry) && entry.ExpiresAt > time.GetUtcNow() ? entry : null;

    private void Keep((Slot, string, string) id, Entry entry)
    {
        var now = time.GetUtcNow();
        if (now >= _nextSweep || (_entries.Count >= capacity && now >= _nextSweep - SweepInterval + ShortestInterval))
        {
            Sweep();
        }

        if (_entries.Count >= capacity && !_entries.ContainsKey(id))
        {
            throw new OneTimeStoreFullException($"The one-time store holds its {capacity} entries; give several nodes or heavy use a shared store (SharedState:Engine).");
        }

        _entries[id] = entry;
    }

    private void Sweep()
    {
        var now = time.GetUtcNow();
        foreach (var (id, entry) in _entries)
        {
            if (entry.ExpiresAt <= now)
            {
                _entries.Remove(id);
            }
        }

        _nextSweep = now + SweepInterval;
    }

    private sealed class Entry(byte[] value, long count, DateTimeOffset expiresAt)
    {
        public byte[] Value { get; } = value;

        public long Count { get; } = count;

        public DateTimeOffset ExpiresAt { get; } = expiresAt;
    }
}

/// <summary>A bounded store is full of entries that have not expired.</summary>
public sealed class OneTimeStoreFullException : Exception
{
    public OneTimeStoreFullException()
    {
    }

    public OneTimeStoreFullException(string message)
        : base(message)
    {
    }

    public OneTimeStoreFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
