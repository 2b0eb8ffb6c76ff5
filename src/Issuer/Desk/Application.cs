namespace IdentityPlatform.Issuer.Desk;

/// <summary>An application as the rules see it: no name, no document, only the way it has come.</summary>
public sealed record Application
{
    public required string Id { get; init; }

    public required string PersonId { get; init; }

    /// <summary>The credential type as rows name it: empty for the deployment's first.</summary>
    public string Type { get; init; } = "";

    /// <summary>Whom or where it is for, as a keyed hash; empty where a person has one of the type.</summary>
    public string Slot { get; init; } = "";

    public ApplicationState State { get; init; } = ApplicationState.Draft;

    /// <summary>When the state last changed.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Which time it was sent in; decisions of an earlier attempt count for nothing.</summary>
    public int Attempt { get; init; }

    /// <summary>The centre of the appointment.</summary>
    public string? Centre { get; init; }

    /// <summary>The day of the appointment, in the centre's own time.</summary>
    public DateOnly? Day { get; init; }

    public int Reschedules { get; init; }

    /// <summary>What came of the proofing.</summary>
    public ProofingOutcome Proofing { get; init; }

    /// <summary>The document is in use for another person's live card.</summary>
    public bool DuplicateDocument { get; init; }

    /// <summary>The represented person is not the one of the case that the applicant named.</summary>
    public bool RepresentedDiffers { get; init; }

    /// <summary>Who checked in, proofed or recommended: A.</summary>
    public string? FirstOfficer { get; init; }

    /// <summary>What A said.</summary>
    public DecisionKind Recommendation { get; init; }

    /// <summary>Who decided: B.</summary>
    public string? SecondOfficer { get; init; }

    public RefusalGround Ground { get; init; }

    /// <summary>When B refused; the term of an appeal runs from here.</summary>
    public DateTimeOffset? RefusedAt { get; init; }

    /// <summary>What the rules say to an event: the application as it is then, or why not.</summary>
    public Transition On(ApplicationEvent happened, Actor actor, DateTimeOffset now) => ApplicationRules.Answer(this, happened, actor, now);
}

/// <summary>What came of an event. Closed.</summary>
public abstract record Transition
{
    private Transition()
    {
    }

    /// <summary>It happened.</summary>
    public sealed record Moved(Application To) : Transition;

    /// <summary>It did not.</summary>
    public sealed record Declined(DeskRefusal Why) : Transition;
}
