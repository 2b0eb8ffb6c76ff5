using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Interop.Node;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Story;

namespace IdentityPlatform.Interop.Servers;

/// <summary>A wallet on @openid4vc/openid4vp and @sd-jwt/sd-jwt-vc before the running event door.</summary>
[Collection(nameof(Town))]
public sealed class EventDoorTests(Town town)
{
    [Fact]
    public async Task The_door_accepts_what_a_wallet_on_openid4vp_presents()
    {
        var verdict = await VisitAsync();

        Assert.Equal("accepted", verdict.StringMember("state"));
        Assert.False(verdict.GetProperty("name_shown").GetBoolean());
    }

    [Fact]
    public async Task The_door_refuses_a_wallet_on_openid4vp_that_shows_more_than_was_asked()
    {
        var verdict = await VisitAsync(["family_name"]);

        Assert.Equal("rejected", verdict.StringMember("state"));
        Assert.Equal(("Request", "OverDisclosure"), (verdict.StringMember("check"), verdict.StringMember("failure")));
    }

    private async Task<JsonElement> VisitAsync(params string[] more)
    {
        var copy = await town.TakeCopyAsync();
        Assert.Equal("stored", await Step5Door.RefreshAsync(town.Programs.Door, CancellationToken.None));
        using var kiosk = new Browser();
        var challenge = (await kiosk.PostAsync($"{town.Programs.Door.Url}/challenges", _ => { })).Json;

        var sent = await NodeClient.AskOnceAsync("openid4vp", new()
        {
            ["link"] = challenge.StringMember("link"),
            ["card"] = copy.Card,
            ["holder"] = copy.Key,
            ["alsoDisclose"] = new JsonArray([.. more.Select(name => NodeJson.Array([name]))]),
        });

        Assert.Equal(("x509_hash", "direct_post.jwt", 200), (sent.StringMember("verifier"), sent.StringMember("responseMode"), (int)sent.LongMember("status")!));
        return (await kiosk.OpenAsync($"{town.Programs.Door.Url}/challenges/{challenge.StringMember("id")}")).Json;
    }
}
