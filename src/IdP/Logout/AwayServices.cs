using System.Collections.Concurrent;

namespace IdentityPlatform.IdP.Logout;

/// <summary>
/// Services that do not answer at the moment, as this process saw them: their notices wait together, so that one that is away
/// does not take the time of the others.
/// </summary>
public sealed class AwayServices(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Absence> _away = new();

    /// <summary>Until when a service is left alone; null when it may be tried.</summary>
    public DateTimeOffset? Until(string serviceId) => _away.TryGetValue(serviceId, out var absence) && time.GetUtcNow() < absence.Until ? absence.Until : null;

    /// <summary>It answered.</summary>
    public void IsBack(string serviceId) => _away.TryRemove(serviceId, out _);

    /// <summary>It did not answer: left alone for 1 s, 2 s, 4 s, … a minute. Attempts that were under way together count once.</summary>
    public void IsAway(string serviceId)
    {
        var now = time.GetUtcNow();
        _away.AddOrUpdate(serviceId, _ => After(1, now), (_, earlier) => now < earlier.Until ? earlier : After(earlier.Times + 1, now));
    }

    private static Absence After(int times, DateTimeOffset now) =>
        new(times, now + TimeSpan.FromSeconds(Math.Min(Math.Pow(2, times - 1), Longest.TotalSeconds)));

    private sealed record Absence(int Times, DateTimeOffset Until);
}
