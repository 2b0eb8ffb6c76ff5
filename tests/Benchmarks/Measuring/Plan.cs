namespace IdentityPlatform.Benchmarks.Measuring;

/// <summary>How long and how often is measured.</summary>
internal sealed class Plan
{
    /// <summary>Connections of the closed loop.</summary>
    public const int Connections = 16;

    private Plan()
    {
    }

    /// <summary>A server on one core is at its full speed after some twenty seconds of load, not before.</summary>
    public static Plan Full { get; } = new()
    {
        WarmUp = TimeSpan.FromSeconds(20),
        LeadIn = TimeSpan.FromSeconds(1),
        Turn = TimeSpan.FromSeconds(6),
        Rounds = 5,
        LibraryWarmUp = TimeSpan.FromSeconds(4),
        LibraryTurn = TimeSpan.FromSeconds(0.5),
        LibraryRounds = 9,
        Loads = 5,
        Starts = 8,
        MemoryLoad = TimeSpan.FromSeconds(5),
    };

    /// <summary>To see that everything works, and roughly where it stands.</summary>
    public static Plan Quick { get; } = new()
    {
        WarmUp = TimeSpan.FromSeconds(5),
        LeadIn = TimeSpan.FromSeconds(0.5),
        Turn = TimeSpan.FromSeconds(2),
        Rounds = 3,
        LibraryWarmUp = TimeSpan.FromSeconds(1),
        LibraryTurn = TimeSpan.FromSeconds(0.25),
        LibraryRounds = 5,
        Loads = 2,
        Starts = 3,
        MemoryLoad = TimeSpan.FromSeconds(2),
    };

    public required TimeSpan WarmUp { get; init; }

    /// <summary>Load before each turn that does not count: the other servers had the core's caches.</summary>
    public required TimeSpan LeadIn { get; init; }

    public required TimeSpan Turn { get; init; }

    public required int Rounds { get; init; }

    /// <summary>For code without a server: it is warm sooner.</summary>
    public required TimeSpan LibraryWarmUp { get; init; }

    /// <summary>Short, so that those of one round meet the same machine.</summary>
    public required TimeSpan LibraryTurn { get; init; }

    public required int LibraryRounds { get; init; }

    /// <summary>Processes that load a bundle.</summary>
    public required int Loads { get; init; }

    /// <summary>Starts of each program, where starting is what is measured.</summary>
    public required int Starts { get; init; }

    /// <summary>How long each of those is loaded before its memory is read.</summary>
    public required TimeSpan MemoryLoad { get; init; }
}
