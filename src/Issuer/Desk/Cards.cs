using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>The cards of this deployment, and what happens to them.</summary>
public sealed class Cards(Database database, AuditLog audit, CardStatus status, Deployment deployment, TimeProvider time)
{
    /// <summary>The last card of a person, live or not; null when there never was one.</summary>
    public async Task<Card?> FindOfPersonAsync(string personId, CancellationToken ct) =>
        await FindRowAsync("person_id = @value AND deployment = @deployment", personId, ct) is { } row ? await AsOfNowAsync(row, ct) : null;

    /// <summary>The last card of an application, or null.</summary>
    public async Task<Card?> FindOfApplicationAsync(string applicationId, CancellationToken ct) =>
        await FindRowAsync("application_id = @value AND deployment = @deployment", applicationId, ct) is { } row ? await AsOfNowAsync(row, ct) : null;

    /// <summary>Lets an event happen; where it says so, outstanding copies are revoked before this returns.</summary>
    public async Task<CardTransition> ApplyAsync(Card card, CardEvent happened, Actor actor, CancellationToken ct)
    {
        var row = await FindRowAsync("id = @value AND deployment = @deployment", card.Id, ct);
        if (row is null)
        {
            return new CardTransition.Declined(DeskRefusal.WrongState);
        }

        var transition = row.ToCard().On(happened, actor, time.GetUtcNow());
        if (transition is not CardTransition.Moved moved)
        {
            return transition;
        }

        if (!await database.WriteAsync((connection, transaction) => WriteAsync(connection, transaction, row, moved.To, happened, actor, ct), ct))
        {
            return new CardTransition.Declined(DeskRefusal.ChangedMeanwhile);
        }

        // After the state: from here on nothing new is minted for the card, so no copy can slip between.
        if (moved.Copies is { } ground)
        {
            await status.RevokeOutstandingAsync(card.Id, ground, ct);
        }

        return moved;
    }

    /// <summary>A new card in place of a revoked one, from the same decisions: claims have not changed, only the card was lost. False when the person has a live one.</summary>
    public async Task<bool> ReplaceAsync(Card revoked, CancellationToken ct)
    {
        if (await FindRowAsync("id = @value AND deployment = @deployment", revoked.Id, ct) is not { State: "revoked" } row)
        {
            return false;
        }

        return await database.WriteAsync(
            async (connection, transaction) =>
            {
                var live = await connection.ExecuteScalarAsync<long>(
                    "SELECT count(*) FROM cards WHERE person_id = @PersonId AND deployment = @deployment AND state IN ('approved', 'offered', 'active', 'suspended')",
                    new { row.PersonId, deployment = deployment.Id },
                    transaction);
                if (live > 0)
                {
                    return false;
                }

                await CardRows.AddAsync(connection, transaction, row.ApplicationId, deployment.Id, time.GetUtcNow());
                await audit.AppendAsync(connection, transaction, new AuditEvent("card.replaced", new Actor.Holder(row.PersonId).Word, row.PersonId), ct);
                return true;
            },
            ct);
    }

    // An ended offer or suspension is worked out on the next look at the card; nothing depends on a clockwork in between.
    private async Task<Card> AsOfNowAsync(CardRow row, CancellationToken ct)
    {
        var card = row.ToCard();
        if (card.Until is not { } until || until > time.GetUtcNow())
        {
            return card;
        }

        CardEvent due = card.State == CardState.Offered ? new CardEvent.OfferEnded() : new CardEvent.SuspensionEnded();
        return await ApplyAsync(card, due, new Actor.Clock(), ct) is CardTransition.Moved moved ? moved.To : card;
    }

    private async Task<bool> WriteAsync(
        DbConnection connection, DbTransaction transaction, CardRow row, Card next, CardEvent happened, Actor actor, CancellationToken ct)
    {
        var changed = await connection.ExecuteAsync(
            "UPDATE cards SET state = @state, until_at = @until, detail = @detail, changed_at = @changedAt, version = version + 1 WHERE id = @Id AND version = @Version",
            new
            {
                row.Id,
                row.Version,
                state = next.State.Word(),
                until = next.Until?.ToUnixTimeSeconds(),
                detail = CardRow.DetailOf(next),
                changedAt = next.ChangedAt.ToUnixTimeSeconds(),
            },
            transaction);
        if (changed == 0)
        {
            return false;
        }

        var details = new Dictionary<string, string> { ["card"] = row.Id, ["state"] = next.State.Word() };
        await audit.AppendAsync(connection, transaction, new AuditEvent($"card.{happened.Word}", actor.Word, row.PersonId, details), ct);
        return true;
    }

    private Task<CardRow?> FindRowAsync(string where, string value, CancellationToken ct) => database.ReadAsync(
        connection => connection.QueryFirstOrDefaultAsync<CardRow?>(
            $"SELECT {CardRow.Columns} FROM cards WHERE {where} ORDER BY created_at DESC, version, id LIMIT 1", new { value, deployment = deployment.Id }),
        ct);
}
