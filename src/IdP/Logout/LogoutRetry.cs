namespace IdentityPlatform.IdP.Logout;

/// <summary>When a notice that did not arrive is tried again. Pure.</summary>
public static class LogoutRetry
{
    /// <summary>How long a service is tried: then its own session limits have to do.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromHours(24);

    private static readonly TimeSpan Longest = TimeSpan.FromHours(4);

    /// <summary>When to try again, or null when it is time to give up.</summary>
    /// <param name="attempts">How many attempts there were, at least one.</param>
    /// <param name="createdAt">When the session ended.</param>
    /// <param name="now">The time.</param>
    /// <param name="jitter">From 0 to 1, drawn anew each time: services that came back are not met by everything at once.</param>
    public static DateTimeOffset? Next(long attempts, DateTimeOffset createdAt, DateTimeOffset now, double jitter)
    {
        // 1 s, 2 s, 4 s, …, 4 h, each from half to one and a half of itself.
        var seconds = Math.Min(Math.Pow(2, attempts - 1), Longest.TotalSeconds) * (0.5 + jitter);
        var next = now + TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(seconds)));
        return next - createdAt < Bound ? next : null;
    }
}
