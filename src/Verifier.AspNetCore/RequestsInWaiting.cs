using System.Collections.Concurrent;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>Who in this process wants to be told of an outcome, until the request's time is over.</summary>
internal sealed class RequestsInWaiting(int sweepAbove)
{
    private readonly ConcurrentDictionary<string, (Action<PresentationOutcome> Completed, DateTimeOffset Until)> _waiting = new(StringComparer.Ordinal);

    public void Add(string id, Action<PresentationOutcome> completed, DateTimeOffset until, DateTimeOffset now)
    {
        if (_waiting.Count >= sweepAbove)
        {
            foreach (var (old, entry) in _waiting)
            {
                if (entry.Until <= now)
                {
                    _waiting.TryRemove(old, out _);
                }
            }
        }

        _waiting[id] = (completed, until);
    }

    public Action<PresentationOutcome>? Take(string id) => _waiting.TryRemove(id, out var entry) ? entry.Completed : null;
}
