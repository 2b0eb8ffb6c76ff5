using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.People;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>
/// What two officers do to a patent: annul it by a norm that they cite, or amend the occupation. A proposes, B confirms, each by a
/// passkey assertion. About an amendment each says what the signer wants to see: a decision about the claims as they are to be.
/// </summary>
public sealed class PatentOrders(
    CardOrderRows rows, Cards cards, Cases cases, PatentRegister patents, CardRegister register, PersonKeys keys, Database database, AuditLog audit,
    OfficerQuestions questions, Roster roster, Deployment deployment, TimeProvider time)
{
    private const string Kind = "patent-order";
    private const string Purpose = "order";

    /// <summary>A new proposal of A to annul, or why not.</summary>
    public Task<DecisionStart> ProposeAnnulmentAsync(DeskCase found, Card card, string? norm, Officer officer, CancellationToken ct)
    {
        var cited = CitedNorm.Of(norm?.Trim() ?? "", RandomNumberGenerator.Fill);
        return AskAsync(found, card, New(found, card, officer, CardOrderKind.Annul), CardOrderStep.Propose, cited.ToBytes(), officer, ct);
    }

    /// <summary>A new proposal of A to amend, or why not.</summary>
    public async Task<DecisionStart> ProposeAmendmentAsync(DeskCase found, Card card, JsonElement sent, Officer officer, CancellationToken ct)
    {
        var type = deployment.TypeOf(card.Type);
        if (type.Amendable is not { } field || found.Claims is not { } before
            || new ApplicationForm(type, deployment).ReadOne(field, sent, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)) is not { } value)
        {
            return new DecisionStart.Declined(DeskRefusal.BadRequest);
        }

        var claims = JsonObject.Create(before.Claims)!;
        claims[field.Name] = JsonNode.Parse(value.GetRawText());
        var amended = PersonClaims.Of(claims.Deserialize<JsonElement>(), RandomNumberGenerator.Fill);
        return await AskAsync(found, card, New(found, card, officer, CardOrderKind.Amend), CardOrderStep.Propose, amended.ToBytes(), officer, ct);
    }

    /// <summary>Asks B for a word about a proposal that waits, or says why not.</summary>
    public async Task<DecisionStart> AskAsync(DeskCase found, Card card, CardOrder order, CardOrderStep step, Officer officer, CancellationToken ct) =>
        await ContentAsync(order, ct) is { } content ? await AskAsync(found, card, order, step, content, officer, ct) : new DecisionStart.Declined(DeskRefusal.WrongState);

    /// <summary>What an order says beside its kind; null once its person was erased, and for orders that say no more.</summary>
    public async Task<byte[]?> ContentAsync(CardOrder order, CancellationToken ct) =>
        await rows.ContentAsync(order.Id, ct) is { } kept ? await keys.UnprotectAsync(order.PersonId, Purpose, kept, ct) : null;

    /// <summary>Takes the answer: once, from the officer who was asked, about this order as it still is. Null where the question was none of these.</summary>
    public async Task<DeskRefusal?> AnswerAsync(DeskCase found, Card card, string handle, string credentialJson, Officer officer, CancellationToken ct)
    {
        if (await questions.TakeAsync(Kind, handle, ct) is not { } asked)
        {
            return null;
        }

        var question = OrderQuestion.Read(asked);
        var order = question.Step == CardOrderStep.Propose
            ? New(found, card, officer, question.Kind) with { Id = question.OrderId, ChangedAt = question.At }
            : await rows.FindAsync(question.OrderId, ct);
        if (order is null || order.CardId != card.Id || question.OfficerId != officer.Id
            || await keys.UnprotectAsync(found.PersonId, Purpose, question.Content, ct) is not { } content)
        {
            return DeskRefusal.AskAgain;
        }

        if (!questions.IsSaid(question.Word, credentialJson, officer))
        {
            return DeskRefusal.AssertionInvalid;
        }

        if (await WhyNotAsync(found, card, order, question.Step, content, officer, ct) is var why && why != DeskRefusal.None)
        {
            return why;
        }

        var to = order.On(question.Step, officer.AsActor(), time.GetUtcNow()).To!;
        return await WriteAsync(new(found, card, to, question, content, credentialJson, officer), ct);
    }

    private CardOrder New(DeskCase found, Card card, Officer officer, CardOrderKind kind) => new()
    {
        Id = CaseNumbers.New(),
        CardId = card.Id,
        ApplicationId = found.Id,
        PersonId = found.PersonId,
        Centre = found.Application.Centre ?? "",
        Kind = kind,
        ChangedAt = time.GetUtcNow(),
        FirstOfficer = officer.Id,
    };

    private async Task<DecisionStart> AskAsync(DeskCase found, Card card, CardOrder order, CardOrderStep step, byte[] content, Officer officer, CancellationToken ct)
    {
        if (await WhyNotAsync(found, card, order, step, content, officer, ct) is var why && why != DeskRefusal.None)
        {
            return new DecisionStart.Declined(why);
        }

        if (await WordAsync(found, order, step, content, officer, ct) is not { } word)
        {
            return new DecisionStart.Declined(DeskRefusal.WrongState);
        }

        var kept = await keys.ProtectAsync(found.PersonId, Purpose, content, ct);
        return await questions.AskAsync(Kind, word, new OrderQuestion(order.Id, order.Kind, step, officer.Id, order.ChangedAt, word, kept).ToBytes(), officer, ct);
    }

    // Refused before the passkey is asked, and again before anything is written: by the order's own rules, by kinship, by the patent and by the card.
    private async Task<DeskRefusal> WhyNotAsync(DeskCase found, Card card, CardOrder order, CardOrderStep step, byte[] content, Officer officer, CancellationToken ct)
    {
        if (order.On(step, officer.AsActor(), time.GetUtcNow()) is { To: null } refused)
        {
            return refused.Why;
        }

        if (found.Claims is not { } claims || Kinship.SharesFamilyName(claims.Claims, officer.Name))
        {
            return found.Claims is null ? DeskRefusal.WrongState : DeskRefusal.Related;
        }

        if (step == CardOrderStep.Decline)
        {
            return DeskRefusal.None;
        }

        if (step == CardOrderStep.Propose && (await rows.OfCardAsync(card.Id, ct)).Any(other => other.State == CardOrderState.Proposed && time.GetUtcNow() - other.ChangedAt <= CardOrder.ProposalTerm))
        {
            return DeskRefusal.AlreadyThere;
        }

        return await patents.FindOfCardAsync(card, ct) is { } paid ? WhyNot(paid, card, order, step, content, officer) : DeskRefusal.WrongState;
    }

    private DeskRefusal WhyNot(PaidPatent paid, Card card, CardOrder order, CardOrderStep step, byte[] content, Officer officer)
    {
        // By the rules of both, with a second officer who is anybody but A where B is not known yet.
        var first = new Actor.Officer(order.FirstOfficer, OfficerRole.Operator, order.Centre);
        var second = step == CardOrderStep.Confirm ? officer.AsActor() : new Actor.Officer("", OfficerRole.Supervisor, order.Centre);
        return paid.Patent.On(EventOf(order, content, second), first, deployment, time.GetUtcNow()) is PatentTransition.Declined patent ? patent.Why
            : card.On(CardEventOf(order, second), first, time.GetUtcNow()) is CardTransition.Declined declined ? declined.Why : DeskRefusal.None;
    }

    // An amendment is decided about as an application is: by documents over the new claims, which the signer asks for. Null once the proofing's commitment is gone.
    private async Task<byte[]?> WordAsync(DeskCase found, CardOrder order, CardOrderStep step, byte[] content, Officer officer, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (order.Kind == CardOrderKind.Annul || step == CardOrderStep.Decline)
        {
            return new CardOrderDocument(order, deployment.Id, step, officer.Id, now.ToUnixTimeSeconds()) { Content = SHA256.HashData(content) }.ToBytes();
        }

        var kind = step == CardOrderStep.Propose ? DecisionKind.RecommendIssue : DecisionKind.Approve;
        return (await register.EvidenceAsync(found.Application, ct)).FindApproval() is not { } approval ? null : DecisionDocument.Of(
            found.Id, deployment.Id, [deployment.TypeOf(found.Application.Type).Id], kind, RefusalGround.None, officer.Id,
            PersonClaims.Parse(content).OrThrow().Commitment(), approval.Proofing, now).ToBytes();
    }

    private async Task<DeskRefusal> WriteAsync(OrderAnswer answer, CancellationToken ct)
    {
        try
        {
            if (answer.Question.Step != CardOrderStep.Confirm)
            {
                return await database.WriteAsync(
                    async (connection, transaction) =>
                    {
                        await RecordAsync(connection, transaction, answer, ct);
                        return DeskRefusal.None;
                    },
                    ct);
            }

            var first = (await roster.FindAsync(answer.To.FirstOfficer, ct))?.AsActor() ?? new Actor.Officer(answer.To.FirstOfficer, OfficerRole.Operator, answer.To.Centre);
            var paid = (await patents.FindOfCardAsync(answer.Card, ct))!;
            var happened = EventOf(answer.To, answer.Content, answer.Officer.AsActor());
            if (paid.Patent.On(happened, first, deployment, time.GetUtcNow()) is not PatentTransition.Moved moved)
            {
                return DeskRefusal.ChangedMeanwhile;
            }

            var change = new CardChange { With = (connection, transaction, _) => ConfirmAsync(connection, transaction, answer, paid, moved.To, happened, first, ct) };
            return await cards.ApplyAsync(answer.Card, CardEventOf(answer.To, answer.Officer.AsActor()), first, change, ct) is CardTransition.Declined declined ? declined.Why : DeskRefusal.None;
        }
        catch (MovedMeanwhileException)
        {
            return DeskRefusal.ChangedMeanwhile;
        }
    }

    // Order, patent, claims, decisions and card change together or not at all.
    private async Task ConfirmAsync(
        DbConnection connection, DbTransaction transaction, OrderAnswer answer, PaidPatent paid, Patent next, PatentEvent happened, Actor first, CancellationToken ct)
    {
        await RecordAsync(connection, transaction, answer, ct);
        if (!await patents.MoveAsync(connection, transaction, paid, next, happened, first, ct))
        {
            throw new MovedMeanwhileException();
        }

        if (answer.To.Kind == CardOrderKind.Amend)
        {
            var proposed = await CardOrderRows.ProposalAsync(connection, transaction, answer.To.Id);
            var claims = await keys.ProtectAsync(answer.Found.PersonId, Cases.ClaimsPurpose, answer.Content, ct);
            if (!await cases.AmendAsync(connection, transaction, answer.Found, claims, [proposed, (answer.Question.Word, answer.Assertion)]))
            {
                throw new MovedMeanwhileException();
            }
        }
    }

    private async Task RecordAsync(DbConnection connection, DbTransaction transaction, OrderAnswer answer, CancellationToken ct)
    {
        var (to, question) = (answer.To, answer.Question);
        if (!await (question.Step == CardOrderStep.Propose ? rows.AddAsync(connection, transaction, to, question.Content) : rows.MoveAsync(connection, transaction, to)))
        {
            throw new MovedMeanwhileException();
        }

        await CardOrderRows.KeepAsync(connection, transaction, to.Id, question.Step, answer.Officer.Id, question.Word, answer.Assertion);
        var details = new Dictionary<string, string> { ["card"] = to.CardId, ["kind"] = to.Kind.Word() };
        await audit.AppendAsync(connection, transaction, new AuditEvent($"order.{question.Step.Word()}", answer.Officer.AsActor().Word, to.PersonId, details), ct);
    }

    private static PatentEvent EventOf(CardOrder order, byte[] content, Actor.Officer second) =>
        order.Kind == CardOrderKind.Annul ? new PatentEvent.Annul(CitedNorm.Read(content).Text, second) : new PatentEvent.Amend(second);

    private static CardEvent CardEventOf(CardOrder order, Actor.Officer second) =>
        order.Kind == CardOrderKind.Annul ? new CardEvent.Revoke(RevocationGround.Annulled, second) : new CardEvent.Amend(second);

    private sealed record OrderAnswer(DeskCase Found, Card Card, CardOrder To, OrderQuestion Question, byte[] Content, string Assertion, Officer Officer)
    {
        public override string ToString() => nameof(OrderAnswer);
    }

    // Takes the card's change back with it.
    private sealed class MovedMeanwhileException : Exception;
}
