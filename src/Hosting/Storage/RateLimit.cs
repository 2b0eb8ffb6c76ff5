namespace IdentityPlatform.Hosting.Storage;

/// <summary>
/// How often somebody may do something in a window of time. Windows lie on the clock and are the same on every node, so that a
/// refusal can say when the next one begins.
/// </summary>
/// <param name="kind">What is counted: kinds do not share a count.</param>
/// <param name="limit">How often in one window.</param>
/// <param name="window">How long a window is.</param>
public sealed class RateLimit(string kind, int limit, TimeSpan window)
{
    /// <summary>Counts one more: null while it is within the limit, else when to try again.</summary>
    public async Task<DateTimeOffset?> CountAsync(OneTimeStore store, string who, DateTimeOffset now, CancellationToken ct)
    {
        var number = now.UtcTicks / window.Ticks;
        return await store.CountAsync(kind, $"{number}:{who}", window, ct) > limit ? new DateTimeOffset((number + 1) * window.Ticks, TimeSpan.Zero) : null;
    }
}
