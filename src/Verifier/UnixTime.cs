namespace IdentityPlatform.Verifier;

/// <summary>NumericDate (RFC 7519 §2) as a time.</summary>
internal static class UnixTime
{
    /// <summary>The time, or null outside the range of dates: a claim is never trusted to be one.</summary>
    public static DateTimeOffset? Find(long seconds) =>
        seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
