using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>
/// When signed terms may be taken beside the agreements that are known, and what all of them come to. Pure; the desk asks before officers
/// sign, and the signer decides by it.
/// </summary>
public static class AgreementRules
{
    /// <summary>Why terms that are signed at this time are no agreement, or no ending of one; null when they are.</summary>
    /// <param name="terms">The terms.</param>
    /// <param name="deployment">The deployment under the agreements that are known.</param>
    /// <param name="signedAt">When the second officer signs.</param>
    public static MintRefusal? WhyNot(AgreementTerms terms, Deployment deployment, DateTimeOffset signedAt)
    {
        if (terms.Regions.FirstOrDefault(region => !deployment.MayIssue(region)) is { } unready)
        {
            return new MintRefusal.AgreementUnfit($"{unready} cannot issue");
        }

        var today = Today(terms.Regions, deployment, signedAt);
        return deployment.Agreements.FirstOrDefault(one => one.Id == terms.Id) is { } known ? WhyNoEnding(terms, known, today) : WhyNotNew(terms, deployment, today);
    }

    /// <summary>
    /// The agreements of the files and those that were signed, as they stand together. Of one number the earliest last day counts, so that
    /// what has ended stays ended whatever else was signed, and whatever is left out.
    /// </summary>
    public static IReadOnlyList<Agreement> Together(Deployment files, IEnumerable<SignedTerms> concluded)
    {
        var agreements = files.Agreements.ToDictionary(one => one.Id, StringComparer.Ordinal);
        foreach (var one in concluded.OrderBy(one => one.SignedAt))
        {
            var (terms, until) = (one.Terms, one.Terms.Until);
            agreements[terms.Id] = agreements.TryGetValue(terms.Id, out var known)
                ? known with { Until = known.Until is { } earlier && (until is null || earlier < until) ? earlier : until }
                : terms.AsAgreement(Today(terms.Regions, files, one.SignedAt));
        }

        return [.. agreements.Values];
    }

    /// <summary>The date in whichever of the regions it is latest: what was paid there today is not taken back.</summary>
    public static DateOnly Today(IEnumerable<string> regions, Deployment deployment, DateTimeOffset now) =>
        regions.Max(region => deployment.Regions.GetValueOrDefault(region)?.Today(now) ?? DateOnly.FromDateTime(now.UtcDateTime));

    // One region, one agreement at a time: which regions a patent has must not depend on an order.
    private static MintRefusal? WhyNotNew(AgreementTerms terms, Deployment deployment, DateOnly today)
    {
        if (terms.Until < terms.From)
        {
            return new MintRefusal.AgreementUnfit("it ends before it begins");
        }

        return terms.From < today ? new MintRefusal.AgreementBackdated()
            : deployment.Agreements.FirstOrDefault(terms.AsAgreement(today).Overlaps) is { } other ? new MintRefusal.RegionTaken(other.Id)
            : null;
    }

    // What was issued stays valid, so nothing that was in force on a day stops having been.
    private static MintRefusal? WhyNoEnding(AgreementTerms terms, Agreement known, DateOnly today)
    {
        if (terms.From != known.From || !terms.Regions.SequenceEqual(AgreementTerms.Of(known).Regions) || terms.Until is not { } until || until >= known.Until)
        {
            return new MintRefusal.AgreementChanged();
        }

        return until < today ? new MintRefusal.AgreementBackdated() : null;
    }
}
