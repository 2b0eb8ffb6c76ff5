using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>The cards of this deployment, and what happens to them.</summary>
public sealed class Cards(Database database, AuditLog audit, CardStatus status, Deployment deployment, TimeProvider time)
{
    internal static readonly Statement FindRow = new($"SELECT {CardRow.PlainColumns} FROM cards WHERE id = @id AND deployment = @deployment");

    private const string Live = "state IN ('approved', 'offered', 'active', 'suspended')";

    /// <summary>The last card of a person of the deployment's first type, live or not; null when there never was one.</summary>
    public async Task<Card?> FindOfPersonAsync(string personId, CancellationToken ct) =>
        await FindRowAsync("type = '' AND person_id = @value", personId, ct) is { } row ? await AsOfNowAsync(row, ct) : null;

    /// <summary>The card of an id, or null.</summary>
    public async Task<Card?> FindAsync(string cardId, CancellationToken ct) =>
        (await ReadAsync(cardId, ct))?.Card;

    /// <summary>Everything that a person has here: the last card of each type and of each child or region, the newest first.</summary>
    public async Task<IReadOnlyList<Card>> AllOfPersonAsync(string personId, CancellationToken ct) => await LastOfEachAsync("person_id = @value", personId, ct);

    /// <summary>What others hold that is for a slot: who represents a child.</summary>
    public async Task<IReadOnlyList<Card>> AllOfSlotAsync(string slot, CancellationToken ct) =>
        slot.Length == 0 ? throw new ArgumentException("An empty slot is everybody's.", nameof(slot)) : await LastOfEachAsync("slot = @value", slot, ct);

    /// <summary>The last card of an application, or null.</summary>
    public async Task<Card?> FindOfApplicationAsync(string applicationId, CancellationToken ct) =>
        await FindRowAsync("application_id = @value", applicationId, ct) is { } row ? await AsOfNowAsync(row, ct) : null;

    /// <summary>Lets an event happen; where it says so, outstanding copies are revoked before this returns.</summary>
    public Task<CardTransition> ApplyAsync(Card card, CardEvent happened, Actor actor, CancellationToken ct) =>
        ApplyAsync(card, happened, actor, CardChange.None, ct);

    /// <summary>A new card in place of a revoked one, from the same decisions: claims have not changed, only the card was lost. False when the person has a live one.</summary>
    public Task<bool> ReplaceAsync(Card revoked, Actor actor, CancellationToken ct) => ReplaceAsync(revoked, actor, (_, _) => Task.CompletedTask, ct);

    /// <summary>The same with what belongs to it in the same unit of work.</summary>
    internal async Task<bool> ReplaceAsync(Card revoked, Actor actor, Func<DbConnection, DbTransaction, Task> also, CancellationToken ct)
    {
        if (await FindRowAsync(revoked.Id, ct) is not { State: "revoked" } row)
        {
            return false;
        }

        return await database.WriteAsync(
            async (connection, transaction) =>
            {
                if (!await CardRows.AddAsync(connection, transaction, row.ApplicationId, deployment.Id, time.GetUtcNow()))
                {
                    return false;
                }

                await also(connection, transaction);
                await audit.AppendAsync(connection, transaction, new AuditEvent("card.replaced", actor.Word, row.PersonId), ct);
                return true;
            },
            ct);
    }

    /// <summary>A successor with a new number, from the same decisions. The old copies serve until it is collected, for a day at most.</summary>
    public Task<CardTransition> RenewAsync(Card card, Actor actor, CancellationToken ct) => ApplyAsync(
        card,
        new CardEvent.Renew(),
        actor,
        new CardChange { With = (connection, transaction, row) => CardRows.AddAsync(connection, transaction, row.ApplicationId, deployment.Id, time.GetUtcNow()) },
        ct);

    /// <summary>Revokes what a change of a card left to be revoked by now; all of it, due or not, where the person goes.</summary>
    public async Task RevokeDueAsync(string personId, bool everything, CancellationToken ct)
    {
        var due = await database.ReadAsync(
            connection => connection.QueryAsync<(string Id, string Ground)>(
                "SELECT id, revoke_ground FROM cards WHERE person_id = @personId AND revoke_at <= @until",
                new { personId, until = everything ? long.MaxValue : time.GetUtcNow().ToUnixTimeSeconds() }),
            ct);
        foreach (var (id, ground) in due)
        {
            await status.RevokeOutstandingAsync(id, Enum.Parse<RevocationGround>(ground), ct);
            await database.WriteAsync(
                (connection, transaction) => connection.ExecuteAsync(
                    "UPDATE cards SET revoke_ground = NULL, revoke_at = NULL WHERE id = @id AND revoke_ground = @ground", new { id, ground }, transaction),
                ct);
        }
    }

    /// <summary>The card of an id, and the row that says so; null where there is none.</summary>
    internal async Task<(Card Card, CardRow Row)?> ReadAsync(string cardId, CancellationToken ct) =>
        await FindRowAsync(cardId, ct) is { } row ? (await AsOfNowAsync(row, ct), row) : null;

    /// <summary>Lets an event happen, with what belongs to it in the same unit of work.</summary>
    internal async Task<CardTransition> ApplyAsync(Card card, CardEvent happened, Actor actor, CardChange change, CancellationToken ct) =>
        await FindRowAsync(card.Id, ct) is { } row ? await ApplyAsync(row, happened, actor, change, ct) : new CardTransition.Declined(DeskRefusal.WrongState);

    /// <summary>The same to a card as it was read; where it has changed since, nothing happens.</summary>
    internal async Task<CardTransition> ApplyAsync(CardRow row, CardEvent happened, Actor actor, CardChange change, CancellationToken ct)
    {
        // What an earlier change left to be revoked goes first: else it would take the copies that this one allows.
        if (row.RevokeAt <= time.GetUtcNow().ToUnixTimeSeconds())
        {
            await RevokeDueAsync(row.PersonId, everything: false, ct);
        }

        var transition = row.ToCard().On(happened, actor, time.GetUtcNow());
        if (transition is not CardTransition.Moved moved)
        {
            return transition;
        }

        if (!await database.WriteAsync((connection, transaction) => WriteAsync(connection, transaction, row, moved, happened, actor, change, ct), ct))
        {
            return new CardTransition.Declined(DeskRefusal.ChangedMeanwhile);
        }

        // After the state: from here on nothing new is minted for the card, so no copy can slip between. Who dies here is followed by the sweep.
        if (moved.Copies is not null || row.State == CardState.Offered.Word())
        {
            await RevokeDueAsync(row.PersonId, everything: false, ct);
        }

        return moved;
    }

    /// <summary>What an approval does to the live card of its person: the row and the rules' answer; null where there is none.</summary>
    internal async Task<(CardRow Row, CardTransition Transition)?> PlanSupersessionAsync(Application approved, CancellationToken ct) =>
        await FindRowAsync($"person_id = @value AND type = @type AND slot = @slot AND {Live}", approved.PersonId, ct, approved.Type, approved.Slot) is { } row
            ? (row, row.ToCard().On(new CardEvent.Supersede(), new Actor.Clock(), time.GetUtcNow()))
            : null;

    /// <summary>Writes a planned supersession inside the approval's unit of work. False when the card has changed meanwhile.</summary>
    internal Task<bool> SupersedeAsync(DbConnection connection, DbTransaction transaction, CardRow row, CardTransition.Moved moved, CancellationToken ct) =>
        WriteAsync(connection, transaction, row, moved, new CardEvent.Supersede(), new Actor.Clock(), CardChange.None, ct);

    // What the calendar has done is worked out on the next look at the card, or by the sweep, whichever comes first.
    internal async Task<Card> AsOfNowAsync(CardRow row, CancellationToken ct)
    {
        var (card, now) = (row.ToCard(), time.GetUtcNow());
        CardEvent? due = card.Expires < DateOnly.FromDateTime(now.UtcDateTime) && card.State is CardState.Active or CardState.Suspended ? new CardEvent.Expire()
            : card.Until is null || card.Until > now ? null
            : card.State == CardState.Offered ? new CardEvent.OfferEnded() : new CardEvent.SuspensionEnded();
        return due is not null && await ApplyAsync(card, due, new Actor.Clock(), ct) is CardTransition.Moved moved ? moved.To : card;
    }

    private async Task<bool> WriteAsync(
        DbConnection connection, DbTransaction transaction, CardRow row, CardTransition.Moved moved, CardEvent happened, Actor actor, CardChange change, CancellationToken ct)
    {
        var (next, now) = (moved.To, time.GetUtcNow());
        if (await CardRow.UpdateAsync(connection, transaction, row, moved, change, now) == 0)
        {
            return false;
        }

        // A predecessor's grace ends with the collecting of its successor, and with anything that takes copies away.
        if (moved.Copies is not null && moved.Grace == default || row.State == CardState.Offered.Word())
        {
            await connection.ExecuteAsync(
                "UPDATE cards SET revoke_at = @now WHERE person_id = @PersonId AND revoke_at > @now", new { row.PersonId, now = now.ToUnixTimeSeconds() }, transaction);
        }

        if (next.State == CardState.ClosedDeceased)
        {
            await CardRows.SealPersonAsync(connection, transaction, row.PersonId, now);
        }

        if (change.With is { } with)
        {
            await with(connection, transaction, row);
        }

        var entry = new AuditEvent($"card.{happened.Word}", actor.Word, row.PersonId, CardRow.DetailsOf(next, happened));
        await (change.Key is { } key ? audit.AppendAsync(connection, transaction, entry, key, ct) : audit.AppendAsync(connection, transaction, entry, ct));
        return true;
    }

    private async Task<IReadOnlyList<Card>> LastOfEachAsync(string where, string value, CancellationToken ct)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<CardRow>(
                $"SELECT {CardRow.Columns} FROM cards WHERE {where} AND deployment = @deployment ORDER BY created_at DESC, version, id",
                new { value, deployment = deployment.Id }),
            ct);
        var cards = new List<Card>();
        foreach (var row in rows.DistinctBy(row => (row.PersonId, row.Type, row.Slot)))
        {
            cards.Add(await AsOfNowAsync(row, ct));
        }

        return cards;
    }

    private ValueTask<CardRow?> FindRowAsync(string cardId, CancellationToken ct) => database.FindAsync(FindRow, CardRow.Read, ct, cardId, deployment.Id);

    private Task<CardRow?> FindRowAsync(string where, string value, CancellationToken ct, string type = "", string slot = "") => database.ReadAsync(
        connection => connection.QueryFirstOrDefaultAsync<CardRow?>(
            $"SELECT {CardRow.Columns} FROM cards WHERE {where} AND deployment = @deployment ORDER BY created_at DESC, version, id LIMIT 1",
            new { value, type, slot, deployment = deployment.Id }),
        ct);
}

/// <summary>What comes with an event beside the new state.</summary>
internal sealed class CardChange
{
    /// <summary>Nothing.</summary>
    public static CardChange None { get; } = new();

    /// <summary>The card's last day, once it is known.</summary>
    public DateOnly? Expires { get; init; }

    /// <summary>The key of the card's person, where the caller holds it already.</summary>
    public PersonKey? Key { get; init; }

    /// <summary>The same of a card whose last day is known.</summary>
    public CardChange Until(DateOnly? expires) => new() { Expires = expires, Key = Key, With = With };

    /// <summary>Written in the same unit of work.</summary>
    public Func<DbConnection, DbTransaction, CardRow, Task>? With { get; init; }
}
