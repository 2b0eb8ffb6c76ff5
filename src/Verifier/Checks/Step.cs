using System.Collections.Immutable;

namespace IdentityPlatform.Verifier.Checks;

/// <summary>What one check gives the plan: the case with what it established, or the failure that ends it.</summary>
internal readonly struct Step<TCase>
    where TCase : class
{
    private Step(TCase? next, Failure? failure, CheckOutcome outcome, ImmutableArray<ListAge> used) =>
        (Next, Failure, Outcome, Used) = (next, failure, outcome, used);

    /// <summary>The case for the next check; null when this one failed.</summary>
    public TCase? Next { get; }

    public Failure? Failure { get; }

    public CheckOutcome Outcome { get; }

    /// <summary>The lists that the check used.</summary>
    public ImmutableArray<ListAge> Used { get; }

    public static implicit operator Step<TCase>(Failure failure) => new(null, failure, new CheckOutcome.Failed(failure), []);

    public static Step<TCase> Passed(TCase next, params ReadOnlySpan<ListAge> used) => new(next, null, CheckOutcome.Passed.Instance, used.IsEmpty ? [] : [.. used]);

    public static Step<TCase> Waived(TCase next, string reason) => new(next, null, new CheckOutcome.Waived(reason), []);

    /// <summary>Nothing can be said. Goes on only when the policy's own words accept that.</summary>
    public static Step<TCase> Unknown(TCase next, StatusGap gap, bool acceptedUnsafe) =>
        new(acceptedUnsafe ? next : null, acceptedUnsafe ? null : new Failure.StatusUnknown(gap), new CheckOutcome.Unknown(gap), []);

    public static Step<TCase> Failed(Failure failure, params ReadOnlySpan<ListAge> used) =>
        new(null, failure, new CheckOutcome.Failed(failure), [.. used]);
}
