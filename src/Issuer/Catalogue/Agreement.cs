namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>Where an agreement is in its life.</summary>
public enum AgreementState
{
    /// <summary>Nobody has signed it.</summary>
    Draft,

    /// <summary>Signed, and not begun.</summary>
    Concluded,

    /// <summary>What it allows may be issued.</summary>
    InForce,

    /// <summary>Nothing new is issued under it; what was issued stays valid to its own end.</summary>
    Ended,
}

/// <summary>
/// An agreement of regions under which patents are issued: one that is issued for any of them is valid in all of them. It stands in a
/// file of the deployment, or two officers signed it and the signer knows it (<see cref="Patents.AgreementTerms"/>): nobody with the
/// database alone can add a region to a patent. One that ended stays known with its last day: what was issued under it goes on resting on it.
/// </summary>
/// <param name="Id">Its name in the file, or its number.</param>
/// <param name="Regions">Its regions.</param>
/// <param name="SignedOn">When it was signed; null for a draft.</param>
/// <param name="From">Its first day.</param>
/// <param name="Until">Its last day; null while no end is agreed.</param>
public sealed record Agreement(string Id, IReadOnlyList<string> Regions, DateOnly? SignedOn, DateOnly From, DateOnly? Until)
{
    /// <summary>Its state on a day.</summary>
    public AgreementState On(DateOnly day)
    {
        if (SignedOn is not { } signed || day < signed)
        {
            return AgreementState.Draft;
        }

        // One that was ended before its first day never begins.
        if (Until is { } until && (day > until || until < From))
        {
            return AgreementState.Ended;
        }

        return day < From ? AgreementState.Concluded : AgreementState.InForce;
    }

    /// <summary>True when one of the regions of both could issue under either on one day.</summary>
    public bool Overlaps(Agreement other) => Regions.Intersect(other.Regions, StringComparer.Ordinal).Any()
        && From <= (other.Until ?? DateOnly.MaxValue) && other.From <= (Until ?? DateOnly.MaxValue) && !(Until < From) && !(other.Until < other.From);
}
