using System.Data.Common;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Patents;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>The register of cards of this deployment, as issuance sees it.</summary>
public sealed class CardRegister(Database database, Cards cards, Cases cases, CardNumbers numbers, PatentRegister patents, Deployment deployment) : ICardRegister
{
    internal static readonly Statement FindDecisions = new("""
        SELECT d.document, d.assertion, o.roster_entry FROM decisions d JOIN officers o ON o.id = d.officer_id
        WHERE d.application_id = @id AND d.attempt = @attempt ORDER BY d.decided_at, d.id
        """);

    public async Task<RegisteredCard?> FindOfTypeAsync(string personId, CredentialType type, CancellationToken ct)
    {
        var stored = deployment.Stored(type);
        return (await cards.AllOfPersonAsync(personId, ct)).FirstOrDefault(card => card.Type == stored && card.State is CardState.Offered or CardState.Active) is { } card
            ? await FindAsync(card, null, null, ct)
            : null;
    }

    public async Task<RegisteredCard?> FindCollectableAsync(string personId, string cardId, CancellationToken ct, PersonKey? key = null) =>
        await cards.ReadAsync(cardId, ct) is var (card, row) && card.State is CardState.Offered or CardState.Active && card.PersonId == personId
            ? await FindAsync(card, row, key, ct)
            : null;

    public async Task<bool> IsUnderReviewAsync(string personId, string cardId, CancellationToken ct) =>
        await cards.FindAsync(cardId, ct) is { State: CardState.Suspended, Suspension: SuspensionReason.Fraud } card && card.PersonId == personId;

    public async Task<bool> MarkCollectedAsync(RegisteredCard card, Func<DbConnection, DbTransaction, Task> also, CancellationToken ct)
    {
        var change = new CardChange { With = (connection, transaction, _) => also(connection, transaction), Key = card.Key };
        return await MarkAsync(card.CardId, card.Row, new CardEvent.Collected(), new Actor.Clock(), change, ct) == DeskRefusal.None;
    }

    /// <summary>A card that the rules let be printed; null where it is not paid for today.</summary>
    internal Task<RegisteredCard?> FindPrintableAsync(Card card, CancellationToken ct) => FindAsync(card, null, null, ct);

    /// <summary>Says that a code on paper was minted; or why the card may not be handed out on paper any more.</summary>
    internal Task<DeskRefusal> MarkPrintedAsync(string cardId, Actor.Officer officer, CancellationToken ct) => MarkAsync(cardId, null, new CardEvent.Printed(), officer, CardChange.None, ct);

    private async Task<DeskRefusal> MarkAsync(string cardId, CardRow? seen, CardEvent happened, Actor actor, CardChange change, CancellationToken ct)
    {
        while ((seen ?? (await cards.ReadAsync(cardId, ct))?.Row) is { } row)
        {
            // Known from the first minting on; the calendar needs it where no key opens anything.
            var expires = row.ToCard().Expires ?? (await numbers.FindAsync(cardId, row.PersonId, ct))?.Expires;
            var transition = await cards.ApplyAsync(row, happened, actor, change.Until(expires), ct);

            // Another wallet of the person may collect at the same time: the card is looked at again as it is then.
            if (transition is not CardTransition.Declined { Why: DeskRefusal.ChangedMeanwhile })
            {
                return transition is CardTransition.Declined declined ? declined.Why : DeskRefusal.None;
            }

            seen = null;
        }

        return DeskRefusal.WrongState;
    }

    /// <summary>The decisions of the application's last attempt with their officers' entries, as the database holds them.</summary>
    public async Task<MintEvidence> EvidenceAsync(Application application, CancellationToken ct)
    {
        var decisions = await database.ListAsync(FindDecisions, row => new StoredDecision(row.Bytes(0), row.Text(1), row.Text(2)), ct, application.Id, application.Attempt);
        return new(application.Id, deployment.Id, decisions);
    }

    private async Task<RegisteredCard?> FindAsync(Card card, CardRow? row, PersonKey? key, CancellationToken ct)
    {
        if (await cases.FindAsync(card.ApplicationId, ct, key) is not { Claims: { } claims } found)
        {
            return null;
        }

        var evidence = await EvidenceAsync(found.Application, ct);
        if (!deployment.TypeOf(card.Type).IsPaid)
        {
            return new RegisteredCard(card.Id, card.PersonId, claims, evidence) { Type = card.Type, Row = row, Key = key };
        }

        // What is not paid for today is not collected, and not refilled.
        return await patents.FindAsync(card.ApplicationId, ct) is { Patent.State: PatentState.Active } paid
            ? new RegisteredCard(card.Id, card.PersonId, claims, evidence with { Payments = paid.Evidence }) { Type = card.Type, Row = row, Key = key }
            : null;
    }
}
