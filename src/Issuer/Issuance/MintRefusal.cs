using IdentityPlatform.Hosting.Passkeys;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>Why the evidence does not authorise a card. Closed; each case names what did not hold.</summary>
public abstract record MintRefusal
{
    private MintRefusal()
    {
    }

    /// <summary>Fewer than two decisions are in favour.</summary>
    public sealed record TooFewDecisions(int InFavour) : MintRefusal;

    /// <summary>The last decision is a refusal, or none of them is an approval.</summary>
    public sealed record NotApproved : MintRefusal;

    /// <summary>A decision is not readable, or is of another application or deployment.</summary>
    public sealed record NotThisCase(string Fact) : MintRefusal;

    /// <summary>The roster key did not sign the officer's entry, or the entry is another officer's or another deployment's.</summary>
    public sealed record RosterEntryForged(string OfficerId) : MintRefusal;

    /// <summary>The officer was not yet on the roster when deciding.</summary>
    public sealed record NotYetOnRoster(string OfficerId) : MintRefusal;

    /// <summary>The officer's role does not allow this decision.</summary>
    public sealed record WrongRole(string OfficerId) : MintRefusal;

    /// <summary>One person gave both decisions.</summary>
    public sealed record SameOfficer(string OfficerId) : MintRefusal;

    /// <summary>The assertion is over something else than this decision.</summary>
    public sealed record DecisionHashMismatch(string OfficerId) : MintRefusal;

    /// <summary>The assertion breaks another rule of WebAuthn, which is named.</summary>
    public sealed record AssertionInvalid(string OfficerId, AssertionRule Rule) : MintRefusal;

    /// <summary>The officers decided about other claims than the register holds now.</summary>
    public sealed record ClaimsChanged(string OfficerId) : MintRefusal;

    /// <summary>The two decided on different proofing records.</summary>
    public sealed record ProofingDiffers : MintRefusal;
}
