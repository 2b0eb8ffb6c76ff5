namespace IdentityPlatform.OAuth.Protocol;

/// <summary>How far clocks may differ. FAPI 2.0 §5.3.2.1: 10 seconds ahead are accepted, 60 are refused.</summary>
internal static class TimeRules
{
    /// <summary>What another clock may be ahead or behind.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    /// <summary>How old a proof may be: a DPoP proof, the proof of an attested key.</summary>
    public static readonly TimeSpan ProofAge = TimeSpan.FromSeconds(60);

    /// <summary>How far ahead the expiry of a client assertion may lie.</summary>
    public static readonly TimeSpan AssertionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>FAPI 2.0 Message Signing §5.3.1: the longest life of a request object, and the farthest that its beginning lies back.</summary>
    public static readonly TimeSpan RequestObjectLifetime = TimeSpan.FromMinutes(60);

    /// <summary>How long a proof's identifier is remembered: until no clock would accept the proof again.</summary>
    public static readonly TimeSpan ProofMemory = ProofAge + Skew + Skew;

    /// <summary>True when the proof was made now, as far as clocks can tell.</summary>
    public static bool IsRecent(long issuedAt, DateTimeOffset now) =>
        issuedAt <= Seconds(now + Skew) && issuedAt >= Seconds(now - Skew - ProofAge);

    public static bool IsPast(long time, DateTimeOffset now) => time <= Seconds(now - Skew);

    public static bool IsFuture(long time, DateTimeOffset now) => time > Seconds(now + Skew);

    private static long Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds();
}
