using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>Who may decide what, and when. Pure.</summary>
internal static class DecisionRules
{
    public static Transition Answer(Application application, ApplicationEvent.Decide decision, Actor.Officer officer, DateTimeOffset now)
    {
        var recommending = decision.Kind is DecisionKind.RecommendIssue or DecisionKind.RecommendRefusal;
        if ((recommending ? MayRecommend(application, decision, officer) : MayDecide(application, decision, officer)) is var refusal
            && refusal != DeskRefusal.None)
        {
            return new Transition.Declined(refusal);
        }

        if (decision.Related)
        {
            return new Transition.Declined(DeskRefusal.Related);
        }

        return recommending ? Recommended(application, decision, officer, now) : Decided(application, decision, officer, now);
    }

    /// <summary>True when the officer was A or B of this attempt.</summary>
    public static bool HasActed(Application application, Actor.Officer officer) =>
        officer.Id == application.FirstOfficer || officer.Id == application.SecondOfficer;

    private static DeskRefusal MayRecommend(Application application, ApplicationEvent.Decide decision, Actor.Officer officer)
    {
        if (application.State != ApplicationState.Proofed)
        {
            return DeskRefusal.WrongState;
        }

        if (officer.Role != OfficerRole.Operator)
        {
            return DeskRefusal.NotYourRole;
        }

        if (application.Centre != officer.Centre)
        {
            return DeskRefusal.OtherCentre;
        }

        // A has seen the person: the recommendation is of the one who proofed.
        return officer.Id != application.FirstOfficer ? DeskRefusal.NotYourCase : WhatMaySay(application, decision);
    }

    private static DeskRefusal WhatMaySay(Application application, ApplicationEvent.Decide decision)
    {
        if (decision.Kind is DecisionKind.RecommendRefusal or DecisionKind.Refuse)
        {
            return decision.Ground == RefusalGround.None ? DeskRefusal.GroundMissing : DeskRefusal.None;
        }

        if (application.DuplicateDocument)
        {
            return DeskRefusal.DuplicateDocument;
        }

        // Not said to the applicant, who could try out birth dates with it.
        if (application.RepresentedDiffers)
        {
            return DeskRefusal.RepresentedDiffers;
        }

        return application.Proofing == ProofingOutcome.Passed ? DeskRefusal.None : DeskRefusal.ProofingNotPassed;
    }

    private static DeskRefusal MayDecide(Application application, ApplicationEvent.Decide decision, Actor.Officer officer)
    {
        if (decision.Kind == DecisionKind.None || application.State is not (ApplicationState.PendingDecision or ApplicationState.InAppeal))
        {
            return DeskRefusal.WrongState;
        }

        // Asked before the role, so that A who tries to approve alone hears what is really wrong.
        if (HasActed(application, officer))
        {
            return DeskRefusal.SameOfficer;
        }

        if (officer.Role != (application.State == ApplicationState.InAppeal ? OfficerRole.AppealOfficer : OfficerRole.Supervisor))
        {
            return DeskRefusal.NotYourRole;
        }

        if (WhatMaySay(application, decision) is var refusal && refusal != DeskRefusal.None)
        {
            return refusal;
        }

        // The signer mints on two officers' word in favour; where A was against, the case is returned and proofed anew.
        return decision.Kind == DecisionKind.Approve && application.Recommendation != DecisionKind.RecommendIssue
            ? DeskRefusal.NeedsTwoInFavour
            : DeskRefusal.None;
    }

    private static Transition Recommended(Application application, ApplicationEvent.Decide decision, Actor.Officer officer, DateTimeOffset now)
    {
        var recommended = application with { FirstOfficer = officer.Id, Recommendation = decision.Kind, Ground = decision.Ground };
        return ApplicationRules.Move(recommended, now, DeskRefusal.None, ApplicationState.PendingDecision);
    }

    private static Transition Decided(Application application, ApplicationEvent.Decide decision, Actor.Officer officer, DateTimeOffset now)
    {
        var appeal = application.State == ApplicationState.InAppeal;
        if (decision.Kind == DecisionKind.Approve)
        {
            var approved = application with { SecondOfficer = officer.Id, Ground = RefusalGround.None };
            return ApplicationRules.Move(approved, now, DeskRefusal.None, ApplicationState.Approved);
        }

        var refused = application with { SecondOfficer = officer.Id, Ground = decision.Ground, RefusedAt = now };
        return ApplicationRules.Move(refused, now, DeskRefusal.None, appeal ? ApplicationState.RefusedFinal : ApplicationState.Refused);
    }
}
