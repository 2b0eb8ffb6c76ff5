using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>A logical card as the rules see it: no name and no number.</summary>
public sealed record Card
{
    public required string Id { get; init; }

    public required string PersonId { get; init; }

    /// <summary>The application whose decisions it rests on: the number by which holder and officers name the case.</summary>
    public string ApplicationId { get; init; } = "";

    /// <summary>The credential type as rows name it: empty for the deployment's first.</summary>
    public string Type { get; init; } = "";

    /// <summary>Whom or where it is for, as a keyed hash; empty where a person has one of the type.</summary>
    public string Slot { get; init; } = "";

    public CardState State { get; init; } = CardState.Approved;

    /// <summary>When the offer or the suspension ends by itself.</summary>
    public DateTimeOffset? Until { get; init; }

    public SuspensionReason Suspension { get; init; }

    /// <summary>Why it was revoked; one of the closed grounds.</summary>
    public RevocationGround? Ground { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>The last day, in UTC; null before its first copies were collected.</summary>
    public DateOnly? Expires { get; init; }

    /// <summary>When its copies were revoked for everybody's sake, last.</summary>
    public DateTimeOffset? ReissuedAt { get; init; }

    /// <summary>True for what its holder has beside the own card, to act for somebody.</summary>
    public bool IsRepresentation => Type.Length > 0 && Slot.Length > 0;

    /// <summary>True when the holder may have its successor. What acts for a child is decided anew, when it ends.</summary>
    public bool MayBeRenewed(DateTimeOffset now) => !IsRepresentation && State == CardState.Active && Expires is { } last && DateOnly.FromDateTime(now.UtcDateTime) >= last.AddDays(-CardRules.RenewalDays);

    /// <summary>What the rules say to an event: the card as it is then, or why not.</summary>
    public CardTransition On(CardEvent happened, Actor actor, DateTimeOffset now) => CardRules.Answer(this, happened, actor, now);
}

/// <summary>What came of an event. Closed.</summary>
public abstract record CardTransition
{
    private CardTransition()
    {
    }

    /// <summary>
    /// It happened. Where <paramref name="Copies"/> is given, every outstanding copy is revoked on that ground, at once or within
    /// <paramref name="Grace"/>: a revocation is never undone, a cleared card gets new copies.
    /// </summary>
    public sealed record Moved(Card To, RevocationGround? Copies, TimeSpan Grace = default) : CardTransition;

    /// <summary>It did not.</summary>
    public sealed record Declined(DeskRefusal Why) : CardTransition;
}

/// <summary>What can happen to a card. Closed.</summary>
public abstract record CardEvent
{
    private CardEvent()
    {
    }

    /// <summary>The word for the log.</summary>
    public abstract string Word { get; }

    /// <summary>An offer was made; one made again replaces the earlier.</summary>
    public sealed record Offer(DateTimeOffset Until) : CardEvent
    {
        public override string Word => "offered";
    }

    /// <summary>Nobody collected in time.</summary>
    public sealed record OfferEnded : CardEvent
    {
        public override string Word => "offer-ended";
    }

    /// <summary>A wallet proved its keys.</summary>
    public sealed record Collected : CardEvent
    {
        public override string Word => "collected";
    }

    /// <summary>An operator printed it for a person without a smartphone.</summary>
    public sealed record Printed : CardEvent
    {
        public override string Word => "printed";
    }

    /// <summary>The holder lost it.</summary>
    public sealed record ReportLoss : CardEvent
    {
        public override string Word => "reported-lost";
    }

    /// <summary>Two officers suspect fraud.</summary>
    public sealed record SuspectFraud(Actor.Officer? Second) : CardEvent
    {
        public override string Word => "suspended-for-fraud";
    }

    /// <summary>Found, or cleared of suspicion.</summary>
    public sealed record Clear : CardEvent
    {
        public override string Word => "cleared";
    }

    /// <summary>The holder says it stays lost.</summary>
    public sealed record ConfirmLoss : CardEvent
    {
        public override string Word => "loss-confirmed";
    }

    /// <summary>The term of a suspension has passed.</summary>
    public sealed record SuspensionEnded : CardEvent
    {
        public override string Word => "suspension-ended";
    }

    /// <summary>The holder wants no card.</summary>
    public sealed record RevokeByHolder : CardEvent
    {
        public override string Word => "revoked-by-holder";
    }

    /// <summary>Two officers revoke on a closed ground.</summary>
    public sealed record Revoke(RevocationGround Ground, Actor.Officer? Second) : CardEvent
    {
        public override string Word => "revoked";
    }

    /// <summary>Two officers amended what it carries: the wallet gets new copies.</summary>
    public sealed record Amend(Actor.Officer? Second) : CardEvent
    {
        public override string Word => "amended";
    }

    /// <summary>The holder wants its successor, near the end of its time.</summary>
    public sealed record Renew : CardEvent
    {
        public override string Word => "renewed";
    }

    /// <summary>A card with other data, decided by two officers, takes its place.</summary>
    public sealed record Supersede : CardEvent
    {
        public override string Word => "superseded";
    }

    /// <summary>The child for whom it acts wants it no more.</summary>
    /// <param name="Slot">The child, as rows name it.</param>
    /// <param name="Child">The child's age today.</param>
    public sealed record EndByChild(string Slot, ProofingSubject Child) : CardEvent
    {
        public override string Word => "ended-by-child";
    }

    /// <summary>The person on whom it rests is no more: its holder, or the child for whom it acts.</summary>
    public sealed record PersonGone : CardEvent
    {
        public override string Word => "person-gone";
    }

    /// <summary>The card's last day has passed.</summary>
    public sealed record Expire : CardEvent
    {
        public override string Word => "expired";
    }
}
