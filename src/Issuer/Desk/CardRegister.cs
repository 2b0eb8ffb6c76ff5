using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Patents;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>The register of cards of this deployment, as issuance sees it.</summary>
public sealed class CardRegister(Database database, Cards cards, Cases cases, CardNumbers numbers, PatentRegister patents, Deployment deployment) : ICardRegister
{
    public async Task<RegisteredCard?> FindCollectableAsync(string personId, CancellationToken ct)
    {
        if (await cards.FindOfPersonAsync(personId, ct) is not { State: CardState.Offered or CardState.Active } card
            || await FindApplicationAsync(card.Id, ct) is not { } applicationId
            || await cases.FindAsync(applicationId, ct) is not { Claims: { } claims } found)
        {
            return null;
        }

        var evidence = await EvidenceAsync(found.Application, ct);
        if (!deployment.Types[0].IsPaid)
        {
            return new RegisteredCard(card.Id, personId, claims, evidence);
        }

        // What is not paid for today is not collected, and not refilled.
        return await patents.FindAsync(applicationId, ct) is { Patent.State: PatentState.Active } paid
            ? new RegisteredCard(card.Id, personId, claims, evidence with { Payments = paid.Evidence })
            : null;
    }

    public async Task<bool> IsUnderReviewAsync(string personId, string cardId, CancellationToken ct) =>
        await cards.FindOfPersonAsync(personId, ct) is { State: CardState.Suspended, Suspension: SuspensionReason.Fraud } card && card.Id == cardId;

    public async Task<bool> MarkCollectedAsync(string cardId, CancellationToken ct)
    {
        var personId = await database.ReadAsync(
            connection => connection.ExecuteScalarAsync<string?>("SELECT person_id FROM cards WHERE id = @cardId", new { cardId }), ct);
        while (personId is not null && await cards.FindOfPersonAsync(personId, ct) is { } card && card.Id == cardId)
        {
            // Known from the first minting on; the calendar needs it where no key opens anything.
            var expires = card.Expires ?? (await numbers.FindAsync(cardId, personId, ct))?.Expires;
            var transition = await cards.ApplyAsync(card, new CardEvent.Collected(), new Actor.Clock(), new CardChange { Expires = expires }, ct);

            // Another wallet of the person may collect at the same time: the card is looked at again as it is then.
            if (transition is not CardTransition.Declined { Why: DeskRefusal.ChangedMeanwhile })
            {
                return transition is CardTransition.Moved;
            }
        }

        return false;
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

    private Task<string?> FindApplicationAsync(string cardId, CancellationToken ct) => database.ReadAsync(
        connection => connection.ExecuteScalarAsync<string?>("SELECT application_id FROM cards WHERE id = @cardId", new { cardId }), ct);

    private sealed class Row
    {
        public required byte[] Document { get; init; }

        public required string Assertion { get; init; }

        public required string RosterEntry { get; init; }
    }
}
