namespace IdentityPlatform.Issuer.Signing;

/// <summary>Counts what happens within a minute of the clock.</summary>
internal sealed class MinuteCount
{
    private readonly Lock _counting = new();
    private long _minute;
    private int _count;

    /// <summary>Counts one more, and gives how many there were in this minute.</summary>
    public int Count(DateTimeOffset now)
    {
        var minute = now.ToUnixTimeSeconds() / 60;
        lock (_counting)
        {
            (_minute, _count) = minute == _minute ? (minute, _count + 1) : (minute, 1);
            return _count;
        }
    }
}
