using System.Collections.Frozen;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>Where an application is on its way.</summary>
public enum ApplicationState
{
    /// <summary>Not read.</summary>
    None,
    Draft,
    Submitted,
    ReadyToBook,

    /// <summary>Given back to the applicant, who may send it in again.</summary>
    Returned,
    Booked,
    InProofing,

    /// <summary>An operator suspects that the applicant is being pressed. To the applicant it looks like waiting.</summary>
    OnHoldCare,
    Proofed,
    PendingDecision,
    Approved,
    Refused,
    InAppeal,

    /// <summary>Final.</summary>
    RefusedFinal,

    /// <summary>Final; the data is erased.</summary>
    Withdrawn,

    /// <summary>Final; idle for half a year, the data is erased.</summary>
    Lapsed,
}

/// <summary>The words for states in the database and in answers.</summary>
public static class ApplicationStates
{
    private static readonly FrozenDictionary<ApplicationState, string> Words = new Dictionary<ApplicationState, string>
    {
        [ApplicationState.Draft] = "draft",
        [ApplicationState.Submitted] = "submitted",
        [ApplicationState.ReadyToBook] = "ready-to-book",
        [ApplicationState.Returned] = "returned",
        [ApplicationState.Booked] = "booked",
        [ApplicationState.InProofing] = "in-proofing",
        [ApplicationState.OnHoldCare] = "on-hold-care",
        [ApplicationState.Proofed] = "proofed",
        [ApplicationState.PendingDecision] = "pending-decision",
        [ApplicationState.Approved] = "approved",
        [ApplicationState.Refused] = "refused",
        [ApplicationState.InAppeal] = "in-appeal",
        [ApplicationState.RefusedFinal] = "refused-final",
        [ApplicationState.Withdrawn] = "withdrawn",
        [ApplicationState.Lapsed] = "lapsed",
    }.ToFrozenDictionary();

    /// <summary>The word.</summary>
    public static string Word(this ApplicationState state) => Words[state];

    /// <summary>What the applicant is told: a hold for their safety must not show on a screen that somebody else reads.</summary>
    public static string WordForApplicant(this ApplicationState state) =>
        (state == ApplicationState.OnHoldCare ? ApplicationState.InProofing : state).Word();

    /// <summary>The state of a word; None when it is no state's.</summary>
    public static ApplicationState Find(string? word) => Words.FirstOrDefault(pair => pair.Value == word).Key;
}
