namespace IdentityPlatform.Issuer.Desk;

/// <summary>What can happen to an application. Closed: one case per arrow.</summary>
public abstract record ApplicationEvent
{
    private ApplicationEvent()
    {
    }

    /// <summary>The word for the log.</summary>
    public abstract string Word { get; }

    /// <summary>The applicant sends it in, signed in with a passkey.</summary>
    public sealed record Submit(bool Consent, bool RepresentedDiffers = false) : ApplicationEvent
    {
        public override string Word => "submitted";
    }

    /// <summary>The automatic check found nothing missing.</summary>
    public sealed record PreCheckPassed : ApplicationEvent
    {
        public override string Word => "pre-check-passed";
    }

    /// <summary>An operator found something missing.</summary>
    public sealed record FoundIncomplete : ApplicationEvent
    {
        public override string Word => "found-incomplete";
    }

    /// <summary>The applicant sends it in again.</summary>
    public sealed record Resubmit(bool Consent, bool RepresentedDiffers = false) : ApplicationEvent
    {
        public override string Word => "resubmitted";
    }

    /// <summary>The applicant chooses centre and day; in state booked: another one.</summary>
    public sealed record Book(Centre Centre, DateOnly Day) : ApplicationEvent
    {
        public override string Word => "booked";
    }

    /// <summary>The applicant did not come.</summary>
    public sealed record NoShow(Centre Centre) : ApplicationEvent
    {
        public override string Word => "no-show";
    }

    /// <summary>Half a year without a word.</summary>
    public sealed record Lapse : ApplicationEvent
    {
        public override string Word => "lapsed";
    }

    /// <summary>The applicant stands at the centre.</summary>
    public sealed record CheckIn(Centre Centre) : ApplicationEvent
    {
        public override string Word => "checked-in";
    }

    /// <summary>The proofing record is whole.</summary>
    public sealed record CompleteProofing(ProofingRecord Record, ProofingSubject Subject, bool DuplicateDocument) : ApplicationEvent
    {
        public override string Word => "proofed";
    }

    /// <summary>A photograph is taken with the applicant's consent, or taken out again.</summary>
    public sealed record Photograph(bool Taken, bool Consent) : ApplicationEvent
    {
        public override string Word => Taken ? "photographed" : "photograph-removed";
    }

    /// <summary>The operator suspects coercion; silent.</summary>
    public sealed record HoldForCare : ApplicationEvent
    {
        public override string Word => "waiting";
    }

    /// <summary>The document cannot be read.</summary>
    public sealed record DocumentUnreadable : ApplicationEvent
    {
        public override string Word => "document-unreadable";
    }

    /// <summary>An officer's decision, whose assertion has been verified.</summary>
    public sealed record Decide(DecisionKind Kind, RefusalGround Ground, bool Related) : ApplicationEvent
    {
        public override string Word => DecisionDocument.WordFor(Kind) ?? "decided";
    }

    /// <summary>The deciding officer needs more.</summary>
    public sealed record Ask : ApplicationEvent
    {
        public override string Word => "asked-for-more";
    }

    /// <summary>The applicant appeals.</summary>
    public sealed record Appeal : ApplicationEvent
    {
        public override string Word => "appealed";
    }

    /// <summary>Nobody appealed in time.</summary>
    public sealed record AppealTermEnded : ApplicationEvent
    {
        public override string Word => "appeal-term-ended";
    }

    /// <summary>The applicant takes it back.</summary>
    public sealed record Withdraw : ApplicationEvent
    {
        public override string Word => "withdrawn";
    }
}
