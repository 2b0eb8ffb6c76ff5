using System.Data.Common;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.People;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>
/// Orders about a card: A proposes, B confirms, and the holder may object to the appeal officer. Each officer's word is a passkey
/// assertion over what it says, verified before anything changes and kept.
/// </summary>
public sealed class CardOrders(
    CardOrderRows rows, Cards cards, Representations representations, GuardianDisputes disputes, Database database, AuditLog audit, OfficerQuestions questions, Roster roster, Deployment deployment, TimeProvider time)
{
    private const string Kind = "card-order";

    /// <summary>A new proposal of A; the ground counts for a revocation alone. Null where the kind or the ground is none.</summary>
    public CardOrder? New(DeskCase found, Card card, Officer officer, string? kind, string? ground)
    {
        var (what, why) = (CardOrderWords.FindKind(kind), RevocationGrounds.Find(ground));
        return what is not (CardOrderKind.SuspectFraud or CardOrderKind.Revoke or CardOrderKind.ResumeByCourt or CardOrderKind.ResumeByAgency) || (what == CardOrderKind.Revoke && why is null) ? null : new CardOrder
        {
            Id = CaseNumbers.New(),
            CardId = card.Id,
            ApplicationId = found.Id,
            PersonId = found.PersonId,
            Centre = found.Application.Centre ?? "",
            Kind = what,
            Ground = what == CardOrderKind.Revoke ? why : null,
            ChangedAt = time.GetUtcNow(),
            FirstOfficer = officer.Id,
        };
    }

    /// <summary>Asks for an officer's word, unless the rules would refuse it anyway.</summary>
    public async Task<DecisionStart> AskAsync(DeskCase found, Card card, CardOrder order, CardOrderStep step, Officer officer, CancellationToken ct)
    {
        if (await WhyNotAsync(found, card, order, step, officer, ct) is var why && why != DeskRefusal.None)
        {
            return new DecisionStart.Declined(why);
        }

        var document = new CardOrderDocument(order, deployment.Id, step, officer.Id, time.GetUtcNow().ToUnixTimeSeconds()).ToBytes();
        return await questions.AskAsync(Kind, document, document, officer, ct);
    }

    /// <summary>Takes the answer: once, from the officer who was asked, about this order as it still is.</summary>
    public async Task<DeskRefusal> AnswerAsync(DeskCase found, Card card, string handle, string credentialJson, Officer officer, CancellationToken ct)
    {
        if (await questions.TakeAsync(Kind, handle, ct) is not { } asked
            || await ReadAsync(asked, found, card, ct) is not { } document || document.Officer != officer.Id)
        {
            return DeskRefusal.AskAgain;
        }

        if (!questions.IsSaid(asked, credentialJson, officer))
        {
            return DeskRefusal.AssertionInvalid;
        }

        var (to, why) = document.Order.On(document.Step, officer.AsActor(), time.GetUtcNow());
        return to is null ? why : await WriteAsync(card, to, document, credentialJson, officer, ct);
    }

    /// <summary>The holder objects to the last order that ended the card.</summary>
    public async Task<DeskRefusal> AppealAsync(Card card, Actor.Holder holder, CancellationToken ct)
    {
        if ((await rows.OfCardAsync(card.Id, ct)).FirstOrDefault(order => order.EndsCard && order.State is not (CardOrderState.Declined or CardOrderState.Proposed)) is not { } order)
        {
            return DeskRefusal.WrongState;
        }

        var (to, why) = order.On(CardOrderStep.Appeal, holder, time.GetUtcNow());
        return to is null ? why
            : await database.WriteAsync((connection, transaction) => WriteAsync(connection, transaction, to, holder, CardOrderStep.Appeal, null, ct), ct)
                ? DeskRefusal.None : DeskRefusal.ChangedMeanwhile;
    }

    // Refused before the passkey is asked: by the order's own rules, by kinship, and by what the card can still suffer.
    private async Task<DeskRefusal> WhyNotAsync(DeskCase found, Card card, CardOrder order, CardOrderStep step, Officer officer, CancellationToken ct)
    {
        if (order.On(step, officer.AsActor(), time.GetUtcNow()) is { To: null } refused)
        {
            return refused.Why;
        }

        if (found.Claims is { } claims && Kinship.SharesFamilyName(claims.Claims, officer.Name))
        {
            return DeskRefusal.Related;
        }

        if (step is not (CardOrderStep.Propose or CardOrderStep.Confirm))
        {
            return DeskRefusal.None;
        }

        if (step == CardOrderStep.Propose && (await rows.OfCardAsync(card.Id, ct)).Any(other => other.State == CardOrderState.Proposed && time.GetUtcNow() - other.ChangedAt <= CardOrder.ProposalTerm))
        {
            return DeskRefusal.AlreadyThere;
        }

        return await WhyNotAsync(card, order, step == CardOrderStep.Confirm ? officer : null, ct);
    }

    // The rules of the card, or of what guardians disagree about, with a second officer who is anybody but A where B is not known yet.
    private async Task<DeskRefusal> WhyNotAsync(Card card, CardOrder order, Officer? confirming, CancellationToken ct)
    {
        var first = new Actor.Officer(order.FirstOfficer, OfficerRole.Operator, order.Centre);
        var second = confirming?.AsActor() ?? new Actor.Officer("", OfficerRole.Supervisor, order.Centre);
        if (order.Paper == DisputePaper.None)
        {
            return card.On(EventOf(order, second), first, time.GetUtcNow()) is CardTransition.Declined declined ? declined.Why : DeskRefusal.None;
        }

        return await disputes.FindAsync(card.PersonId, card.Type, card.Slot, ct) is not { } dispute ? DeskRefusal.WrongState
            : dispute.On(new DisputeEvent.Settlement(order.Paper, second), first, time.GetUtcNow()) is DisputeTransition.Declined refusal ? refusal.Why : DeskRefusal.None;
    }

    // What was asked is read strictly: only the bytes that this program writes for this order now are a word about it.
    private async Task<CardOrderDocument?> ReadAsync(byte[] asked, DeskCase found, Card card, CancellationToken ct)
    {
        var json = StrictJson.ParseObject(asked).OrThrow().Element;
        var step = CardOrderWords.FindStep(json.StringMember("step"));
        var order = step == CardOrderStep.Propose ? Proposal(json, found, card) : await rows.FindAsync(json.StringMember("order")!, ct);
        if (order is null || order.CardId != card.Id)
        {
            return null;
        }

        var document = new CardOrderDocument(order, deployment.Id, step, json.StringMember("officer")!, json.LongMember("time")!.Value);
        return document.ToBytes().AsSpan().SequenceEqual(asked) ? document : null;
    }

    private static CardOrder Proposal(JsonElement json, DeskCase found, Card card) => new()
    {
        Id = json.StringMember("order")!,
        CardId = card.Id,
        ApplicationId = found.Id,
        PersonId = found.PersonId,
        Centre = found.Application.Centre ?? "",
        Kind = CardOrderWords.FindKind(json.StringMember("kind")),
        Ground = RevocationGrounds.Find(json.StringMember("ground")),
        ChangedAt = DateTimeOffset.FromUnixTimeSeconds(json.LongMember("time")!.Value),
        FirstOfficer = json.StringMember("officer")!,
    };

    private async Task<DeskRefusal> WriteAsync(Card card, CardOrder to, CardOrderDocument document, string assertion, Officer officer, CancellationToken ct)
    {
        // Order and card change together or not at all.
        try
        {
            if (document.Step == CardOrderStep.Confirm)
            {
                return to.Paper == DisputePaper.None ? await ConfirmAsync(card, to, officer, RecordAsync, ct) : await ResumeAsync(card, to, officer, RecordAsync, ct);
            }

            if (document.Step == CardOrderStep.Overturn)
            {
                return await cards.ReplaceAsync(card, officer.AsActor(), RecordAsync, ct) ? DeskRefusal.None : DeskRefusal.AlreadyThere;
            }

            return await database.WriteAsync(
                async (connection, transaction) =>
                {
                    await RecordAsync(connection, transaction);
                    return DeskRefusal.None;
                },
                ct);
        }
        catch (OrderMovedException)
        {
            return DeskRefusal.ChangedMeanwhile;
        }

        async Task RecordAsync(DbConnection connection, DbTransaction transaction)
        {
            if (!await WriteAsync(connection, transaction, to, officer.AsActor(), document.Step, (document, assertion), ct))
            {
                throw new OrderMovedException();
            }
        }
    }

    private async Task<DeskRefusal> ConfirmAsync(Card card, CardOrder to, Officer second, Func<DbConnection, DbTransaction, Task> record, CancellationToken ct)
    {
        var first = (await roster.FindAsync(to.FirstOfficer, ct))?.AsActor() ?? new Actor.Officer(to.FirstOfficer, OfficerRole.Operator, to.Centre);
        var change = new CardChange { With = (connection, transaction, _) => record(connection, transaction) };
        if (await cards.ApplyAsync(card, EventOf(to, second.AsActor()), first, change, ct) is CardTransition.Declined declined)
        {
            return declined.Why;
        }

        if (to.Ground == RevocationGround.Death)
        {
            await representations.EndWithAsync(card.PersonId, ct);
        }

        return DeskRefusal.None;
    }

    // The card stays as it is: what was held up about the child may be decided again.
    private async Task<DeskRefusal> ResumeAsync(Card card, CardOrder to, Officer second, Func<DbConnection, DbTransaction, Task> record, CancellationToken ct)
    {
        var first = (await roster.FindAsync(to.FirstOfficer, ct))?.AsActor() ?? new Actor.Officer(to.FirstOfficer, OfficerRole.Operator, to.Centre);
        var resume = new DisputeEvent.Settlement(to.Paper, second.AsActor());
        var dispute = await disputes.FindAsync(card.PersonId, card.Type, card.Slot, ct);
        if (dispute?.On(resume, first, time.GetUtcNow()) is not DisputeTransition.Moved { To: var next })
        {
            return DeskRefusal.ChangedMeanwhile;
        }

        return await database.WriteAsync(
            async (connection, transaction) =>
            {
                await record(connection, transaction);
                return await disputes.MoveAsync(connection, transaction, next, resume.Word, second.AsActor(), [card.PersonId], ct) ? DeskRefusal.None : throw new OrderMovedException();
            },
            ct);
    }

    private async Task<bool> WriteAsync(
        DbConnection connection,
        DbTransaction transaction,
        CardOrder to,
        Actor actor,
        CardOrderStep step,
        (CardOrderDocument Document, string Assertion)? word,
        CancellationToken ct)
    {
        if (!await (step == CardOrderStep.Propose ? rows.AddAsync(connection, transaction, to) : rows.MoveAsync(connection, transaction, to)))
        {
            return false;
        }

        if (word is { } said)
        {
            await CardOrderRows.KeepAsync(connection, transaction, said.Document, said.Assertion);
        }

        var details = new Dictionary<string, string> { ["card"] = to.CardId, ["kind"] = to.Kind.Word() };
        await audit.AppendAsync(connection, transaction, new AuditEvent($"order.{step.Word()}", actor.Word, to.PersonId, details), ct);
        return true;
    }

    private static CardEvent EventOf(CardOrder order, Actor.Officer second) => order.Kind == CardOrderKind.SuspectFraud
        ? new CardEvent.SuspectFraud(second)
        : new CardEvent.Revoke(order.Ground!.Value, second);

    // Takes the card's change back with it.
    private sealed class OrderMovedException : Exception;
}
