using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Frames;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.EventDoor;

/// <summary>What visitors and operators do at doors, over HTTP and by frames.</summary>
internal static class DoorVisits
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static (string? State, string? Check, string? Failure) Facts(JsonElement verdict) =>
        (verdict.StringMember("state"), verdict.StringMember("check"), verdict.StringMember("failure"));

    public static StringContent Body(string frame) => new(new JsonObject { ["frame"] = frame }.ToJsonString(), Encoding.UTF8, "application/json");

    public static string Answer(TestWallet wallet, Scenario ticket) =>
        wallet.EncryptToken(new JsonObject { ["ticket"] = new JsonArray(Again(wallet, ticket).Present()) });

    // The same ticket, presented anew: the key binding is made for this request.
    public static Scenario Again(TestWallet wallet, Scenario ticket)
    {
        ticket.KeyBindingPayload.Remove("sd_hash");
        return wallet.Answering(ticket);
    }

    public static async Task<(HttpStatusCode Status, JsonElement Json)> SeeAsync(DoorProcess door, string id, string frame)
    {
        using var body = Body(frame);
        return await door.SendAsync(HttpMethod.Post, $"/challenges/{id}/frames", body, Ct);
    }

    public static async Task<bool> ShowAsync(DoorProcess door, string id, string response)
    {
        var taken = false;
        foreach (var frame in Frame.Split(PackedToken.Pack(response)))
        {
            taken = (await SeeAsync(door, id, frame.ToText())).Json.BooleanMember("taken")!.Value;
        }

        return taken;
    }

    public static async Task<(string Id, TestWallet Wallet)> ReadFramesAsync(DoorProcess door)
    {
        var (_, challenge) = await door.SendAsync(HttpMethod.Post, "/challenges", null, Ct);
        var id = challenge.StringMember("id")!;
        var frames = (await door.SendAsync(HttpMethod.Get, $"/challenges/{id}/frames", null, Ct)).Json.ArrayMember("frames")!.Value;
        var collector = new FrameCollector();
        var message = frames.EnumerateArray().Select(frame => collector.Add(Frame.Parse(frame.StringMember("text")!).OrThrow())).ToList()[^1]!;
        return (id, TestWallet.Read(PackedToken.Parse(message).OrThrow()));
    }

    public static async Task<(string Id, TestWallet Wallet)> AskAsync(DoorProcess door)
    {
        var (_, challenge) = await door.SendAsync(HttpMethod.Post, "/challenges", null, Ct);
        return (challenge.StringMember("id")!, TestWallet.Read(await door.TextAsync(challenge.StringMember("request_uri")!, Ct)));
    }

    public static async Task PostAsync(DoorProcess door, TestWallet wallet, string response)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("response", response)]);
        Assert.Equal(HttpStatusCode.OK, (await door.SendAsync(HttpMethod.Post, wallet.ResponseUri, form, Ct)).Status);
    }

    // The verdict comes a moment after the answer where another door is asked.
    public static async Task<JsonElement> ReadAsync(DoorProcess door, string id)
    {
        while (true)
        {
            var verdict = (await door.SendAsync(HttpMethod.Get, $"/challenges/{id}", null, Ct)).Json;
            if (verdict.StringMember("state") != "waiting" || (await door.SendAsync(HttpMethod.Get, $"/challenges/{id}/frames", null, Ct)).Status == HttpStatusCode.OK)
            {
                return verdict;
            }

            await Task.Delay(20, Ct);
        }
    }

    public static async Task UntilAsync(DoorProcess door, Func<JsonElement, bool> holds)
    {
        while (!holds((await door.SendAsync(HttpMethod.Get, "/state", null, Ct)).Json))
        {
            await Task.Delay(50, Ct);
        }
    }

    public static async Task<string?> OfferAsync(DoorProcess door, byte[] bundle)
    {
        using var body = new ByteArrayContent(bundle);
        return (await door.SendAsync(HttpMethod.Put, "/bundle", body, Ct)).Json.StringMember("outcome");
    }

    public static async Task<JsonElement> VisitAsync(DoorProcess door, Scenario ticket, Scenario? card = null)
    {
        var (id, wallet) = await AskAsync(door);
        var token = new JsonObject { ["ticket"] = new JsonArray(Again(wallet, ticket).Present()) };
        if (card is not null)
        {
            token["card"] = new JsonArray(wallet.Answering(card).Present());
        }

        await PostAsync(door, wallet, wallet.EncryptToken(token));
        return await ReadAsync(door, id);
    }

    /// <summary>A visit with an mdoc; what it shows and over which request can be made wrong.</summary>
    public static async Task<JsonElement> VisitAsync(DoorProcess door, (HeldMdoc Ticket, SigningKey Key) mdoc, string[]? shown = null, TestWallet? over = null)
    {
        var (id, wallet) = await AskAsync(door);
        await PostAsync(door, wallet, wallet.EncryptToken(Token(over ?? wallet, mdoc, shown)));
        return await ReadAsync(door, id);
    }

    /// <summary>A VP token with an mdoc, for a request.</summary>
    public static JsonObject Token(TestWallet wallet, (HeldMdoc Ticket, SigningKey Key) mdoc, string[]? shown = null)
    {
        var transcript = SessionTranscript.ForOpenId4Vp(wallet.ClientId, wallet.Claims.StringMember("nonce")!, wallet.EncryptionKey, wallet.ResponseUri);
        var elements = (shown ?? ["event_id", "starts_at", "ends_at"]).Select(element => (TicketScenario.DocType, element)).ToList();
        return new JsonObject { ["ticket-mdoc"] = new JsonArray(Base64UrlText.Encode(mdoc.Ticket.Present(elements, mdoc.Key, transcript))) };
    }

    /// <summary>A door for tickets alone, with its bundle.</summary>
    public static async Task<DoorProcess> OpenAsync(DateTimeOffset now, params (string Key, string Value)[] settings)
    {
        var door = await DoorProcess.StartAsync(Ct, [("EventDoor__Event", TicketScenario.Event), ("EventDoor__Age", "0"), .. settings]);
        Assert.Equal("stored", await OfferAsync(door, TicketScenario.Bundle(now)));
        return door;
    }
}
