using IdentityPlatform.Playground.People;

namespace IdentityPlatform.Playground.Story;

/// <summary>The issuer is back; the person reports the card lost; the door learns of it with its next bundle.</summary>
internal sealed class Step7Lost(Cast cast, StoryTeller teller)
{
    public async Task PlayAsync(CancellationToken ct)
    {
        await cast.Town.CardIssuer.StartAsync(ct);
        var lost = await cast.Holder.Browser.SubmitAsync($"{cast.Town.CardIssuer.Url}/card/lost", [], ct: ct);
        teller.Check("the issuer is back, and the person reported the card lost", lost.Status == 200);

        var before = await (await DoorVisit.StartAsync(cast, ct)).PresentAsync(ct);
        teller.Check($"with its old bundle the door answers: accepted, valid as of {before.AsOf}", before is { Short: "accepted", AsOf: not null });

        teller.CheckEqual("the door fetched a newer bundle", "stored", await Step5Door.RefreshAsync(cast.Town.Door, ct));
        var after = await (await DoorVisit.StartAsync(cast, ct)).PresentAsync(ct);
        teller.CheckEqual("with the new bundle it rejects: Revocation/Revoked", "Revocation/Revoked", after.Short);
    }
}
