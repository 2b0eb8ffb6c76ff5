using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Status;
using static IdentityPlatform.Issuer.Desk.CardEvent;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>The state machine of a card. Pure.</summary>
internal static class CardRules
{
    public static readonly TimeSpan LossTerm = TimeSpan.FromDays(30);
    public static readonly TimeSpan FraudTerm = TimeSpan.FromDays(14);
    public const int RenewalDays = 90;

    // The old copies serve until the new card is collected, and no longer than this.
    public static readonly TimeSpan RenewalGrace = TimeSpan.FromDays(1);

    public static CardTransition Answer(Card card, CardEvent happened, Actor actor, DateTimeOffset now)
    {
        if (WhoMay(card, happened, actor) is var refusal && refusal != DeskRefusal.None)
        {
            return new CardTransition.Declined(refusal);
        }

        return happened switch
        {
            Offer offer => Move(card, now, In(card, CardState.Approved, CardState.Offered), CardState.Offered, until: offer.Until),
            OfferEnded => OnTerm(card, now, CardState.Offered, CardState.Approved, null),
            Collected or Printed => OnCollected(card, happened, now),
            ReportLoss => Suspend(card, now, SuspensionReason.Loss, LossTerm),
            SuspectFraud => Suspend(card, now, SuspensionReason.Fraud, FraudTerm),
            Clear => Move(card, now, In(card, CardState.Suspended), CardState.Active),
            ConfirmLoss => OnConfirmedLoss(card, now),
            SuspensionEnded => OnSuspensionEnded(card, now),
            RevokeByHolder => EndLive(card, now, CardState.Revoked, RevocationGround.HolderRequest),
            Amend => Move(card, now, In(card, CardState.Approved, CardState.Offered, CardState.Active), card.State, RevocationGround.Superseded, card.Until),
            EndByChild or PersonGone => EndLive(card, now, CardState.Revoked, card.IsRepresentation ? RevocationGround.GuardianshipEnded : RevocationGround.Death),
            Revoke revoke => EndLive(card, now, revoke.Ground == RevocationGround.Death ? CardState.ClosedDeceased : CardState.Revoked, revoke.Ground),
            _ => OnSuccession(card, happened, now),
        };
    }

    // The table of roles: what the holder does alone, what takes two officers, what the calendar does.
    private static DeskRefusal WhoMay(Card card, CardEvent happened, Actor actor) => happened switch
    {
        Revoke { Ground: RevocationGround.GuardianshipEnded } when !card.IsRepresentation => DeskRefusal.GroundMissing,
        Revoke revoke => TwoOfficers(actor, revoke.Second, revoke.Ground),
        Amend amend => TwoOfficers(actor, amend.Second, RevocationGround.WrongData),
        SuspectFraud fraud => TwoOfficers(actor, fraud.Second, RevocationGround.IssuedByFraud),
        EndByChild child => MayEnd(card, child, actor),
        OfferEnded or SuspensionEnded or Expire or Supersede or Collected or PersonGone => actor is Actor.Clock ? DeskRefusal.None : DeskRefusal.NotYourRole,
        Clear => MayClear(card, actor),
        Printed => actor is Actor.Officer { Role: OfficerRole.Operator } ? DeskRefusal.None : DeskRefusal.NotYourRole,
        Offer when actor is Actor.Officer { Role: OfficerRole.Operator } => DeskRefusal.None,
        _ => Holder(card, actor),
    };

    // From fourteen on the child has a voice: nobody acts for it against its will. Before, officers and courts are asked.
    private static DeskRefusal MayEnd(Card card, EndByChild child, Actor actor)
    {
        if (actor is not Actor.Holder || !card.IsRepresentation || child.Slot != card.Slot)
        {
            return DeskRefusal.NotYourCase;
        }

        return child.Child.Age >= RepresentationTerm.HeardFrom ? DeskRefusal.None : DeskRefusal.NotHeardYet;
    }

    private static DeskRefusal Holder(Card card, Actor actor)
    {
        if (actor is not Actor.Holder holder)
        {
            return DeskRefusal.NotYourRole;
        }

        return holder.PersonId == card.PersonId ? DeskRefusal.None : DeskRefusal.NotYourCase;
    }

    // Whoever found the card comes to a centre, or B clears; the holder alone, online, could be whoever has the phone.
    private static DeskRefusal MayClear(Card card, Actor actor)
    {
        var needed = card.Suspension == SuspensionReason.Fraud ? OfficerRole.Supervisor : OfficerRole.None;
        return actor is Actor.Officer { Role: OfficerRole.Operator or OfficerRole.Supervisor } officer
            && (needed == OfficerRole.None || officer.Role == needed)
            ? DeskRefusal.None
            : DeskRefusal.NotYourRole;
    }

    // Grounds that belong to the holder or to the program's own bookkeeping are none for officers.
    private static DeskRefusal TwoOfficers(Actor actor, Actor.Officer? second, RevocationGround ground)
    {
        if (actor is not Actor.Officer first)
        {
            return DeskRefusal.NotYourRole;
        }

        if (ground is RevocationGround.HolderRequest or RevocationGround.Suspension or RevocationGround.Superseded or RevocationGround.Erasure)
        {
            return DeskRefusal.GroundMissing;
        }

        if (second is null)
        {
            return DeskRefusal.SecondOfficerMissing;
        }

        if (first.Id == second.Id)
        {
            return DeskRefusal.SameOfficer;
        }

        return first.Role == OfficerRole.Operator && second.Role == OfficerRole.Supervisor ? DeskRefusal.None : DeskRefusal.NotYourRole;
    }

    // An offer that has ended is no offer, whether or not the calendar has passed by yet. Active stays active: a refill.
    // A paper takes no offer: its holder is there.
    private static CardTransition OnCollected(Card card, CardEvent happened, DateTimeOffset now)
    {
        if (happened is Printed)
        {
            return Move(card, now, In(card, CardState.Approved, CardState.Offered, CardState.Active), CardState.Active);
        }

        var refusal = In(card, CardState.Offered, CardState.Active);
        if (card.State == CardState.Offered && card.Until is { } until && now > until)
        {
            refusal = DeskRefusal.TooLate;
        }

        return Move(card, now, refusal, CardState.Active);
    }

    private static CardTransition Suspend(Card card, DateTimeOffset now, SuspensionReason reason, TimeSpan term) =>
        Move(card, now, In(card, CardState.Active), CardState.Suspended, RevocationGround.Suspension, now + term, reason);

    private static CardTransition OnConfirmedLoss(Card card, DateTimeOffset now)
    {
        var refusal = card is { State: CardState.Suspended, Suspension: SuspensionReason.Loss } ? DeskRefusal.None : DeskRefusal.WrongState;
        return Move(card, now, refusal, CardState.Revoked, RevocationGround.KeyCompromise);
    }

    // A suspicion lapses by itself. A loss does not turn into trust in whoever has the phone: it becomes final.
    private static CardTransition OnSuspensionEnded(Card card, DateTimeOffset now) => card.Suspension == SuspensionReason.Loss
        ? OnTerm(card, now, CardState.Suspended, CardState.Revoked, RevocationGround.KeyCompromise)
        : OnTerm(card, now, CardState.Suspended, CardState.Active, null);

    private static CardTransition OnSuccession(Card card, CardEvent happened, DateTimeOffset now) => happened switch
    {
        Renew => OnRenewal(card, now),
        Supersede => OnSupersession(card, now),
        Expire => OnLastDay(card, now),
        _ => throw new InvalidOperationException("closed"),
    };

    private static CardTransition OnRenewal(Card card, DateTimeOffset now)
    {
        var refusal = In(card, CardState.Active);
        var moved = Move(
            card, now, refusal == DeskRefusal.None && !card.MayBeRenewed(now) ? DeskRefusal.TooEarly : refusal, CardState.Superseded, RevocationGround.Superseded);
        return moved is CardTransition.Moved renewed ? renewed with { Grace = RenewalGrace } : moved;
    }

    // A suspicion is decided as such: no change of a name takes its card away from under it.
    private static CardTransition OnSupersession(Card card, DateTimeOffset now) => Move(
        card,
        now,
        card.Suspension == SuspensionReason.Fraud ? DeskRefusal.WrongState : In(card, CardState.Approved, CardState.Offered, CardState.Active, CardState.Suspended),
        CardState.Superseded,
        RevocationGround.Superseded);

    // The last day is a day on which the card is valid. Its copies have ended with it.
    private static CardTransition OnLastDay(Card card, DateTimeOffset now)
    {
        var refusal = In(card, CardState.Active, CardState.Suspended);
        var over = card.Expires is { } last && DateOnly.FromDateTime(now.UtcDateTime) > last;
        return Move(card, now, refusal == DeskRefusal.None && !over ? DeskRefusal.TooEarly : refusal, CardState.Expired);
    }

    private static CardTransition OnTerm(Card card, DateTimeOffset now, CardState from, CardState to, RevocationGround? copies)
    {
        var refusal = In(card, from);
        return Move(card, now, refusal == DeskRefusal.None && now < card.Until ? DeskRefusal.TooEarly : refusal, to, copies);
    }

    private static CardTransition EndLive(Card card, DateTimeOffset now, CardState to, RevocationGround ground) =>
        Move(card, now, In(card, CardState.Approved, CardState.Offered, CardState.Active, CardState.Suspended), to, ground);

    private static DeskRefusal In(Card card, params ReadOnlySpan<CardState> states) =>
        states.Contains(card.State) ? DeskRefusal.None : DeskRefusal.WrongState;

    private static CardTransition Move(
        Card card,
        DateTimeOffset now,
        DeskRefusal refusal,
        CardState to,
        RevocationGround? copies = null,
        DateTimeOffset? until = null,
        SuspensionReason suspension = SuspensionReason.None)
    {
        if (refusal != DeskRefusal.None)
        {
            return new CardTransition.Declined(refusal);
        }

        var ground = to is CardState.Revoked or CardState.ClosedDeceased ? copies : null;
        return new CardTransition.Moved(card with { State = to, Until = until, Suspension = suspension, Ground = ground, ChangedAt = now }, copies);
    }
}
