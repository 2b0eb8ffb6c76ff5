using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.People;
using IdentityPlatform.Issuer.Sessions;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>The way out: everything about a person becomes unreadable, by the person's own wish or some time after a death.</summary>
public sealed class Erasure(Database database, Cards cards, Cases cases, Representations representations, GuardianDisputes disputes, PersonRegister people, BrowserSessions browsers, Deployment deployment, TimeProvider time)
{
    private const int Page = 100;

    /// <summary>How long a file stays sealed: a death that was none can be objected to.</summary>
    public static readonly TimeSpan SealedTerm = TimeSpan.FromDays(60);

    /// <summary>Erases a person. The order matters: copies are revoked while the key can still say which they are; the key goes last.</summary>
    public async Task RunAsync(string personId, CancellationToken ct)
    {
        var holder = new Actor.Holder(personId);
        foreach (var card in await cards.AllOfPersonAsync(personId, ct))
        {
            await cards.ApplyAsync(card, new CardEvent.RevokeByHolder(), holder, ct);
        }

        await representations.EndWithAsync(personId, ct);
        await disputes.ForgetAsync(personId, ct);
        await cards.RevokeDueAsync(personId, everything: true, ct);
        foreach (var type in deployment.Types)
        {
            if (await cases.FindOfPersonAsync(personId, type, ct) is { } found)
            {
                await cases.ApplyAsync(found, new ApplicationEvent.Withdraw(), holder, CaseChange.None, ct);
            }
        }

        await cases.EraseOfPersonAsync(personId, ct);
        await browsers.EndAllAsync(SessionKind.Person, personId, ct);
        await people.EraseAsync(personId, ct);
    }

    // Long enough for a program that died between a death and what follows from it.
    private static readonly TimeSpan FollowFor = TimeSpan.FromMinutes(10);

    /// <summary>Ends what rests on those who have died a moment ago, should the program that wrote the death down have died too.</summary>
    public async Task FollowDeathsAsync(CancellationToken ct)
    {
        var gone = await database.ReadAsync(
            connection => connection.QueryAsync<string>(new CommandDefinition(
                $"SELECT id FROM people WHERE sealed_at > @since AND deployment = @deployment LIMIT {Page}",
                new { since = (time.GetUtcNow() - FollowFor).ToUnixTimeSeconds(), deployment = deployment.Id },
                cancellationToken: ct)),
            ct);
        foreach (var personId in gone)
        {
            await representations.EndWithAsync(personId, ct);
        }
    }

    /// <summary>Erases those whose sealed time is over; answers how many.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var total = 0;
        List<string> page;
        do
        {
            page = (await database.ReadAsync(
                connection => connection.QueryAsync<string>(new CommandDefinition(
                    $"SELECT id FROM people WHERE sealed_at <= @until AND deployment = @deployment LIMIT {Page}",
                    new { until = (time.GetUtcNow() - SealedTerm).ToUnixTimeSeconds(), deployment = deployment.Id },
                    cancellationToken: ct)),
                ct)).AsList();
            foreach (var personId in page)
            {
                await RunAsync(personId, ct);
            }

            total += page.Count;
        }
        while (page.Count == Page);
        return total;
    }
}
