using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Patents;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>The register of cards of this deployment, as issuance sees it.</summary>
public sealed class CardRegister(Database database, Cards cards, Cases cases, CardNumbers numbers, PatentRegister patents, Deployment deployment) : ICardRegister
{
    public async Task<RegisteredCard?> FindOfTypeAsync(string personId, CredentialType type, CancellationToken ct)
    {
        var stored = deployment.Stored(type);
        return (await cards.AllOfPersonAsync(personId, ct)).FirstOrDefault(card => card.Type == stored && card.State is CardState.Offered or CardState.Active) is { } card
            ? await FindAsync(card, ct)
            : null;
    }

    public async Task<RegisteredCard?> FindCollectableAsync(string personId, string cardId, CancellationToken ct) =>
        await cards.FindAsync(cardId, ct) is { State: CardState.Offered or CardState.Active } card && card.PersonId == personId ? await FindAsync(card, ct) : null;

    public async Task<bool> IsUnderReviewAsync(string personId, string cardId, CancellationToken ct) =>
        await cards.FindAsync(cardId, ct) is { State: CardState.Suspended, Suspension: SuspensionReason.Fraud } card && card.PersonId == personId;

    public async Task<bool> MarkCollectedAsync(string cardId, CancellationToken ct) =>
        await MarkAsync(cardId, new CardEvent.Collected(), new Actor.Clock(), ct) == DeskRefusal.None;

    /// <summary>A card that the rules let be printed; null where it is not paid for today.</summary>
    internal Task<RegisteredCard?> FindPrintableAsync(Card card, CancellationToken ct) => FindAsync(card, ct);

    /// <summary>Says that a code on paper was minted; or why the card may not be handed out on paper any more.</summary>
    internal Task<DeskRefusal> MarkPrintedAsync(string cardId, Actor.Officer officer, CancellationToken ct) => MarkAsync(cardId, new CardEvent.Printed(), officer, ct);

    private async Task<DeskRefusal> MarkAsync(string cardId, CardEvent happened, Actor actor, CancellationToken ct)
    {
        while (await cards.FindAsync(cardId, ct) is { } card)
        {
            // Known from the first minting on; the calendar needs it where no key opens anything.
            var expires = card.Expires ?? (await numbers.FindAsync(cardId, card.PersonId, ct))?.Expires;
            var transition = await cards.ApplyAsync(card, happened, actor, new CardChange { Expires = expires }, ct);

            // Another wallet of the person may collect at the same time: the card is looked at again as it is then.
            if (transition is not CardTransition.Declined { Why: DeskRefusal.ChangedMeanwhile })
            {
                return transition is CardTransition.Declined declined ? declined.Why : DeskRefusal.None;
            }
        }

        return DeskRefusal.WrongState;
    }

    /// <summary>The decisions of the application's last attempt with their officers' entries, as the database holds them.</summary>
    public async Task<MintEvidence> EvidenceAsync(Application application, CancellationToken ct)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<Row>(
                """
                SELECT d.document AS Document, d.assertion AS Assertion, o.roster_entry AS RosterEntry
                FROM decisions d JOIN officers o ON o.id = d.officer_id
                WHERE d.application_id = @Id AND d.attempt = @attempt ORDER BY d.decided_at, d.id
                """,
                new { application.Id, attempt = (long)application.Attempt }),
            ct);
        return new(application.Id, deployment.Id, [.. rows.Select(row => new StoredDecision(row.Document, row.Assertion, row.RosterEntry))]);
    }

    private async Task<RegisteredCard?> FindAsync(Card card, CancellationToken ct)
    {
        if (await cases.FindAsync(card.ApplicationId, ct) is not { Claims: { } claims } found)
        {
            return null;
        }

        var evidence = await EvidenceAsync(found.Application, ct);
        if (!deployment.TypeOf(card.Type).IsPaid)
        {
            return new RegisteredCard(card.Id, card.PersonId, claims, evidence) { Type = card.Type };
        }

        // What is not paid for today is not collected, and not refilled.
        return await patents.FindAsync(card.ApplicationId, ct) is { Patent.State: PatentState.Active } paid
            ? new RegisteredCard(card.Id, card.PersonId, claims, evidence with { Payments = paid.Evidence }) { Type = card.Type }
            : null;
    }

    private sealed class Row
    {
        public required byte[] Document { get; init; }

        public required string Assertion { get; init; }

        public required string RosterEntry { get; init; }
    }
}
