using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Operation;

/// <summary>What the operator's page says: figures about the program and about nobody.</summary>
public sealed class OperatorReport
{
    public required DateTimeOffset At { get; init; }

    /// <summary>The parts that have to answer, by name, and whether they do.</summary>
    public required IReadOnlyList<(string Part, bool Answers)> Health { get; init; }

    /// <summary>What waits, by the word of the queue.</summary>
    public required IReadOnlyList<(string Queue, QueueLength Length)> Queues { get; init; }

    /// <summary>Published status lists, and how many copies have an entry in them.</summary>
    public required (int Lists, QueueLength Copies, TimeSpan? Oldest) Status { get; init; }

    /// <summary>The age of the last offline bundle; null when none was made.</summary>
    public TimeSpan? BundleAge { get; init; }

    public required IReadOnlyList<(KeyRole Role, KeyState State, string KeyId)> Keys { get; init; }

    public required IReadOnlyList<Reissue> Reissues { get; init; }
}

/// <summary>How many there are, as far as it is said: few could be known people, and very many are not counted.</summary>
/// <param name="Count">The count, up to <see cref="Most"/> and one.</param>
public readonly record struct QueueLength(long Count)
{
    /// <summary>Below this a figure is not said (SG23: k of ten).</summary>
    public const long Least = 10;

    /// <summary>Above this nobody counts on.</summary>
    public const long Most = 1000;

    /// <summary>What is shown.</summary>
    public override string ToString() => Count < Least ? $"< {Least}" : Count > Most ? $"> {Most}" : Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
