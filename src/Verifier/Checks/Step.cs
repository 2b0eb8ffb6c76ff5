namespace IdentityPlatform.Verifier.Checks;

/// <summary>What one check gives the plan: the case with what it established, or the failure that ends it.</summary>
internal readonly struct Step<TCase>
    where TCase : class
{
    private Step(TCase? next, Failure? failure, CheckOutcome outcome, ListAge? used) =>
        (Next, Failure, Outcome, Used) = (next, failure, outcome, used);

    /// <summary>The case for the next check; null when this one failed.</summary>
    public TCase? Next { get; }

    public Failure? Failure { get; }

    public CheckOutcome Outcome { get; }

    /// <summary>The list that the check used, if it used one.</summary>
    public ListAge? Used { get; }

    public static implicit operator Step<TCase>(Failure failure) => new(null, failure, new CheckOutcome.Failed(failure), null);

    public static Step<TCase> Passed(TCase next, ListAge? used = null) => new(next, null, CheckOutcome.Passed.Instance, used);

    public static Step<TCase> Waived(TCase next, string reason) => new(next, null, new CheckOutcome.Waived(reason), null);

    /// <summary>Nothing can be said. Goes on only when the policy's own words accept that.</summary>
    public static Step<TCase> Unknown(TCase next, StatusGap gap, bool acceptedUnsafe) =>
        new(acceptedUnsafe ? next : null, acceptedUnsafe ? null : new Failure.StatusUnknown(gap), new CheckOutcome.Unknown(gap), null);

    public static Step<TCase> Failed(Failure failure, ListAge used) => new(null, failure, new CheckOutcome.Failed(failure), used);
}
