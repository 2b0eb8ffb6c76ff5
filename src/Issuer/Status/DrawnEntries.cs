namespace IdentityPlatform.Issuer.Status;

/// <summary>
/// Entries that this process has reserved and not given out yet. They are the database's own reservations, so no other process has
/// them; what is left when the process ends was given to nobody.
/// </summary>
internal sealed class DrawnEntries
{
    private readonly Lock _lock = new();
    private readonly Stack<StatusIndex> _entries = [];
    private long _lastDay = -1;
    private Task? _filling;

    /// <summary>How many wait to be given out.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>
    /// Moves entries until there are so many; false when more have to be drawn. Only those are given that are kept long enough: a list of
    /// which all copies have expired is gone, and an entry of it would be good for nothing.
    /// </summary>
    public bool Take(List<StatusIndex> into, int count, long lastDay)
    {
        lock (_lock)
        {
            while (into.Count < count && lastDay <= _lastDay && _entries.TryPop(out var entry))
            {
                into.Add(entry);
            }

            return into.Count == count;
        }
    }

    /// <summary>Draws more, once for all who wait; for the last day that is wanted, or was.</summary>
    public Task FillAsync(long lastDay, Func<long, Task<StatusIndex[]>> draw)
    {
        lock (_lock)
        {
            return _filling is { IsCompleted: false } ? _filling : _filling = AddAsync(Math.Max(lastDay, _lastDay), draw);
        }
    }

    private async Task AddAsync(long lastDay, Func<long, Task<StatusIndex[]>> draw)
    {
        // Not inside the caller's lock.
        await Task.Yield();
        var entries = await draw(lastDay);
        lock (_lock)
        {
            if (lastDay > _lastDay)
            {
                // Those from before are kept for fewer days: nobody gets them.
                _entries.Clear();
                _lastDay = lastDay;
            }

            Array.ForEach(entries, _entries.Push);
        }
    }
}
