using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Tests.Desk;

/// <summary>People, a centre and applications in every state, for tests of the rules.</summary>
internal static class TestCase
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);
    public static readonly Centre Here = Place("yerevan");
    public static readonly Centre There = Place("almaty");
    public static readonly DateOnly Today = Here.Today(Now);
    public static readonly Actor Holder = new Actor.Holder("person");
    public static readonly Actor Clock = new Actor.Clock();
    public static readonly Actor.Officer A = new("a", OfficerRole.Operator, "yerevan");
    public static readonly Actor.Officer B = new("b", OfficerRole.Supervisor, "yerevan");
    public static readonly Actor.Officer C = new("c", OfficerRole.AppealOfficer, "yerevan");
    public static readonly ProofingSubject Adult = new(new DateOnly(1991, 5, 26), Today);

    public static Application In(ApplicationState state) => new()
    {
        Id = "case",
        PersonId = "person",
        State = state,
        ChangedAt = Now.AddDays(-1),
        Attempt = 1,
        Centre = state >= ApplicationState.Booked ? Here.Id : null,
        Day = state >= ApplicationState.Booked ? Today : null,
        Proofing = state >= ApplicationState.Proofed ? ProofingOutcome.Passed : ProofingOutcome.None,
        FirstOfficer = state >= ApplicationState.InProofing ? A.Id : null,
        Recommendation = state >= ApplicationState.PendingDecision ? DecisionKind.RecommendIssue : DecisionKind.None,
        SecondOfficer = state >= ApplicationState.Refused ? B.Id : null,
        RefusedAt = state >= ApplicationState.Refused ? Now.AddDays(-1) : null,
    };

    public static ProofingRecord Record(params (ProofingStep Step, StepResult Result)[] others)
    {
        var results = ProofingSteps.All.ToDictionary(step => step, step => ProofingSteps.IsAlwaysRequired(step) ? StepResult.Pass : StepResult.NotApplicable);
        foreach (var (step, result) in others)
        {
            results[step] = result;
        }

        return ProofingRecord.Of(results, DocumentKind.Passport, "AM", A.Id, Now, bytes => bytes.Fill(7));
    }

    private static Centre Place(string id)
    {
        var text = new LocalisedText(new Dictionary<string, string> { ["en"] = id });
        return new Centre(id, "AM", TimeSpan.FromHours(4), text, text);
    }
}
