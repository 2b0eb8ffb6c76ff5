using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Status;
using static IdentityPlatform.Issuer.Patents.PatentEvent;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>The state machine of a patent. Pure: days are compared in the region that issued it, by the offset in the deployment's files.</summary>
internal static class PatentRules
{
    public static PatentTransition Answer(Patent patent, PatentEvent happened, Actor actor, Deployment deployment, DateTimeOffset now)
    {
        if (WhoMay(patent, happened, actor) is var refusal && refusal != DeskRefusal.None)
        {
            return new PatentTransition.Declined(refusal);
        }

        return happened switch
        {
            Pay pay => OnPayment(patent, pay.Fact, deployment, now),
            Lapse => OnLapse(patent, now),
            Expire => OnExpiry(patent, now),
            Amend => Move(patent, now, In(patent, PatentState.Active), PatentState.Active, RevocationGround.Superseded),
            Annul annul => OnAnnulment(patent, annul, now),
            GivenBack => Move(patent, now, In(patent, PatentState.Cancelled), patent.Term is not { } term ? PatentState.Decided : term.IsPaidAt(now) ? PatentState.Active : PatentState.Lapsed),
            CardEnded ended => OnCardEnded(patent, ended.Ground, now),
            Leave => Move(patent, now, Live(patent), PatentState.Closed, RevocationGround.HolderRequest),
            _ => throw new InvalidOperationException("closed"),
        };
    }

    // The table of roles: the treasury pays, the calendar ends, two officers amend and annul, the holder leaves.
    private static DeskRefusal WhoMay(Patent patent, PatentEvent happened, Actor actor) => happened switch
    {
        Pay => actor is Actor.Treasury ? DeskRefusal.None : DeskRefusal.NotYourRole,
        Lapse or Expire or CardEnded or GivenBack => actor is Actor.Clock ? DeskRefusal.None : DeskRefusal.NotYourRole,
        Amend amend => TwoOfficers(actor, amend.Second),
        Annul annul => TwoOfficers(actor, annul.Second),
        _ => MayLeave(patent, actor),
    };

    private static DeskRefusal TwoOfficers(Actor actor, Actor.Officer? second)
    {
        if (actor is not Actor.Officer first)
        {
            return DeskRefusal.NotYourRole;
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

    private static DeskRefusal MayLeave(Patent patent, Actor actor)
    {
        if (actor is not Actor.Holder holder)
        {
            return DeskRefusal.NotYourRole;
        }

        return holder.PersonId == patent.PersonId ? DeskRefusal.None : DeskRefusal.NotYourCase;
    }

    // A payment made in time counts, though its message came after midnight: the holder has done what the law asks.
    private static PatentTransition OnPayment(Patent patent, PaymentFact fact, Deployment deployment, DateTimeOffset now)
    {
        if (fact.PaidOn > patent.Jurisdiction.Today(now))
        {
            return new PatentTransition.Declined(DeskRefusal.TooEarly);
        }

        if (patent.State is not (PatentState.Decided or PatentState.Active or PatentState.Lapsed))
        {
            return new PatentTransition.Held(HeldReason.NotPayable);
        }

        return PaymentRules.Effect(patent.Term, fact, patent.Jurisdiction, deployment) switch
        {
            PaymentEffect.Counted { Term: var term } => new PatentTransition.Moved(
                patent with { State = term.IsPaidAt(now) ? PatentState.Active : PatentState.Lapsed, Term = term, ChangedAt = now }),
            PaymentEffect.Held held => new PatentTransition.Held(held.Reason),
            _ => throw new InvalidOperationException("closed"),
        };
    }

    // Nothing is lapsed or expired on a term that nobody can work out: its agreement was withdrawn, or is not known here yet.
    // Nothing is revoked either: the copies in wallets end by themselves at the same midnight.
    private static PatentTransition OnLapse(Patent patent, DateTimeOffset now)
    {
        var refusal = In(patent, PatentState.Active);
        return Move(patent, now, refusal == DeskRefusal.None && patent.Term?.IsPaidAt(now) != false ? DeskRefusal.TooEarly : refusal, PatentState.Lapsed);
    }

    private static PatentTransition OnExpiry(Patent patent, DateTimeOffset now)
    {
        var refusal = In(patent, PatentState.Active, PatentState.Lapsed);
        return Move(patent, now, refusal == DeskRefusal.None && patent.Term?.IsWithinItsYear(now) != false ? DeskRefusal.TooEarly : refusal, PatentState.Expired);
    }

    private static PatentTransition OnAnnulment(Patent patent, Annul annul, DateTimeOffset now)
    {
        var refusal = Live(patent);
        var cited = !string.IsNullOrWhiteSpace(annul.Norm) && annul.Norm.Length <= Annul.MaxNorm;
        return Move(patent, now, refusal == DeskRefusal.None && !cited ? DeskRefusal.GroundMissing : refusal, PatentState.Cancelled, RevocationGround.Annulled);
    }

    // A card that is lost says nothing about the right. One in whose place another application's card stands does.
    private static PatentTransition OnCardEnded(Patent patent, RevocationGround ground, DateTimeOffset now)
    {
        if (ground is RevocationGround.KeyCompromise or RevocationGround.Suspension)
        {
            return new PatentTransition.Declined(DeskRefusal.WrongState);
        }

        return Move(patent, now, Live(patent), ground is RevocationGround.HolderRequest or RevocationGround.Death or RevocationGround.Erasure or RevocationGround.Superseded ? PatentState.Closed : PatentState.Cancelled);
    }

    private static DeskRefusal Live(Patent patent) => In(patent, PatentState.Decided, PatentState.Active, PatentState.Lapsed);

    private static DeskRefusal In(Patent patent, params ReadOnlySpan<PatentState> states) =>
        states.Contains(patent.State) ? DeskRefusal.None : DeskRefusal.WrongState;

    private static PatentTransition Move(Patent patent, DateTimeOffset now, DeskRefusal refusal, PatentState to, RevocationGround? copies = null) =>
        refusal == DeskRefusal.None
            ? new PatentTransition.Moved(patent with { State = to, ChangedAt = now }, copies)
            : new PatentTransition.Declined(refusal);
}
