using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>Where a patent is in its life. The card is what carries it into wallets; the patent is the right itself.</summary>
public enum PatentState
{
    None,

    /// <summary>Asked for, and not looked at yet.</summary>
    Applied,

    /// <summary>Officers look at it.</summary>
    InCheck,

    /// <summary>Two officers have said yes; it begins with its first payment.</summary>
    Decided,

    /// <summary>Paid for.</summary>
    Active,

    /// <summary>The paid days are over, and no more were paid for in time. There is no grace.</summary>
    Lapsed,

    /// <summary>Final: its twelve months are over.</summary>
    Expired,

    /// <summary>Final: annulled on a cited norm, or by a court.</summary>
    Cancelled,

    /// <summary>Final: its holder gave it up, left, or has another status now.</summary>
    Closed,
}

/// <summary>A patent as the rules see it: no name and no number.</summary>
public sealed record Patent
{
    /// <summary>The number of its application, which payers write.</summary>
    public required string Id { get; init; }

    public required string PersonId { get; init; }

    public PatentState State { get; init; } = PatentState.Decided;

    /// <summary>The region that the officers decided about.</summary>
    public required Region Jurisdiction { get; init; }

    /// <summary>What was paid for; null before the first payment.</summary>
    public PatentTerm? Term { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>What the rules say to an event: the patent as it is then, or why not.</summary>
    public PatentTransition On(PatentEvent happened, Actor actor, Deployment deployment, DateTimeOffset now) =>
        PatentRules.Answer(this, happened, actor, deployment, now);

    /// <summary>Where an application for a patent stands, in the words of a patent.</summary>
    public static PatentState Before(ApplicationState state) => state switch
    {
        ApplicationState.Approved => PatentState.Decided,
        ApplicationState.InProofing or ApplicationState.Proofed or ApplicationState.PendingDecision or ApplicationState.InAppeal or ApplicationState.OnHoldCare => PatentState.InCheck,
        ApplicationState.Submitted or ApplicationState.ReadyToBook or ApplicationState.Booked or ApplicationState.Returned => PatentState.Applied,
        ApplicationState.None or ApplicationState.Draft or ApplicationState.Refused or ApplicationState.RefusedFinal or ApplicationState.Withdrawn
            or ApplicationState.Lapsed => PatentState.None,
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}

/// <summary>What came of an event. Closed.</summary>
public abstract record PatentTransition
{
    private PatentTransition()
    {
    }

    /// <summary>It happened. Where <paramref name="Copies"/> is given, every outstanding copy is revoked on that ground.</summary>
    public sealed record Moved(Patent To, RevocationGround? Copies = null) : PatentTransition;

    /// <summary>A payment that pays for nothing: the money goes back.</summary>
    public sealed record Held(HeldReason Reason) : PatentTransition;

    /// <summary>It did not happen.</summary>
    public sealed record Declined(DeskRefusal Why) : PatentTransition;
}

/// <summary>What can happen to a patent that was decided. Closed.</summary>
public abstract record PatentEvent
{
    private PatentEvent()
    {
    }

    /// <summary>The word for the log.</summary>
    public abstract string Word { get; }

    /// <summary>The treasury says what was paid.</summary>
    public sealed record Pay(PaymentFact Fact) : PatentEvent
    {
        public override string Word => "paid";
    }

    /// <summary>The local midnight after the last paid day.</summary>
    public sealed record Lapse : PatentEvent
    {
        public override string Word => "lapsed";
    }

    /// <summary>The local midnight after the last of its twelve months.</summary>
    public sealed record Expire : PatentEvent
    {
        public override string Word => "expired";
    }

    /// <summary>Two officers decided about another occupation: it is issued again, and runs on as it was paid for.</summary>
    public sealed record Amend(Actor.Officer? Second) : PatentEvent
    {
        public override string Word => "amended";
    }

    /// <summary>Two officers annul it, by a norm that they cite, or after a court.</summary>
    public sealed record Annul(string Norm, Actor.Officer? Second) : PatentEvent
    {
        /// <summary>A citation is short.</summary>
        public const int MaxNorm = 150;

        public override string Word => "annulled";
    }

    /// <summary>Its card was ended on this ground, by two officers or its holder.</summary>
    public sealed record CardEnded(RevocationGround Ground) : PatentEvent
    {
        public override string Word => "card-ended";
    }

    /// <summary>The officer who heard the holder's objection gave back the card that was taken.</summary>
    public sealed record GivenBack : PatentEvent
    {
        public override string Word => "given-back";
    }

    /// <summary>The holder has left, or has another status now.</summary>
    public sealed record Leave : PatentEvent
    {
        public override string Word => "closed";
    }
}
