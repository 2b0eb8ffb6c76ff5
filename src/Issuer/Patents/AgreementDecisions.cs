using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>
/// Officers' words about agreements: A drafts, B signs; A proposes an end, B confirms. Each is a decision over the hash of the terms as they
/// are to be, verified before anything changes and kept for the signer, which verifies it again.
/// </summary>
public sealed class AgreementDecisions(
    AgreementRegister register, AgreementsInForce known, OfficerQuestions questions, Deployment deployment, TimeProvider time)
{
    private const string Kind = "agreement-word";

    /// <summary>The agreement of a number: its row, or the one of the files about which nobody has said anything; or null.</summary>
    public async Task<StoredAgreement?> FindAsync(string id, CancellationToken ct) =>
        await register.FindAsync(id, ct) ?? ((await known.DeploymentAsync(ct)).Agreements.FirstOrDefault(one => one.Id == id) is { } found ? OfFile(found) : null);

    /// <summary>An agreement of the files as the desk sees it.</summary>
    public static StoredAgreement OfFile(Agreement found) =>
        new(AgreementTerms.Of(found)) { Stage = found.SignedOn is null ? AgreementStage.None : AgreementStage.Concluded, ChangedAt = default, FirstOfficer = "" };

    /// <summary>A new agreement, about which nobody has said anything.</summary>
    public StoredAgreement New(AgreementTerms terms) => new(terms) { ChangedAt = time.GetUtcNow(), FirstOfficer = "" };

    /// <summary>Asks an officer for a word, unless the rules would refuse it anyway.</summary>
    public async Task<DecisionStart> AskAsync(StoredAgreement found, AgreementStep step, DateOnly? end, Officer officer, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return found.On(step, officer.AsActor(), await known.DeploymentAsync(ct), now, end) switch
        {
            AgreementTransition.Moved { To: var to } => await AskAsync(step, to.Asked, end, officer, now, ct),
            AgreementTransition.Declined declined => new DecisionStart.Declined(declined.Why),
            _ => throw new InvalidOperationException("closed"),
        };
    }

    /// <summary>Takes the answer: once, from the officer who was asked, about the agreement as it still is. Gives its number.</summary>
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

        if ((asked.Step == AgreementStep.Draft ? New(asked.Terms) : await FindAsync(asked.Terms.Id, ct)) is not { } found)
        {
            return (null, DeskRefusal.AskAgain);
        }

        // The word is about the terms that were asked about, or about nothing.
        return found.On(asked.Step, officer.AsActor(), await known.DeploymentAsync(ct), time.GetUtcNow(), asked.End) switch
        {
            AgreementTransition.Moved { To: var to } when to.Asked.Name() == asked.Terms.Name() =>
                (to.Id, await MoveAsync(to, asked.Step, new AgreementWord(asked.Step, asked.Terms, officer.Id, asked.Document, credentialJson), officer, ct)),
            AgreementTransition.Declined declined => (null, declined.Why),
            _ => (null, DeskRefusal.AskAgain),
        };
    }

    /// <summary>B does not agree, or A takes back what waits.</summary>
    public async Task<DeskRefusal> DeclineAsync(StoredAgreement found, Officer officer, CancellationToken ct) =>
        found.On(AgreementStep.Decline, officer.AsActor(), await known.DeploymentAsync(ct), time.GetUtcNow()) switch
        {
            AgreementTransition.Moved { To: var to } => await MoveAsync(to, AgreementStep.Decline, null, officer, ct),
            AgreementTransition.Declined declined => declined.Why,
            _ => throw new InvalidOperationException("closed"),
        };

    private async Task<DeskRefusal> MoveAsync(StoredAgreement to, AgreementStep step, AgreementWord? word, Officer officer, CancellationToken ct)
    {
        if (!await register.MoveAsync(to, step, word, officer.AsActor(), ct))
        {
            return DeskRefusal.ChangedMeanwhile;
        }

        known.Renew();
        return DeskRefusal.None;
    }

    private Task<DecisionStart> AskAsync(AgreementStep step, AgreementTerms terms, DateOnly? end, Officer officer, DateTimeOffset now, CancellationToken ct)
    {
        var kind = step is AgreementStep.Draft or AgreementStep.ProposeEnd ? DecisionKind.RecommendIssue : DecisionKind.Approve;
        var document = DecisionDocument.About(
            DecisionSubject.Agreement, terms.Id, deployment.Id, deployment.Types.Where(type => type.IsPaid).Select(type => type.Id), kind, officer.Id, terms.Commitment(), now).ToBytes();
        return questions.AskAsync(Kind, document, new Asked(step, terms, end, officer.Id, document).ToBytes(), officer, ct);
    }

    // What was asked, between question and answer.
    private sealed record Asked(AgreementStep Step, AgreementTerms Terms, DateOnly? End, string Officer, byte[] Document)
    {
        public byte[] ToBytes() => JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("step", Step.Word());
            writer.WriteString("terms", Base64UrlText.Encode(Terms.ToBytes()));
            writer.WriteString("end", CaseRow.DayText(End) ?? "");
            writer.WriteString("officer", Officer);
            writer.WriteString("document", Base64UrlText.Encode(Document));
            writer.WriteEndObject();
        });

        public static Asked? Read(byte[] bytes)
        {
            var json = StrictJson.ParseObject(bytes).OrThrow().Element;
            return Base64UrlText.TryDecode(json.StringMember("terms"), out var terms) && Base64UrlText.TryDecode(json.StringMember("document"), out var document)
                ? new(
                    AgreementWords.FindStep(json.StringMember("step")), AgreementTerms.Parse(terms).OrThrow(), ClaimValues.Date(json.StringMember("end")), json.StringMember("officer")!, document)
                : null;
        }
    }
}
