using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Programs;
using IdentityPlatform.Wallet.Cards;
using IdentityPlatform.Wallet.Presentation;

namespace IdentityPlatform.Playground.Story;

/// <summary>Two doors of one event, one of which keeps the list for both: the events office is stopped, and each ticket lets in once.</summary>
internal sealed class TicketDoors(Cast cast, StoryTeller teller)
{
    public async Task PlayAsync(CardCopy ticket, CardCopy mdoc, string eventId, CancellationToken ct)
    {
        var secret = Path.Combine(cast.Town.Places.Data, "doors.secret");
        await File.WriteAllTextAsync(secret, RandomNumberGenerator.GetHexString(64), ct);
        await using var keeper = cast.Town.TicketDoor("ticket-door-1", 5118, eventId, secret, keeper: null);
        await using var other = cast.Town.TicketDoor("ticket-door-2", 5119, eventId, secret, keeper.Url);
        foreach (var door in new[] { keeper, other })
        {
            await door.StartAsync(ct);
            teller.CheckEqual($"{door.Url} fetched the bundle of the events office", "stored", await Step5Door.RefreshAsync(door, ct));
        }

        await cast.Town.EventsIssuer.StopAsync();
        try
        {
            await ShowAsync(keeper, other, ticket, """["ends_at"] ["event_id"] ["starts_at"]""", ct);
            var space = $"[\"{mdoc.Type}\",\"";
            await ShowAsync(other, keeper, mdoc, $"{space}ends_at\"] {space}event_id\"] {space}starts_at\"]", ct);
            using var operatorAtTheDoor = new Browser();
            var state = (await operatorAtTheDoor.OpenAsync($"{keeper.Url}/state", ct: ct)).Json;
            teller.CheckEqual("the doors keep two used tickets, and know them by a hash", "2", $"{state.LongMember("used")}");
        }
        finally
        {
            await cast.Town.EventsIssuer.StartAsync(ct);
        }
    }

    private async Task ShowAsync(ChildProgram here, ChildProgram there, CardCopy ticket, string paths, CancellationToken ct)
    {
        var first = await VisitAsync(here, ticket, ct);
        teller.CheckEqual($"with the events office stopped, the ticket ({ticket.Format}) lets in at one door", "accepted", first.Short);
        teller.CheckEqual("the door saw which event it is for and when, and nothing else", paths, string.Join(' ', first.Disclosed.Order(StringComparer.Ordinal)));
        teller.CheckEqual("shown again there, it is refused", "Ticket/TicketAgain", (await VisitAsync(here, ticket, ct)).Short);
        teller.CheckEqual("and at another door of the same event", "Ticket/TicketAgain", (await VisitAsync(there, ticket, ct)).Short);
    }

    // A careful wallet would not show a ticket twice.
    private async Task<DoorVerdict> VisitAsync(ChildProgram door, CardCopy ticket, CancellationToken ct)
    {
        var visit = await DoorVisit.StartAsync(cast, door, ct);
        if (DcqlMatch.Find(visit.Request.Query, [ticket]) is not [var chosen])
        {
            throw new StoryFailedException("the door asks for something else than this ticket");
        }

        return await visit.PresentAsync(chosen, ct);
    }
}
