using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Programs;

namespace IdentityPlatform.Playground.Story;

/// <summary>The card issuer is stopped; the door checks "over 18, valid card" with what it holds.</summary>
internal sealed class Step5Door(Cast cast, StoryTeller teller)
{
    public async Task PlayAsync(CancellationToken ct)
    {
        var refreshed = await RefreshAsync(cast.Town.Door, ct);
        teller.CheckEqual("the door fetched its bundle from a mirror", "stored", refreshed);
        await cast.Town.CardIssuer.StopAsync();
        teller.Check("the card issuer is stopped", true);

        var visit = await DoorVisit.StartAsync(cast, ct);
        var verdict = await visit.PresentAsync(ct);
        teller.CheckEqual("the door accepts, offline", "accepted", verdict.Short);
        teller.CheckEqual("it saw one claim and never the name", """["age_equal_or_over","18"]""", string.Join(' ', verdict.Disclosed));

        var tooMuch = await DoorVisit.StartAsync(cast, ct);
        var over = await tooMuch.PresentAsync(
            (presenter, copy, chosen) => presenter.Build(copy, [.. chosen.Disclose, ClaimPath.Of("family_name")], tooMuch.Request.ClientId, tooMuch.Request.Nonce), ct);
        teller.CheckEqual("a wallet that shows more than was asked is refused", "Request/OverDisclosure", over.Short);
    }

    /// <summary>Presses the door's refresh button and gives the outcome.</summary>
    public static async Task<string> RefreshAsync(ChildProgram door, CancellationToken ct)
    {
        using var operatorAtTheDoor = new Browser();
        var answer = await operatorAtTheDoor.PostAsync($"{door.Url}/bundle/refresh", _ => { }, ct);
        return Formats.JsonMembers.StringMember(answer.Json, "outcome") ?? $"status {answer.Status}";
    }
}
