using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>The question put to an officer's passkey.</summary>
/// <param name="Handle">To be sent back with the assertion; used once.</param>
/// <param name="OptionsJson">For <c>navigator.credentials.get</c>.</param>
public sealed record DecisionQuestion(string Handle, string OptionsJson);

/// <summary>What came of asking. Closed.</summary>
public abstract record DecisionStart
{
    private DecisionStart()
    {
    }

    public sealed record Asked(DecisionQuestion Question) : DecisionStart;

    public sealed record Declined(DeskRefusal Why) : DecisionStart;
}

/// <summary>
/// Decisions: the officer's passkey signs the hash of the decision document; the assertion is verified before the state
/// changes and kept with the document.
/// </summary>
public sealed class Decisions(Cases cases, GuardianDisputes disputes, OfficerQuestions questions, Deployment deployment, TimeProvider time)
{
    private const string Kind = "decision";

    /// <summary>Asks for a decision, unless the rules would refuse it anyway.</summary>
    public async Task<DecisionStart> AskAsync(DeskCase found, DecisionKind kind, RefusalGround ground, bool related, Officer officer, CancellationToken ct)
    {
        if (found.Claims is not { } claims || found.Proofing is not { } proofing)
        {
            return new DecisionStart.Declined(DeskRefusal.WrongState);
        }

        var refusing = kind is DecisionKind.RecommendRefusal or DecisionKind.Refuse;
        var decision = Event(kind, refusing ? ground : RefusalGround.None, related, found, officer);
        if (found.Application.On(decision, officer.AsActor(), time.GetUtcNow()) is Transition.Declined declined)
        {
            return new DecisionStart.Declined(declined.Why);
        }

        if (await WhyNotIssueAsync(found, kind, ct) is var frozen && frozen != DeskRefusal.None)
        {
            return new DecisionStart.Declined(frozen);
        }

        var document = DecisionDocument.Of(
            found.Id, deployment.Id, [deployment.TypeOf(found.Application.Type).Id], kind, decision.Ground, officer.Id, claims.Commitment(), proofing.Commitment(), time.GetUtcNow()).ToBytes();
        return await questions.AskAsync(Kind, document, document, officer, ct);
    }

    /// <summary>Takes the answer: once, from the officer who was asked, about the data as it still is.</summary>
    public async Task<Transition> DecideAsync(DeskCase found, string handle, string credentialJson, Officer officer, CancellationToken ct)
    {
        if (await questions.TakeAsync(Kind, handle, ct) is not { } asked
            || DecisionDocument.Parse(asked).Failed(out _, out var document)
            || document.OfficerId != officer.Id || document.ApplicationId != found.Id
            || found.Claims is not { } claims || found.Proofing is not { } proofing
            || !claims.Commitment().AsSpan().SequenceEqual(document.Claims)
            || !proofing.Commitment().AsSpan().SequenceEqual(document.Proofing))
        {
            return new Transition.Declined(DeskRefusal.AskAgain);
        }

        if (!questions.IsSaid(asked, credentialJson, officer))
        {
            return new Transition.Declined(DeskRefusal.AssertionInvalid);
        }

        if (await WhyNotIssueAsync(found, document.Kind, ct) is var frozen && frozen != DeskRefusal.None)
        {
            return new Transition.Declined(frozen);
        }

        var decision = Event(document.Kind, document.Ground, related: false, found, officer);
        return await cases.ApplyAsync(found, decision, officer.AsActor(), new CaseChange { Decision = (document, credentialJson) }, ct);
    }

    // What guardians disagree about waits for B: A may have seen the people, and whoever is refused is not issued anything.
    private async Task<DeskRefusal> WhyNotIssueAsync(DeskCase found, DecisionKind kind, CancellationToken ct) => kind == DecisionKind.Approve
        ? await disputes.WhyNotIssueAsync(found.PersonId, found.Application.Type, found.Application.Slot, ct)
        : DeskRefusal.None;

    private static ApplicationEvent.Decide Event(DecisionKind kind, RefusalGround ground, bool related, DeskCase found, Officer officer) =>
        new(kind, ground, related || Kinship.SharesFamilyName(found.Claims!.Claims, officer.Name));
}
