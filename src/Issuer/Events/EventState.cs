using System.Collections.Frozen;
using System.Text.Json;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Events;

/// <summary>Where an event is in its life.</summary>
public enum EventState
{
    None,

    /// <summary>A has proposed it; nobody sees it.</summary>
    Proposed,

    /// <summary>B has approved: tickets are given.</summary>
    Decided,

    /// <summary>B did not approve, or A took it back. Final.</summary>
    Declined,

    /// <summary>A wants it cancelled; nothing has happened to it.</summary>
    CancelProposed,

    /// <summary>B has confirmed: its tickets are void. Final.</summary>
    Cancelled,
}

/// <summary>An officer's step.</summary>
public enum EventStep
{
    None,
    Propose,
    Approve,

    /// <summary>B does not agree, or A takes back what waits. It gives nothing to anybody, so no passkey is asked.</summary>
    Decline,
    ProposeCancel,
    ConfirmCancel,
}

/// <summary>Why an event is cancelled: the closed list.</summary>
public enum CancelGround
{
    /// <summary>Whoever holds the event asked for it.</summary>
    OrganiserRequest,

    /// <summary>The place cannot be used.</summary>
    VenueUnavailable,

    /// <summary>It would not be safe.</summary>
    Safety,

    /// <summary>What was decided about it is wrong.</summary>
    WrongData,

    /// <summary>A court decided so.</summary>
    CourtDecision,
}

/// <summary>An event with where it stands.</summary>
public sealed record StoredEvent(EventFacts Facts, string Centre)
{
    private static readonly TimeSpan ProposalTerm = TimeSpan.FromDays(30);

    private static readonly FrozenDictionary<(EventState From, EventStep Step), EventState> Arrows = new Dictionary<(EventState, EventStep), EventState>
    {
        [(EventState.Proposed, EventStep.Approve)] = EventState.Decided,
        [(EventState.Proposed, EventStep.Decline)] = EventState.Declined,
        [(EventState.Decided, EventStep.ProposeCancel)] = EventState.CancelProposed,
        [(EventState.CancelProposed, EventStep.Decline)] = EventState.Decided,
        [(EventState.CancelProposed, EventStep.ConfirmCancel)] = EventState.Cancelled,
    }.ToFrozenDictionary();

    public string Id => Facts.Id;

    public EventState State { get; init; } = EventState.Proposed;

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Who proposed what waits, or what was done last.</summary>
    public required string FirstOfficer { get; init; }

    public string? SecondOfficer { get; init; }

    /// <summary>Of a cancellation.</summary>
    public CancelGround? Ground { get; init; }

    /// <summary>Rises with every change.</summary>
    public long Version { get; init; }

    /// <summary>True while its credentials are given.</summary>
    public bool IsOpen(DateTimeOffset now) => State is EventState.Decided or EventState.CancelProposed && now >= Facts.OpensAt && now < Facts.ClosesAt;

    /// <summary>What the rules say to an officer's step: the event as it is then, or why not. Pure.</summary>
    public (StoredEvent? To, DeskRefusal Why) On(EventStep step, Actor.Officer officer, DateTimeOffset now, CancelGround? ground = null)
    {
        var next = Arrows.GetValueOrDefault((State, step));
        var why = WhoMay(step, officer);
        why = why != DeskRefusal.None ? why
            : next == EventState.None ? DeskRefusal.WrongState
            : step == EventStep.ProposeCancel && ground is null ? DeskRefusal.GroundMissing
            : WhetherInTime(step, now);
        return why != DeskRefusal.None ? (null, why) : (this with
        {
            State = next,
            ChangedAt = now,
            Ground = step == EventStep.ProposeCancel ? ground : next == EventState.Decided ? null : Ground,
            FirstOfficer = step == EventStep.ProposeCancel ? officer.Id : FirstOfficer,
            SecondOfficer = step is EventStep.Approve or EventStep.ConfirmCancel ? officer.Id : SecondOfficer,
        }, why);
    }

    /// <summary>Whether an officer may propose an event, which has no state yet. Pure.</summary>
    public static DeskRefusal MayPropose(Actor.Officer officer, EventFacts facts, DateTimeOffset now) =>
        officer.Role != OfficerRole.Operator ? DeskRefusal.NotYourRole : now >= facts.ClosesAt ? DeskRefusal.TooLate : DeskRefusal.None;

    // A proposal waits for B a month; about what is over nothing is decided.
    private DeskRefusal WhetherInTime(EventStep step, DateTimeOffset now) =>
        now >= Facts.ClosesAt || (step == EventStep.Approve && now - ChangedAt > ProposalTerm) ? DeskRefusal.TooLate : DeskRefusal.None;

    private DeskRefusal WhoMay(EventStep step, Actor.Officer officer)
    {
        if (officer.Centre != Centre)
        {
            return DeskRefusal.OtherCentre;
        }

        var own = officer.Id == FirstOfficer;
        if (step is EventStep.Propose or EventStep.ProposeCancel)
        {
            return Needs(officer, OfficerRole.Operator);
        }

        // Said before the role, so that A who tries to confirm alone hears what is really wrong.
        return !own ? Needs(officer, OfficerRole.Supervisor) : step == EventStep.Decline ? DeskRefusal.None : DeskRefusal.SameOfficer;
    }

    private static DeskRefusal Needs(Actor.Officer officer, OfficerRole role) => officer.Role == role ? DeskRefusal.None : DeskRefusal.NotYourRole;
}

/// <summary>Words for the database, documents and endpoints.</summary>
public static class EventWords
{
    public static string Word(this EventState state) => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString());

    public static EventState FindState(string? word) => Enum.GetValues<EventState>().FirstOrDefault(state => state.Word() == word);

    public static string Word(this EventStep step) => JsonNamingPolicy.KebabCaseLower.ConvertName(step.ToString());

    public static EventStep FindStep(string? word) => Enum.GetValues<EventStep>().FirstOrDefault(step => step.Word() == word);

    public static string Word(this CancelGround ground) => JsonNamingPolicy.KebabCaseLower.ConvertName(ground.ToString());

    public static CancelGround? FindGround(string? word) =>
        Enum.GetValues<CancelGround>().Where(ground => ground.Word() == word).Select(ground => (CancelGround?)ground).FirstOrDefault();
}
