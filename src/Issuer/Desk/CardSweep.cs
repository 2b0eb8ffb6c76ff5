using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;

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
        var due = await EachAsync("until_at <= @now", now, row => cards.AsOfNowAsync(row, ct), ct);
        due += await EachAsync("expires_day < @today AND state IN ('active', 'suspended')", now, row => cards.AsOfNowAsync(row, ct), ct);
        return due + await EachAsync("revoke_at <= @now", now, row => cards.RevokeDueAsync(row.PersonId, everything: false, ct), ct);
    }

    // By key, so that a card that cannot be moved holds up none behind it.
    private async Task<int> EachAsync(string condition, DateTimeOffset now, Func<CardRow, Task> act, CancellationToken ct)
    {
        var (after, total) = ("", 0);
        while (true)
        {
            var page = (await database.ReadAsync(
                connection => connection.QueryAsync<CardRow>(new CommandDefinition(
                    $"SELECT {CardRow.Columns} FROM cards WHERE {condition} AND deployment = @deployment AND id > @after ORDER BY id LIMIT {Page}",
                    new { now = now.ToUnixTimeSeconds(), today = Status.Days.Of(now), deployment = deployment.Id, after },
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

            after = page[^1].Id;
        }
    }
}
