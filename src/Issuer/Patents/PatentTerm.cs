using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>
/// What the payments for a patent come to: from when, until when, and where. Dates are local ones of the region that issues.
/// Holds what is personal: redacted.
/// </summary>
public sealed class PatentTerm
{
    /// <summary>A patent lasts twelve months at most, counted from its day of issue.</summary>
    public const int MaxMonths = 12;

    private PatentTerm(Region jurisdiction, IReadOnlyList<Region> where, DateOnly issued, int months) =>
        (Jurisdiction, Where, Issued, Months) = (jurisdiction, where, issued, months);

    /// <summary>The region that issues it.</summary>
    public Region Jurisdiction { get; }

    /// <summary>The codes of the regions in which its holder may work: those of the agreement on the day of issue.</summary>
    public IReadOnlyList<string> Regions => [.. Where.Select(region => region.Code)];

    /// <summary>The day of issue: the one on which the first payment was made.</summary>
    public DateOnly Issued { get; }

    /// <summary>How many months are paid for.</summary>
    public int Months { get; }

    /// <summary>The last day that is paid for. Counted from the day of issue, so that short months do not shorten the next ones.</summary>
    public DateOnly PaidUntil => Issued.AddMonths(Months);

    /// <summary>The last day that can be paid for.</summary>
    public DateOnly Expires => Issued.AddMonths(MaxMonths);

    /// <summary>The region whose last paid day ends last: a copy is technically valid until then, and each region's own date is compared by whoever checks.</summary>
    public Region LastToEnd => Where.MinBy(region => region.OffsetMinutes)!;

    private IReadOnlyList<Region> Where { get; }

    /// <summary>True while the last paid day is not over in the region that issued it.</summary>
    public bool IsPaidAt(DateTimeOffset now) => Jurisdiction.Today(now) <= PaidUntil;

    /// <summary>True while more months could be paid for.</summary>
    public bool IsWithinItsYear(DateTimeOffset now) => Jurisdiction.Today(now) <= Expires;

    /// <summary>Redacted.</summary>
    public override string ToString() => "term of a patent";

    /// <summary>A first term.</summary>
    internal static PatentTerm First(Region jurisdiction, Agreement agreement, Deployment deployment, DateOnly issued, int months) =>
        new(jurisdiction, [.. agreement.Regions.Select(code => deployment.Regions[code])], issued, months);

    /// <summary>The term with more months.</summary>
    internal PatentTerm Prolonged(int months) => new(Jurisdiction, Where, Issued, Months + months);
}
