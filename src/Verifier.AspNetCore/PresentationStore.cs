using System.Collections.Concurrent;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>Open requests, in the memory of this process: nothing of a presentation is written anywhere.</summary>
internal sealed class PresentationStore(int maxPending, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, PendingPresentation> _byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PendingPresentation> _byHandle = new(StringComparer.Ordinal);

    /// <summary>Adds a request, or answers false when too many are open.</summary>
    public bool TryAdd(PendingPresentation pending)
    {
        if (_byId.Count >= maxPending)
        {
            Sweep();
        }

        if (_byId.Count >= maxPending)
        {
            return false;
        }

        _byId[pending.Id] = pending;
        _byHandle[pending.Handle] = pending;
        return true;
    }

    public PendingPresentation? FindByHandle(string handle) => Alive(_byHandle.GetValueOrDefault(handle));

    public PendingPresentation? FindById(string id) => Alive(_byId.GetValueOrDefault(id));

    /// <summary>Removes a request; true for the one caller who did.</summary>
    public bool TryTake(PendingPresentation pending)
    {
        _byHandle.TryRemove(pending.Handle, out _);
        return _byId.TryRemove(pending.Id, out _);
    }

    /// <summary>Forgets what has expired.</summary>
    public void Sweep()
    {
        foreach (var pending in _byId.Values)
        {
            Alive(pending);
        }
    }

    private PendingPresentation? Alive(PendingPresentation? pending)
    {
        if (pending is null || time.GetUtcNow() < pending.Request.ExpiresAt)
        {
            return pending;
        }

        TryTake(pending);
        pending.Abandon();
        return null;
    }
}
