using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Frames;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.Tests.Scenarios;
using static IdentityPlatform.Verifier.Tests.EventDoor.DoorVisits;

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
    public async Task A_ticket_is_known_by_the_entry_that_its_issuer_chose_and_not_by_the_key_that_its_wallet_chose()
    {
        await using var keeper = await OpenAsync();
        await using var other = await OpenAsync(("EventDoor__Keeper", keeper.PublicUrl), ("EventDoor__WhenAlone", "refuse"));
        var (key, entry) = (SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256)), TicketScenario.NextEntry());
        Assert.Equal("accepted", Facts(await VisitAsync(keeper, TicketScenario.New(_now, key: key, entry: entry))).State);

        // Two copies of one ticket under two keys would be one ticket; two tickets that a wallet bound to one key are two.
        Assert.Equal(("rejected", "Ticket", "TicketAgain"), Facts(await VisitAsync(keeper, TicketScenario.New(_now, entry: entry))));
        Assert.Equal(("rejected", "Ticket", "TicketAgain"), Facts(await VisitAsync(other, TicketScenario.New(_now, entry: entry))));
        Assert.Equal("accepted", Facts(await VisitAsync(other, TicketScenario.New(_now, key: key))).State);
        Assert.Equal("accepted", Facts(await VisitAsync(keeper, TicketScenario.New(_now))).State);
    }

    [Fact]
    public async Task A_ticket_without_a_status_entry_is_refused()
    {
        await using var door = await OpenAsync();
        var ticket = TicketScenario.New(_now);
        ticket.Payload.Remove("status");
        Assert.Equal(("rejected", "Revocation", "StatusUnknown"), Facts(await VisitAsync(door, ticket)));
        Assert.Equal("accepted", Facts(await VisitAsync(door, TicketScenario.New(_now))).State);
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

    private Task<DoorProcess> OpenAsync(params (string Key, string Value)[] settings) => DoorVisits.OpenAsync(_now, settings);
}
