using IdentityPlatform.Issuer.Officers;
using static IdentityPlatform.Issuer.Desk.ApplicationEvent;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>The state machine of an application: state, event, actor and time give a new state or a typed refusal. Pure.</summary>
internal static class ApplicationRules
{
    public const int MaxReschedules = 3;
    public static readonly TimeSpan AppealTerm = TimeSpan.FromDays(30);

    /// <summary>How long evidence outlives the last day on which somebody may object.</summary>
    public static readonly TimeSpan EvidenceTerm = TimeSpan.FromDays(30);
    public static readonly TimeSpan IdleTerm = TimeSpan.FromDays(180);
    private const int BookingHorizonDays = 90;

    public static Transition Answer(Application application, ApplicationEvent happened, Actor actor, DateTimeOffset now)
    {
        if (WhoMay(application, happened, actor) is var refusal && refusal != DeskRefusal.None)
        {
            return new Transition.Declined(refusal);
        }

        return happened switch
        {
            Submit or Resubmit or PreCheckPassed or FoundIncomplete => OnPaper(application, happened, now),
            Book or NoShow or CheckIn or Lapse => OnAppointment(application, happened, actor, now),
            Photograph photograph => OnPhotograph(application, photograph, now),
            CompleteProofing or HoldForCare or DocumentUnreadable => OnProofing(application, happened, now),
            Decide decision => DecisionRules.Answer(application, decision, (Actor.Officer)actor, now),
            Ask => Move(application, now, In(application, ApplicationState.PendingDecision, ApplicationState.InAppeal), ApplicationState.Returned),
            Appeal => OnAppeal(application, now),
            AppealTermEnded => OnAppealTerm(application, now),
            Withdraw => Move(application, now, BeforeTheEnd(application), ApplicationState.Withdrawn),
            _ => throw new InvalidOperationException("closed"),
        };
    }

    /// <summary>When the evidence of a case goes that has reached this state; null where it does not go yet.</summary>
    internal static DateTimeOffset? EvidenceUntil(Application application) =>
        application.State == ApplicationState.Approved ? application.ChangedAt + AppealTerm + EvidenceTerm
        : application.State == ApplicationState.RefusedFinal ? application.ChangedAt + EvidenceTerm
        : null;

    internal static DeskRefusal In(Application application, params ReadOnlySpan<ApplicationState> states) =>
        states.Contains(application.State) ? DeskRefusal.None : DeskRefusal.WrongState;

    internal static Transition Move(Application application, DateTimeOffset now, DeskRefusal refusal, ApplicationState to) =>
        refusal == DeskRefusal.None
            ? new Transition.Moved(application with { State = to, ChangedAt = now })
            : new Transition.Declined(refusal);

    // The table of roles: the holder's own acts, A's, B's, the appeal officer's, the calendar's.
    private static DeskRefusal WhoMay(Application application, ApplicationEvent happened, Actor actor) => happened switch
    {
        Submit or Resubmit or Book or Appeal or Withdraw => actor is Actor.Holder holder
            ? holder.PersonId == application.PersonId ? DeskRefusal.None : DeskRefusal.NotYourCase
            : DeskRefusal.NotYourRole,
        PreCheckPassed or Lapse or AppealTermEnded => actor is Actor.Clock ? DeskRefusal.None : DeskRefusal.NotYourRole,
        Decide => actor is Actor.Officer ? DeskRefusal.None : DeskRefusal.NotYourRole,
        Ask => MayAsk(application, actor),
        NoShow when actor is Actor.Clock => DeskRefusal.None,
        _ => OwnCentre(application, actor),
    };

    // An operator sees and moves the own centre's cases alone; before there is an appointment, any centre's operator may look for gaps.
    private static DeskRefusal OwnCentre(Application application, Actor actor)
    {
        if (actor is not Actor.Officer { Role: OfficerRole.Operator } officer)
        {
            return DeskRefusal.NotYourRole;
        }

        return application.Centre is null || application.Centre == officer.Centre ? DeskRefusal.None : DeskRefusal.OtherCentre;
    }

    private static DeskRefusal MayAsk(Application application, Actor actor)
    {
        var needed = application.State == ApplicationState.InAppeal ? OfficerRole.AppealOfficer : OfficerRole.Supervisor;
        if (actor is not Actor.Officer officer || officer.Role != needed)
        {
            return DeskRefusal.NotYourRole;
        }

        return DecisionRules.HasActed(application, officer) ? DeskRefusal.SameOfficer : DeskRefusal.None;
    }

    private static Transition OnPaper(Application application, ApplicationEvent happened, DateTimeOffset now)
    {
        if (happened is Submit { Consent: false } or Resubmit { Consent: false })
        {
            return new Transition.Declined(DeskRefusal.ConsentMissing);
        }

        return happened switch
        {
            Submit submit => Move(Fresh(application, submit.RepresentedDiffers), now, In(application, ApplicationState.Draft), ApplicationState.Submitted),
            Resubmit again => Move(Fresh(application, again.RepresentedDiffers), now, In(application, ApplicationState.Returned), ApplicationState.Submitted),
            PreCheckPassed => Move(application, now, In(application, ApplicationState.Submitted), ApplicationState.ReadyToBook),
            _ => Move(application, now, In(application, ApplicationState.Submitted), ApplicationState.Returned),
        };
    }

    // What an earlier attempt found does not carry over: the claims may be other ones now.
    private static Application Fresh(Application application, bool representedDiffers) => new()
    {
        Id = application.Id,
        PersonId = application.PersonId,
        Type = application.Type,
        Slot = application.Slot,
        State = application.State,
        ChangedAt = application.ChangedAt,
        Attempt = application.Attempt + 1,
        RepresentedDiffers = representedDiffers,
    };

    private static Transition OnAppointment(Application application, ApplicationEvent happened, Actor actor, DateTimeOffset now) => happened switch
    {
        Book book => OnBooking(application, book, now),
        CheckIn checkIn => Move(
            application with { FirstOfficer = ((Actor.Officer)actor).Id }, now, MayCheckIn(application, checkIn.Centre, now), ApplicationState.InProofing),
        NoShow noShow => Move(application with { Day = null }, now, Missed(application, noShow.Centre, now), ApplicationState.ReadyToBook),
        _ => Move(application, now, Idle(application, now), ApplicationState.Lapsed),
    };

    private static Transition OnBooking(Application application, Book book, DateTimeOffset now)
    {
        var again = application.State == ApplicationState.Booked;
        var refusal = In(application, ApplicationState.ReadyToBook, ApplicationState.Booked);
        if (refusal == DeskRefusal.None && again && application.Reschedules >= MaxReschedules)
        {
            refusal = DeskRefusal.TooManyReschedules;
        }

        var today = book.Centre.Today(now);
        if (refusal == DeskRefusal.None && (book.Day < today || book.Day > today.AddDays(BookingHorizonDays)))
        {
            refusal = DeskRefusal.DayNotOpen;
        }

        var booked = application with { Centre = book.Centre.Id, Day = book.Day, Reschedules = application.Reschedules + (again ? 1 : 0) };
        return Move(booked, now, refusal, ApplicationState.Booked);
    }

    // The appointment is a fact of one place and one day: another centre, or another date on its wall, is no check-in.
    private static DeskRefusal MayCheckIn(Application application, Centre centre, DateTimeOffset now)
    {
        if (application.State != ApplicationState.Booked)
        {
            return DeskRefusal.WrongState;
        }

        if (application.Centre != centre.Id)
        {
            return DeskRefusal.OtherCentre;
        }

        return application.Day == centre.Today(now) ? DeskRefusal.None : DeskRefusal.OtherDay;
    }

    private static DeskRefusal Missed(Application application, Centre centre, DateTimeOffset now)
    {
        if (application.State != ApplicationState.Booked)
        {
            return DeskRefusal.WrongState;
        }

        if (application.Centre != centre.Id)
        {
            return DeskRefusal.OtherCentre;
        }

        return application.Day < centre.Today(now) ? DeskRefusal.None : DeskRefusal.NotMissedYet;
    }

    private static DeskRefusal Idle(Application application, DateTimeOffset now)
    {
        var refusal = In(application, ApplicationState.Draft, ApplicationState.Returned, ApplicationState.ReadyToBook, ApplicationState.Booked);
        return refusal == DeskRefusal.None && now - application.ChangedAt < IdleTerm ? DeskRefusal.NotIdleYet : refusal;
    }

    // While the person is there, and before anybody decides: what is decided about is what both officers saw.
    private static Transition OnPhotograph(Application application, Photograph photograph, DateTimeOffset now)
    {
        var refusal = In(application, ApplicationState.InProofing);
        return Move(application, now, refusal == DeskRefusal.None && photograph is { Taken: true, Consent: false } ? DeskRefusal.ConsentMissing : refusal, ApplicationState.InProofing);
    }

    private static Transition OnProofing(Application application, ApplicationEvent happened, DateTimeOffset now)
    {
        var refusal = In(application, ApplicationState.InProofing);
        if (happened is not CompleteProofing complete)
        {
            return Move(application, now, refusal, happened is HoldForCare ? ApplicationState.OnHoldCare : ApplicationState.Returned);
        }

        var outcome = complete.Record.OutcomeFor(complete.Subject);
        if (refusal == DeskRefusal.None && outcome == ProofingOutcome.Incomplete)
        {
            refusal = DeskRefusal.ProofingIncomplete;
        }

        var proofed = application with { Proofing = outcome, DuplicateDocument = complete.DuplicateDocument };
        return Move(proofed, now, refusal, ApplicationState.Proofed);
    }

    private static Transition OnAppeal(Application application, DateTimeOffset now)
    {
        var refusal = In(application, ApplicationState.Refused);
        var late = application.RefusedAt is not { } refusedAt || now - refusedAt > AppealTerm;
        return Move(application, now, refusal == DeskRefusal.None && late ? DeskRefusal.TooLate : refusal, ApplicationState.InAppeal);
    }

    private static Transition OnAppealTerm(Application application, DateTimeOffset now)
    {
        var refusal = In(application, ApplicationState.Refused);
        var early = application.RefusedAt is not { } refusedAt || now - refusedAt <= AppealTerm;
        return Move(application, now, refusal == DeskRefusal.None && early ? DeskRefusal.TooEarly : refusal, ApplicationState.RefusedFinal);
    }

    private static DeskRefusal BeforeTheEnd(Application application) =>
        application.State is ApplicationState.Approved or ApplicationState.RefusedFinal or ApplicationState.Withdrawn or ApplicationState.Lapsed
            ? DeskRefusal.WrongState
            : DeskRefusal.None;
}
