using IdentityPlatform.Hosting.Passkeys;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>Why the evidence does not authorise a card. Closed; each case names what did not hold.</summary>
public abstract record MintRefusal
{
    private MintRefusal()
    {
    }

    /// <summary>The name of the rule, as the signer's audit log has it.</summary>
    public string Name => GetType().Name;

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

    /// <summary>The custodian has removed the officer, and the decision is not known from before.</summary>
    public sealed record OfficerRemoved(string OfficerId) : MintRefusal;

    /// <summary>The custodian has withdrawn the application.</summary>
    public sealed record DecisionDenied : MintRefusal;

    /// <summary>What the custodian has withdrawn cannot be read: then nobody's decision counts.</summary>
    public sealed record DenialsUnreadable : MintRefusal;

    /// <summary>This deployment issues nothing of that name.</summary>
    public sealed record UnknownConfiguration : MintRefusal;

    /// <summary>The officers did not decide about this type of credential.</summary>
    public sealed record TypeNotDecided(string Type) : MintRefusal;

    /// <summary>No copies, or more than a batch of the type has.</summary>
    public sealed record CopiesOutOfBounds(int Copies) : MintRefusal;

    /// <summary>A holder's key is not on P-256, or occurs twice.</summary>
    public sealed record HolderKeysUnfit : MintRefusal;

    /// <summary>The type is not printed, or there is no photograph with which a face could be compared.</summary>
    public sealed record NotPrinted : MintRefusal;

    /// <summary>A status entry is none of a list of this issuer, or occurs twice.</summary>
    public sealed record StatusEntriesUnfit : MintRefusal;

    /// <summary>The document number is none, or the days of the card are not within the decision.</summary>
    public sealed record DetailsOutsideDecision(string Fact) : MintRefusal;

    /// <summary>The days of the copies are not within the card's, or more than the type allows.</summary>
    public sealed record ValidityOutsideDecision(string Fact) : MintRefusal;

    /// <summary>The last day of a representation is later than the child's age allows, or than what was decided.</summary>
    public sealed record RepresentationTooLong(string Fact) : MintRefusal;

    /// <summary>The claims do not fit the credential type.</summary>
    public sealed record ClaimsUnfit(string Fact) : MintRefusal;

    /// <summary>What the type is paid for is not shown to be paid: a fact does not hold, or there is none.</summary>
    public sealed record NotPaid : MintRefusal;

    /// <summary>The event has ended.</summary>
    public sealed record EventOver : MintRefusal;

    /// <summary>Nobody has taken part in the programme yet.</summary>
    public sealed record EventNotBegun : MintRefusal;

    /// <summary>Tickets of an event of this number were minted from other facts.</summary>
    public sealed record EventChanged : MintRefusal;

    /// <summary>All places of this kind are given.</summary>
    public sealed record EventFull : MintRefusal;

    /// <summary>The event has no such place.</summary>
    public sealed record NoSuchPlace : MintRefusal;

    /// <summary>This ticket was minted before.</summary>
    public sealed record TicketSpent : MintRefusal;

    /// <summary>Another ticket has this seat.</summary>
    public sealed record SeatTaken : MintRefusal;

    /// <summary>The terms of an agreement cannot be read, or are none of this deployment's regions.</summary>
    public sealed record AgreementUnfit(string Fact) : MintRefusal;

    /// <summary>An agreement begins, or ends, before the day on which it was decided.</summary>
    public sealed record AgreementBackdated : MintRefusal;

    /// <summary>Another agreement has one of the regions on one of the days.</summary>
    public sealed record RegionTaken(string Other) : MintRefusal;

    /// <summary>An agreement of this number was signed with other regions or another first day, or ends earlier already.</summary>
    public sealed record AgreementChanged : MintRefusal;

    /// <summary>As many copies were minted from this approval today as may be.</summary>
    public sealed record CopiesSpent : MintRefusal;
}
