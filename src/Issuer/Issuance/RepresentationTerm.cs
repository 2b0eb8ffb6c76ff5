namespace IdentityPlatform.Issuer.Issuance;

/// <summary>How long somebody may act for a child at most, whatever a paper says. Pure; the desk and the signer ask the same.</summary>
public static class RepresentationTerm
{
    /// <summary>From this age on the child is heard.</summary>
    public const int HeardFrom = 14;

    /// <summary>At this age nobody acts for the child any more.</summary>
    public const int OfAge = 18;

    // The first place on earth where a day begins: who is of age there is not acted for.
    private const int FirstOffset = 14 * 60;

    /// <summary>
    /// The last day of what is approved on this day: the one before the birthday on which the child comes of age; of what was approved
    /// before the child was heard, the one before the child is.
    /// </summary>
    public static DateOnly LastDay(DateOnly born, DateOnly approved) =>
        Ages.DayOf(born, Ages.HasReached(born, HeardFrom, approved) ? OfAge : HeardFrom).AddDays(-1);

    /// <summary>True for a last day that may be decided about.</summary>
    public static bool Allows(DateOnly born, DateOnly approved, DateOnly until) => born <= approved && until >= approved && until <= LastDay(born, approved);

    /// <summary>The end of a copy: with the day, where it ends first.</summary>
    internal static CopyValidity End(long today, long end, DateOnly last) =>
        Status.Days.Of(last) < end ? new(today, Status.Days.Of(last) + 1, FirstOffset) : new(today, end);
}
