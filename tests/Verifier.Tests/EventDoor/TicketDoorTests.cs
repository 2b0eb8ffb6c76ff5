using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Frames;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.EventDoor;

/// <summary>Doors that ask for tickets, as processes of their own: over HTTP and by frames, alone and several together.</summary>
public sealed class TicketDoorTests
{
    private readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    [Fact]
    public async Task A_ticket_lets_in_once_and_nothing_but_a_hash_and_counts_are_kept()
    {
        await using var door = await OpenAsync();
        var ticket = TicketScenario.New(_now);
        Assert.Equal("accepted", Facts(await VisitAsync(door, ticket)).State);
        Assert.Equal(("rejected", "Ticket", "TicketAgain"), Facts(await VisitAsync(door, ticket)));
        Assert.Equal("accepted", Facts(await VisitAsync(door, TicketScenario.New(_now))).State);
        var state = (await door.SendAsync(HttpMethod.Get, "/state", null, Ct)).Json;
        Assert.Equal((2, 1, 2), ((int)state.LongMember("accepted")!, (int)state.LongMember("rejected")!, (int)state.LongMember("used")!));
        Assert.DoesNotContain(TicketScenario.Event, door.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Fault", "killed process")]
    public async Task A_ticket_stays_used_when_the_door_is_killed()
    {
        await using var door = await OpenAsync();
        var ticket = TicketScenario.New(_now);
        Assert.Equal("accepted", Facts(await VisitAsync(door, ticket)).State);
        await door.StopAsync();
        await door.StartAgainAsync(Ct);
        Assert.Equal(("rejected", "Ticket", "TicketAgain"), Facts(await VisitAsync(door, ticket)));
    }

    [Fact]
    public async Task A_ticket_of_another_event_or_time_is_refused_and_stays_unused()
    {
        await using var door = await OpenAsync();
        Assert.Equal(("rejected", "Request", "ValueNotRequested"), Facts(await VisitAsync(door, TicketScenario.New(_now, "another-evening"))));
        Assert.Equal(("rejected", "Ticket", "TicketEarly"), Facts(await VisitAsync(door, TicketScenario.New(_now, startsInHours: 3))));
        Assert.Equal(("rejected", "Ticket", "TicketOver"), Facts(await VisitAsync(door, TicketScenario.New(_now, startsInHours: -5))));
        Assert.Equal(0, (await door.SendAsync(HttpMethod.Get, "/state", null, Ct)).Json.LongMember("used"));
    }

    [Fact]
    public async Task The_card_issuer_cannot_speak_for_tickets_nor_the_other_way_round()
    {
        // Both bundles name the same signer; each root is believed for what its query asks alone.
        await using var door = await DoorProcess.StartAsync(Ct, ("EventDoor__Event", TicketScenario.Event));
        var tickets = new Scenario(_now);
        tickets.Anchors.Add(new() { Certificate = TestPki.CardAuthority.Certificate, Roles = [Verifier.Bundle.AnchorRole.Credentials], Types = [TicketScenario.Type] });
        Assert.Equal("stored", await OfferAsync(door, tickets.Bundle()));
        Assert.Equal(("rejected", "IssuerTrust", "UntrustedIssuer"), Facts(await VisitAsync(door, TicketScenario.New(_now), new Scenario(_now))));
        Assert.Equal("stored", await OfferAsync(door, TicketScenario.Bundle(_now)));
        Assert.Equal("accepted", Facts(await VisitAsync(door, TicketScenario.New(_now), new Scenario(_now))).State);
    }

    [Fact]
    public async Task A_wallet_without_a_network_reads_the_request_from_frames_and_answers_with_frames()
    {
        await using var door = await OpenAsync();
        var (id, wallet) = await ReadFramesAsync(door);
        var answer = Frame.Split(PackedToken.Pack(wallet.EncryptToken(new JsonObject { ["ticket"] = new JsonArray(wallet.Answering(TicketScenario.New(_now)).Present()) })));
        Assert.InRange(answer.Count, 5, 16);
        var order = answer.Reverse().Concat(answer).Select(frame => frame.ToText()).ToList();
        var taken = new List<bool>();
        foreach (var text in order)
        {
            var (status, seen) = await SeeAsync(door, id, text);
            Assert.Equal(HttpStatusCode.OK, status);
            taken.Add(seen.BooleanMember("taken")!.Value);
        }

        Assert.Equal(answer.Count - 1, taken.IndexOf(true));
        Assert.Equal(1, taken.Count(one => one));
        Assert.Equal("accepted", Facts(await ReadAsync(door, id)).State);
    }

    [Fact]
    public async Task Frames_of_an_answer_to_another_visitor_leave_the_challenge_open()
    {
        await using var door = await OpenAsync();
        var (_, other) = await ReadFramesAsync(door);
        var (id, wallet) = await ReadFramesAsync(door);
        Assert.False(await ShowAsync(door, id, Answer(other)));
        Assert.Equal("waiting", Facts(await ReadAsync(door, id)).State);
        Assert.True(await ShowAsync(door, id, Answer(wallet)));
        Assert.Equal("accepted", Facts(await ReadAsync(door, id)).State);

        string Answer(TestWallet of) => of.EncryptToken(new JsonObject { ["ticket"] = new JsonArray(of.Answering(TicketScenario.New(_now)).Present()) });
    }

    [Theory]
    [InlineData("""{"frame":"MF1:"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"frame":"https://example.org"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{}""", HttpStatusCode.BadRequest)]
    [InlineData("""[]""", HttpStatusCode.BadRequest)]
    public async Task What_is_no_frame_is_refused(string body, HttpStatusCode status)
    {
        await using var door = await OpenAsync();
        var (id, _) = await ReadFramesAsync(door);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        Assert.Equal(status, (await door.SendAsync(HttpMethod.Post, $"/challenges/{id}/frames", content, Ct)).Status);
        using var good = Body(Frame.Split([1])[0].ToText());
        Assert.Equal(HttpStatusCode.NotFound, (await door.SendAsync(HttpMethod.Post, "/challenges/unknown/frames", good, Ct)).Status);
        using var again = Body(Frame.Split([1])[0].ToText());
        Assert.Equal(HttpStatusCode.Forbidden, (await door.SendAsync(HttpMethod.Post, $"/challenges/{id}/frames", again, Ct, "https://evil.example")).Status);
    }

    [Fact]
    public async Task The_same_ticket_at_two_doors_at_the_same_moment_enters_once()
    {
        await using var keeper = await OpenAsync();
        await using var other = await OpenAsync(("EventDoor__Keeper", keeper.PublicUrl), ("EventDoor__WhenAlone", "refuse"));
        for (var round = 0; round < 8; round++)
        {
            var ticket = TicketScenario.New(_now);
            var (here, there) = (await AskAsync(keeper), await AskAsync(other));
            var (atKeeper, atOther) = (Answer(here.Wallet, ticket), Answer(there.Wallet, ticket));
            await Task.WhenAll(PostAsync(keeper, here.Wallet, atKeeper), PostAsync(other, there.Wallet, atOther));
            string[] states = [Facts(await ReadAsync(keeper, here.Id)).State!, Facts(await ReadAsync(other, there.Id)).State!];
            Assert.Equal(["accepted", "rejected"], states.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData("refuse", "rejected", "TicketUnknown", "alone-refuse")]
    [InlineData("admit", "accepted", null, "alone-admit")]
    [Trait("Fault", "network away")]
    public async Task A_door_that_is_alone_says_so_and_does_what_the_organiser_chose(string policy, string state, string? failure, string doors)
    {
        await using var keeper = await OpenAsync();
        await using var other = await OpenAsync(("EventDoor__Keeper", keeper.PublicUrl), ("EventDoor__WhenAlone", policy));
        var before = TicketScenario.New(_now);
        Assert.Equal("accepted", Facts(await VisitAsync(keeper, before)).State);
        await UntilAsync(other, json => json.LongMember("used") == 1);
        await keeper.StopAsync();

        var ticket = TicketScenario.New(_now);
        var verdict = await VisitAsync(other, ticket);
        Assert.Equal((state, failure), (verdict.StringMember("state"), verdict.StringMember("failure")));
        await UntilAsync(other, json => json.StringMember("doors") == doors);
        Assert.Equal(("rejected", "Ticket", "TicketAgain"), Facts(await VisitAsync(other, before)));

        await keeper.StartAgainAsync(Ct);
        await UntilAsync(other, json => json.StringMember("doors") == "together");
        if (policy == "admit")
        {
            Assert.Equal(("rejected", "Ticket", "TicketAgain"), Facts(await VisitAsync(keeper, ticket)));
        }
        else
        {
            Assert.Equal("accepted", Facts(await VisitAsync(other, ticket)).State);
        }
    }

    [Fact]
    public async Task A_door_with_another_secret_is_not_heard()
    {
        await using var keeper = await OpenAsync();
        Assert.Equal(401, await keeper.StatusAsync(HttpMethod.Get, "/doors/used?after=0", null, Ct));
        Assert.Equal(401, await keeper.StatusAsync(HttpMethod.Get, "/doors/used?after=0", "the doors of another evening have this one", Ct));
        Assert.Equal(200, await keeper.StatusAsync(HttpMethod.Get, "/doors/used?after=0", "the doors of one evening share this secret", Ct));
        Assert.Equal(400, await keeper.StatusAsync(HttpMethod.Post, "/doors/used/x/y", "the doors of one evening share this secret", Ct));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static (string? State, string? Check, string? Failure) Facts(JsonElement verdict) =>
        (verdict.StringMember("state"), verdict.StringMember("check"), verdict.StringMember("failure"));

    private static StringContent Body(string frame) => new(new JsonObject { ["frame"] = frame }.ToJsonString(), Encoding.UTF8, "application/json");

    private static string Answer(TestWallet wallet, Scenario ticket) =>
        wallet.EncryptToken(new JsonObject { ["ticket"] = new JsonArray(Again(wallet, ticket).Present()) });

    // The same ticket, presented anew: the key binding is made for this request.
    private static Scenario Again(TestWallet wallet, Scenario ticket)
    {
        ticket.KeyBindingPayload.Remove("sd_hash");
        return wallet.Answering(ticket);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Json)> SeeAsync(DoorProcess door, string id, string frame)
    {
        using var body = Body(frame);
        return await door.SendAsync(HttpMethod.Post, $"/challenges/{id}/frames", body, Ct);
    }

    private static async Task<bool> ShowAsync(DoorProcess door, string id, string response)
    {
        var taken = false;
        foreach (var frame in Frame.Split(PackedToken.Pack(response)))
        {
            taken = (await SeeAsync(door, id, frame.ToText())).Json.BooleanMember("taken")!.Value;
        }

        return taken;
    }

    private static async Task<(string Id, TestWallet Wallet)> ReadFramesAsync(DoorProcess door)
    {
        var (_, challenge) = await door.SendAsync(HttpMethod.Post, "/challenges", null, Ct);
        var id = challenge.StringMember("id")!;
        var frames = (await door.SendAsync(HttpMethod.Get, $"/challenges/{id}/frames", null, Ct)).Json.ArrayMember("frames")!.Value;
        var collector = new FrameCollector();
        var message = frames.EnumerateArray().Select(frame => collector.Add(Frame.Parse(frame.StringMember("text")!).OrThrow())).ToList()[^1]!;
        return (id, TestWallet.Read(PackedToken.Parse(message).OrThrow()));
    }

    private static async Task<(string Id, TestWallet Wallet)> AskAsync(DoorProcess door)
    {
        var (_, challenge) = await door.SendAsync(HttpMethod.Post, "/challenges", null, Ct);
        return (challenge.StringMember("id")!, TestWallet.Read(await door.TextAsync(challenge.StringMember("request_uri")!, Ct)));
    }

    private static async Task PostAsync(DoorProcess door, TestWallet wallet, string response)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("response", response)]);
        Assert.Equal(HttpStatusCode.OK, (await door.SendAsync(HttpMethod.Post, wallet.ResponseUri, form, Ct)).Status);
    }

    // The verdict comes a moment after the answer where another door is asked.
    private static async Task<JsonElement> ReadAsync(DoorProcess door, string id)
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

    private static async Task UntilAsync(DoorProcess door, Func<JsonElement, bool> holds)
    {
        while (!holds((await door.SendAsync(HttpMethod.Get, "/state", null, Ct)).Json))
        {
            await Task.Delay(50, Ct);
        }
    }

    private static async Task<string?> OfferAsync(DoorProcess door, byte[] bundle)
    {
        using var body = new ByteArrayContent(bundle);
        return (await door.SendAsync(HttpMethod.Put, "/bundle", body, Ct)).Json.StringMember("outcome");
    }

    private static async Task<JsonElement> VisitAsync(DoorProcess door, Scenario ticket, Scenario? card = null)
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

    // A door for tickets alone, with its bundle.
    private async Task<DoorProcess> OpenAsync(params (string Key, string Value)[] settings)
    {
        var door = await DoorProcess.StartAsync(Ct, [("EventDoor__Event", TicketScenario.Event), ("EventDoor__Age", "0"), .. settings]);
        Assert.Equal("stored", await OfferAsync(door, TicketScenario.Bundle(_now)));
        return door;
    }
}
