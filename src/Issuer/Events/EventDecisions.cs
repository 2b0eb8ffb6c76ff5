using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Events;

/// <summary>
/// Officers' words about events: A proposes, B approves; A proposes to cancel, B confirms. Each is a passkey assertion over what it says,
/// verified before anything changes and kept. The first two are decisions, from which the signer mints.
/// </summary>
public sealed class EventDecisions(EventRegister register, OfficerQuestions questions, Deployment deployment, TimeProvider time)
{
    private const string Kind = "event-word";

    /// <summary>Asks A for a new event.</summary>
    public Task<DecisionStart> ProposeAsync(EventFacts facts, Officer officer, CancellationToken ct) =>
        StoredEvent.MayPropose(officer.AsActor(), facts, time.GetUtcNow()) is var why && why != DeskRefusal.None
            ? Task.FromResult<DecisionStart>(new DecisionStart.Declined(why))
            : AskAsync(EventStep.Propose, facts, null, Decision(facts, DecisionKind.RecommendIssue, officer), officer, ct);

    /// <summary>Asks for a word about an event that is there, unless the rules would refuse it anyway.</summary>
    public Task<DecisionStart> AskAsync(StoredEvent found, EventStep step, CancelGround? ground, Officer officer, CancellationToken ct)
    {
        var (to, why) = found.On(step, officer.AsActor(), time.GetUtcNow(), ground);
        return to is null ? Task.FromResult<DecisionStart>(new DecisionStart.Declined(why))
            : step == EventStep.Approve ? AskAsync(step, found.Facts, null, Decision(found.Facts, DecisionKind.Approve, officer), officer, ct)
            : AskAsync(step, found.Facts, to.Ground, Cancellation(to, step, officer), officer, ct);
    }

    /// <summary>Takes the answer: once, from the officer who was asked, about the event as it still is. Gives its number.</summary>
    public async Task<(string? Id, DeskRefusal Why)> AnswerAsync(string handle, string credentialJson, Officer officer, CancellationToken ct)
    {
        if (await questions.TakeAsync(Kind, handle, ct) is not { } kept || Asked.Read(kept) is not { } asked || asked.Officer != officer.Id)
        {
            return (null, DeskRefusal.AskAgain);
        }

        if (!questions.IsSaid(asked.Document, credentialJson, officer))
        {
            return (null, DeskRefusal.AssertionInvalid);
        }

        var word = new EventWord(asked.Step, officer.Id, asked.Document, credentialJson);
        return asked.Step == EventStep.Propose ? await AddAsync(asked, word, officer, ct) : await MoveAsync(asked, word, officer, ct);
    }

    /// <summary>B does not agree, or A takes back what waits.</summary>
    public async Task<DeskRefusal> DeclineAsync(StoredEvent found, Officer officer, CancellationToken ct)
    {
        var (to, why) = found.On(EventStep.Decline, officer.AsActor(), time.GetUtcNow());
        return to is null ? why : await register.MoveAsync(to, EventStep.Decline, null, officer.AsActor(), ct) ? DeskRefusal.None : DeskRefusal.ChangedMeanwhile;
    }

    private async Task<(string?, DeskRefusal)> AddAsync(Asked asked, EventWord word, Officer officer, CancellationToken ct)
    {
        var proposed = new StoredEvent(asked.Facts, officer.Centre) { ChangedAt = time.GetUtcNow(), FirstOfficer = officer.Id };
        await register.AddAsync(proposed, word, officer.AsActor(), ct);
        return (proposed.Id, DeskRefusal.None);
    }

    private async Task<(string?, DeskRefusal)> MoveAsync(Asked asked, EventWord word, Officer officer, CancellationToken ct)
    {
        if (await register.FindAsync(asked.Facts.Id, ct) is not { } found || !found.Facts.ToBytes().AsSpan().SequenceEqual(asked.Facts.ToBytes()))
        {
            return (null, DeskRefusal.AskAgain);
        }

        var (to, why) = found.On(asked.Step, officer.AsActor(), time.GetUtcNow(), asked.Ground);
        return to is null ? (null, why)
            : await register.MoveAsync(to, asked.Step, word, officer.AsActor(), ct) ? (to.Id, DeskRefusal.None) : (null, DeskRefusal.ChangedMeanwhile);
    }

    private byte[] Decision(EventFacts facts, DecisionKind kind, Officer officer) =>
        DecisionDocument.About(
            DecisionSubject.Event, facts.Id, deployment.Id, deployment.Types.Where(facts.Fits).Select(type => type.Id), kind, officer.Id, facts.Commitment(), time.GetUtcNow()).ToBytes();

    // Members in alphabetical order, no white space. It is no decision: nothing is ever minted from it.
    private byte[] Cancellation(StoredEvent to, EventStep step, Officer officer) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("deployment", deployment.Id);
        writer.WriteString("event", to.Id);
        writer.WriteString("ground", to.Ground!.Value.Word());
        writer.WriteString("officer", officer.Id);
        writer.WriteString("step", step.Word());
        writer.WriteNumber("time", time.GetUtcNow().ToUnixTimeSeconds());
        writer.WriteEndObject();
    });

    private Task<DecisionStart> AskAsync(EventStep step, EventFacts facts, CancelGround? ground, byte[] document, Officer officer, CancellationToken ct) =>
        questions.AskAsync(Kind, document, new Asked(step, facts, ground, officer.Id, document).ToBytes(), officer, ct);

    // What was asked, between question and answer.
    private sealed record Asked(EventStep Step, EventFacts Facts, CancelGround? Ground, string Officer, byte[] Document)
    {
        public byte[] ToBytes() => JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("step", Step.Word());
            writer.WriteString("facts", Base64UrlText.Encode(Facts.ToBytes()));
            writer.WriteString("ground", Ground?.Word() ?? "");
            writer.WriteString("officer", Officer);
            writer.WriteString("document", Base64UrlText.Encode(Document));
            writer.WriteEndObject();
        });

        public static Asked? Read(byte[] bytes)
        {
            var json = StrictJson.ParseObject(bytes).OrThrow().Element;
            return Base64UrlText.TryDecode(json.StringMember("facts"), out var facts) && Base64UrlText.TryDecode(json.StringMember("document"), out var document)
                ? new(EventWords.FindStep(json.StringMember("step")), EventFacts.Parse(facts).OrThrow(), EventWords.FindGround(json.StringMember("ground")), json.StringMember("officer")!, document)
                : null;
        }
    }
}
