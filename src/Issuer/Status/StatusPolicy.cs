namespace IdentityPlatform.Issuer.Status;

/// <summary>How status lists are laid out and published; the same for every list, so that no list tells anything by its shape.</summary>
/// <param name="Entries">Entries of one list: the herd that an index hides in.</param>
/// <param name="OpenLists">How many lists take new entries at a time: a batch is spread over these few.</param>
public sealed record StatusPolicy(int Entries = 1 << 20, int OpenLists = 3)
{
    /// <summary>One shared time to live: how long a fetched list may be used before looking again.</summary>
    public TimeSpan TimeToLive { get; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a list is a statement at all, for verifiers without a network.</summary>
    public TimeSpan Lifetime { get; } = TimeSpan.FromDays(7);

    /// <summary>How often changes are looked for.</summary>
    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a mirror may serve a list without asking: with the interval, a change is out everywhere within a minute.</summary>
    public TimeSpan MirrorAge { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Entries that a process reserves in one statement, for the next hundred batches: a thousandth of a list.</summary>
    public int DrawnAtOnce => Entries >> 10;

    /// <summary>Entries that are ever given out: the rest stay decoys, and random picks stay cheap.</summary>
    public int Limit => Entries / 4 * 3;
}
