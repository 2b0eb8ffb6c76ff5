using System.Collections.Immutable;

namespace IdentityPlatform.Verifier;

/// <summary>What each check came to, and how old each list was that was used.</summary>
public sealed class Report
{
    // In the order of the checks; null for one that was not reached.
    private readonly CheckOutcome?[] _outcomes;

    internal Report(CheckOutcome?[] outcomes, ImmutableArray<ListAge> asOf) => (_outcomes, AsOf) = (outcomes, asOf);

    /// <summary>All nine checks in their order, those that were not reached included.</summary>
    public IEnumerable<KeyValuePair<Check, CheckOutcome>> Checks => Enum.GetValues<Check>().Select(check => KeyValuePair.Create(check, this[check]));

    /// <summary>The age of the bundle and of each status list that was used: the verdict is valid as of these times.</summary>
    public ImmutableArray<ListAge> AsOf { get; }

    /// <summary>The outcome of one check.</summary>
    public CheckOutcome this[Check check] => (check >= 0 && (int)check < _outcomes.Length ? _outcomes[(int)check] : null) ?? NotReached;

    /// <summary>The oldest of the lists that the verdict rests on, or null when it rests on none.</summary>
    public DateTimeOffset? ValidAsOf => AsOf.IsEmpty ? null : AsOf.Min(list => list.AsOf);

    private static CheckOutcome.NotReached NotReached { get; } = new();
}

/// <summary>A list that was used, and its age.</summary>
/// <param name="List"><c>bundle</c>, <c>anchors</c> (an <c>AnchorList</c>), or the URI of a status list.</param>
/// <param name="AsOf">When its signer made it.</param>
/// <param name="Age">How long ago that was at the time of the check.</param>
public sealed record ListAge(string List, DateTimeOffset AsOf, TimeSpan Age);
