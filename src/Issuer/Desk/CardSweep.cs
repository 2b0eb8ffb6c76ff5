using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>
/// What the calendar does to cards: offers and suspensions end, cards expire, and copies are revoked that a program which died
/// left behind. Each card is a unit of work of its own; of two nodes that meet one, the rules let it happen once.
/// </summary>
public sealed class CardSweep(Database database, Cards cards, Deployment deployment, TimeProvider time)
{
    private const int Page = 200;

    /// <summary>One round; answers how many cards were due.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var due = await EachAsync("until_at", "until_at <= @limit", now.ToUnixTimeSeconds(), row => row.UntilAt, row => cards.AsOfNowAsync(row, ct), ct);
        due += await EachAsync(
            "expires_day", "expires_day < @limit AND state IN ('active', 'suspended')", Days.Of(now), row => row.ExpiresDay, row => cards.AsOfNowAsync(row, ct), ct);
        return due + await EachAsync(
            "revoke_at", "revoke_at <= @limit", now.ToUnixTimeSeconds(), row => row.RevokeAt, row => cards.RevokeDueAsync(row.PersonId, everything: false, ct), ct);
    }

    // Along the index that holds what is due and little else, by its key, so that a card that cannot be moved holds up none behind it.
    private async Task<int> EachAsync(string due, string condition, long limit, Func<CardRow, long?> dueOf, Func<CardRow, Task> act, CancellationToken ct)
    {
        var (from, after, total) = (0L, "", 0);
        while (true)
        {
            var page = (await database.ReadAsync(
                connection => connection.QueryAsync<CardRow>(new CommandDefinition(
                    $"SELECT {CardRow.Columns} FROM cards WHERE {condition} AND deployment = @deployment AND ({due}, id) > (@from, @after) ORDER BY {due}, id LIMIT {Page}",
                    new { limit, deployment = deployment.Id, from, after },
                    cancellationToken: ct)),
                ct)).AsList();
            foreach (var row in page)
            {
                await act(row);
            }

            total += page.Count;
            if (page.Count < Page)
            {
                return total;
            }

            (from, after) = (dueOf(page[^1])!.Value, page[^1].Id);
        }
    }
}
