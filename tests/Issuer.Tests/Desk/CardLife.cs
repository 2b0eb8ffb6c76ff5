using System.Text.Json;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Tests.Desk;

/// <summary>Steps of a card's life, and what they leave in the database.</summary>
internal static class CardLife
{
    /// <summary>The person's card of the deployment's first type.</summary>
    public static Task<RegisteredCard?> FindCollectableAsync(this ICardRegister register, string personId, DeskHost host, CancellationToken ct) =>
        register.FindOfTypeAsync(personId, host.Get<Deployment>().Types[0], ct);

    /// <summary>Copies of the card were minted, and nothing is written with it.</summary>
    public static Task<bool> MarkCollectedAsync(this ICardRegister register, string cardId, CancellationToken ct) => register.MarkCollectedAsync(
        new RegisteredCard(cardId, "", PersonClaims.Of(default, _ => { }), new MintEvidence("", "", [])), (_, _) => Task.CompletedTask, ct);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<(string CaseId, string PersonId, DeskBrowser A, DeskBrowser B)> ActiveAsync(DeskHost host)
    {
        var (person, a, b) = (await host.PersonAsync("yulia"), await host.OfficerAsync(OfficerRole.Operator, "Anna Petrova"), await host.OfficerAsync(OfficerRole.Supervisor, "Boris Lee"));
        var id = await person.BookAsync(host);
        await a.ProofAsync(id);
        await b.DecideAsync(id, "approve");
        await person.PostAsync("/card/offer");
        var personId = (await FindAsync(host, id)).PersonId;
        await CollectAsync(host, personId);
        return (id, personId, a, b);
    }

    // What a wallet's collecting leaves: the card's number and dates, three entries, and the card's new state.
    public static async Task CollectAsync(DeskHost host, string personId)
    {
        var card = (await host.Get<ICardRegister>().FindCollectableAsync(personId, host, Ct))!;
        await host.Get<CardNumbers>().GiveAsync(card.CardId, personId, host.Get<Deployment>().Types[0], null, null, Ct);
        var lastDay = Days.Of(host.Clock.Now) + 90;
        var indices = await host.Get<StatusIndexes>().ReserveAsync(3, lastDay, Ct);
        await host.Get<CardStatus>().RecordAsync(card.CardId, personId, indices, lastDay, new CopyOrigin("key", "type"), Ct);
        Assert.True(await host.Get<ICardRegister>().MarkCollectedAsync(card.CardId, Ct));
    }

    public static async Task<string> OfferAsync(DeskHost host, string personId)
    {
        Assert.Equal(200, (int)(await (await LaterAsync(host)).PostAsync("/card/offer")).Status);
        return personId;
    }

    public static async Task<DeskAnswer> OrderAsync(DeskBrowser officer, string id, object words)
    {
        var start = await officer.PostAsync($"/desk/cases/{id}/card/orders/options", JsonSerializer.Serialize(words));
        return (int)start.Status == 200 ? await officer.PostAsync($"/desk/cases/{id}/card/orders", officer.Sign(start)) : start;
    }

    public static Task<DeskBrowser> LaterAsync(DeskHost host)
    {
        host.Provider.Now = host.Clock.Now;
        return host.PersonAsync("yulia");
    }

    // Ninety days before the card's last one, with copies of then.
    public static async Task NearTheEndAsync(DeskHost host, string personId)
    {
        var last = (await host.Get<Cards>().FindOfPersonAsync(personId, Ct))!.Expires!.Value;
        host.Clock.Now = new DateTimeOffset(last.AddDays(-90), new TimeOnly(9, 0), TimeSpan.Zero);
        await CollectAsync(host, personId);
    }

    public static async Task SweepAsync(DeskHost host, TimeSpan after)
    {
        host.Clock.Now += after;
        host.Provider.Now = host.Clock.Now;
        await host.Get<Housekeeping>().RunAsync(Ct);
    }

    // Read from the database: the lazy look at a card is not what is tested here.
    public static Task<string?> StateAsync(DeskHost host, string personId) => host.Get<Database>().ReadAsync(
        connection => connection.ExecuteScalarAsync<string?>("SELECT state FROM cards WHERE person_id = @personId ORDER BY created_at DESC, version LIMIT 1", new { personId }), Ct);

    public static Task<long> RevokedAsync(DeskHost host, string personId) => host.Get<Database>().ReadAsync(
        async connection =>
        {
            // Decoys are revoked beside them, so the person's own are counted by their records.
            var batches = await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM card_copies WHERE person_id = @personId AND revoked = 1", new { personId });
            Assert.True(await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM status_entries WHERE revoked = 1") >= batches * 3);
            return batches * 3;
        },
        Ct);

    public static async Task<IReadOnlyList<string>> LogAsync(DeskHost host) =>
        [.. (await (await LaterAsync(host)).GetAsync("/log", "application/json")).Json.GetProperty("entries").EnumerateArray().Select(entry => entry.StringMember("name")!)];

    public static async Task<DeskCase> FindAsync(DeskHost host, string id) => (await host.Get<Cases>().FindAsync(id, Ct))!;

    public static Task<(long Sessions, long Offers, long Copies)> CountAsync(DeskHost host) => host.Get<Database>().ReadAsync(
        connection => connection.QuerySingleAsync<(long, long, long)>(
            "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM card_offers), (SELECT count(*) FROM card_copies)"),
        Ct);

    public static Task<int> SqlAsync(DeskHost host, string sql, DeskHost at) => host.Get<Database>().WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(
            sql, new { now = at.Clock.Now.ToUnixTimeSeconds(), until = at.Clock.Now.AddDays(5).ToUnixTimeSeconds() }, transaction),
        Ct);
}
