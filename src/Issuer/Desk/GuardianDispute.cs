using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>Where a disagreement about a child stands.</summary>
public enum DisputeState
{
    /// <summary>Nobody has objected, or it was settled.</summary>
    None,

    /// <summary>A guardian objects: nothing new is issued about the child, and what was issued stays valid.</summary>
    FrozenNew,
}

/// <summary>Which paper settles it: the closed list.</summary>
public enum DisputePaper
{
    None,

    /// <summary>A court's decision.</summary>
    Court,

    /// <summary>A decision of the guardianship agency.</summary>
    Agency,
}

/// <summary>What can happen to it. Closed.</summary>
public abstract record DisputeEvent
{
    private DisputeEvent()
    {
    }

    /// <summary>The word for the log.</summary>
    public abstract string Word { get; }

    /// <summary>One who acts for the child objects, or a guardian says so at the centre.</summary>
    /// <param name="ActsFor">The slot of the child for whom the actor holds a live representation; null at the centre.</param>
    public sealed record Objection(string? ActsFor) : DisputeEvent
    {
        public override string Word => "frozen";
    }

    /// <summary>Two officers have seen a court's or the agency's paper.</summary>
    public sealed record Settlement(DisputePaper Paper, Actor.Officer? Second) : DisputeEvent
    {
        public override string Word => "resumed";
    }
}

/// <summary>What came of an event. Closed.</summary>
public abstract record DisputeTransition
{
    private DisputeTransition()
    {
    }

    public sealed record Moved(GuardianDispute To) : DisputeTransition;

    public sealed record Declined(DeskRefusal Why) : DisputeTransition;
}

/// <summary>A disagreement of guardians about a child, as the rules see it: the child is a keyed hash, and nobody is named.</summary>
/// <param name="Slot">The child.</param>
public sealed record GuardianDispute(string Slot)
{
    public DisputeState State { get; init; }

    /// <summary>When the state last changed.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>Rises with every change; 0 before there is a row.</summary>
    public long Version { get; init; }

    /// <summary>Why nothing new may be issued about the child: no card, no renewal, no replacement, nobody more who acts for it.</summary>
    public DeskRefusal WhyNotIssue => State == DisputeState.FrozenNew ? DeskRefusal.Frozen : DeskRefusal.None;

    /// <summary>What the rules say to an event. Pure.</summary>
    public DisputeTransition On(DisputeEvent happened, Actor actor, DateTimeOffset now)
    {
        var (why, from, to) = happened switch
        {
            DisputeEvent.Objection objection => (MayObject(objection, actor), DisputeState.None, DisputeState.FrozenNew),
            DisputeEvent.Settlement resume => (MayResume(resume, actor), DisputeState.FrozenNew, DisputeState.None),
            _ => throw new InvalidOperationException("closed"),
        };
        why = why == DeskRefusal.None && State != from ? DeskRefusal.WrongState : why;
        return why == DeskRefusal.None ? new DisputeTransition.Moved(this with { State = to, ChangedAt = now }) : new DisputeTransition.Declined(why);
    }

    // Any guardian, alone and at once: an objection takes nothing from anybody. One who holds no representation comes to a centre.
    private DeskRefusal MayObject(DisputeEvent.Objection objection, Actor actor) => actor switch
    {
        Actor.Holder => objection.ActsFor == Slot ? DeskRefusal.None : DeskRefusal.NotYourCase,
        Actor.Officer { Role: OfficerRole.Operator } => DeskRefusal.None,
        _ => DeskRefusal.NotYourRole,
    };

    private static DeskRefusal MayResume(DisputeEvent.Settlement resume, Actor actor)
    {
        if (actor is not Actor.Officer first)
        {
            return DeskRefusal.NotYourRole;
        }

        if (resume.Second is not { } second)
        {
            return DeskRefusal.SecondOfficerMissing;
        }

        return first.Id == second.Id ? DeskRefusal.SameOfficer
            : first.Role != OfficerRole.Operator || second.Role != OfficerRole.Supervisor ? DeskRefusal.NotYourRole
            : resume.Paper == DisputePaper.None ? DeskRefusal.GroundMissing
            : DeskRefusal.None;
    }
}
