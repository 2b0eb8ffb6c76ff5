using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Frames;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Verifier.Tests.Mdoc;
using IdentityPlatform.Verifier.Tests.Scenarios;
using static IdentityPlatform.Verifier.Tests.EventDoor.DoorVisits;

namespace IdentityPlatform.Verifier.Tests.EventDoor;

/// <summary>Tickets as mdoc at doors that take either form: over HTTP and by frames, alone and several together.</summary>
public sealed class MdocTicketTests
{
    private readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    [Fact]
    public async Task A_door_asks_for_a_card_and_a_ticket_in_either_form()
    {
        await using var door = await DoorProcess.StartAsync(Ct, ("EventDoor__Event", TicketScenario.Event), ("EventDoor__Classes__0", "seated"));
        var query = (await AskAsync(door)).Wallet.Claims.ObjectMember("dcql_query")!.Value;
        Assert.Equal("""[{"options":[["card"],["card-mdoc"]]},{"options":[["ticket"],["ticket-mdoc"]]}]""", query.ArrayMember("credential_sets")!.Value.GetRawText());
        Assert.Equal(
            """{"id":"ticket-mdoc","format":"mso_mdoc","meta":{"doctype_value":"org.example.admission.1"},"claims":[{"path":["org.example.admission.1","event_id"],"values":["evening-2026"]},{"path":["org.example.admission.1","starts_at"]},{"path":["org.example.admission.1","ends_at"]},{"path":["org.example.admission.1","admission_class"],"values":["seated"]}]}""",
            query.ArrayMember("credentials")!.Value[3].GetRawText());
    }

    [Fact]
    public async Task An_mdoc_lets_in_once_at_one_of_the_doors()
    {
        await using var keeper = await OpenAsync(_now);
        await using var other = await OpenAsync(_now, ("EventDoor__Keeper", keeper.PublicUrl), ("EventDoor__WhenAlone", "refuse"));
        var ticket = TicketScenario.NewMdoc(_now);
        var verdict = await VisitAsync(other, ticket);
        Assert.Equal(("accepted", null, null), Facts(verdict));
        Assert.Equal(3, verdict.ArrayMember("disclosed")!.Value.GetArrayLength());
        Assert.False(verdict.BooleanMember("name_shown"));
        Assert.Equal(("rejected", "Ticket", "TicketAgain"), Facts(await VisitAsync(other, ticket)));
        Assert.Equal(("rejected", "Ticket", "TicketAgain"), Facts(await VisitAsync(keeper, ticket)));
        Assert.Equal("accepted", Facts(await VisitAsync(keeper, TicketScenario.NewMdoc(_now))).State);
    }

    [Fact]
    public async Task Both_forms_of_one_ticket_are_one_ticket()
    {
        await using var door = await OpenAsync(_now);
        var entry = TicketScenario.NextEntry();
        Assert.Equal("accepted", Facts(await VisitAsync(door, TicketScenario.New(_now, entry: entry))).State);
        Assert.Equal(("rejected", "Ticket", "TicketAgain"), Facts(await VisitAsync(door, TicketScenario.NewMdoc(_now, entry: entry))));
    }

    [Fact]
    public async Task An_mdoc_that_does_not_fit_is_refused_and_stays_unused()
    {
        await using var door = await OpenAsync(_now);
        Assert.Equal(("rejected", "Request", "ValueNotRequested"), Facts(await VisitAsync(door, TicketScenario.NewMdoc(_now, "another-evening"))));
        Assert.Equal(("rejected", "Ticket", "TicketEarly"), Facts(await VisitAsync(door, TicketScenario.NewMdoc(_now, startsInHours: 3))));
        Assert.Equal(("rejected", "Ticket", "TicketOver"), Facts(await VisitAsync(door, TicketScenario.NewMdoc(_now, startsInHours: -5))));
        Assert.Equal(("rejected", "Request", "OverDisclosure"), Facts(await VisitAsync(door, TicketScenario.NewMdoc(_now), ["event_id", "starts_at", "ends_at", "event_name"])));
        Assert.Equal(("rejected", "HolderBinding", "HolderSignatureInvalid"), Facts(await VisitAsync(door, TicketScenario.NewMdoc(_now), over: (await AskAsync(door)).Wallet)));
        Assert.Equal(0, (await door.SendAsync(HttpMethod.Get, "/state", null, Ct)).Json.LongMember("used"));
        Assert.Equal("accepted", Facts(await VisitAsync(door, TicketScenario.NewMdoc(_now))).State);
    }

    [Fact]
    public async Task A_cancelled_mdoc_is_refused_and_its_neighbour_enters()
    {
        await using var door = await DoorProcess.StartAsync(Ct, ("EventDoor__Event", TicketScenario.Event), ("EventDoor__Age", "0"));
        var (cancelled, other) = (TicketScenario.NextEntry(), TicketScenario.NextEntry());
        Assert.Equal("stored", await OfferAsync(door, TicketScenario.Bundle(_now, cancelled)));
        Assert.Equal(("rejected", "Revocation", "Revoked"), Facts(await VisitAsync(door, TicketScenario.NewMdoc(_now, entry: cancelled))));
        Assert.Equal("accepted", Facts(await VisitAsync(door, TicketScenario.NewMdoc(_now, entry: other))).State);
    }

    [Fact]
    public async Task A_card_as_SD_JWT_and_a_ticket_as_mdoc_enter_together_and_neither_alone()
    {
        await using var door = await DoorProcess.StartAsync(Ct, ("EventDoor__Event", TicketScenario.Event));
        Assert.Equal("stored", await OfferAsync(door, new Scenario(_now).Bundle()));
        Assert.Equal("stored", await OfferAsync(door, TicketScenario.Bundle(_now)));
        Assert.Equal(("rejected", "Request", "Unanswered"), Facts(await VisitAsync(door, TicketScenario.NewMdoc(_now))));

        var (id, wallet) = await AskAsync(door);
        var token = Token(wallet, TicketScenario.NewMdoc(_now));
        token["card"] = new JsonArray(wallet.Answering(new Scenario(_now)).Present());
        await PostAsync(door, wallet, wallet.EncryptToken(token));
        Assert.Equal("accepted", Facts(await ReadAsync(door, id)).State);
    }

    [Fact]
    public async Task A_card_as_mdoc_shows_an_age()
    {
        await using var door = await DoorProcess.StartAsync(Ct);
        var cards = new Scenario(_now);
        cards.Anchors.Add(new() { Certificate = TestPki.CardAuthority.Certificate, Roles = [Verifier.Bundle.AnchorRole.Credentials], Types = [MdocScenario.DocType] });
        Assert.Equal("stored", await OfferAsync(door, cards.Bundle()));
        Assert.Equal("accepted", Facts(await ShowAgeAsync(door, true)).State);
        Assert.Equal(("rejected", "Request", "ValueNotRequested"), Facts(await ShowAgeAsync(door, false)));
    }

    [Fact]
    public async Task An_mdoc_comes_by_the_camera_too()
    {
        await using var door = await OpenAsync(_now);
        var (id, wallet) = await ReadFramesAsync(door);
        var answer = wallet.EncryptToken(Token(wallet, TicketScenario.NewMdoc(_now)));
        Assert.InRange(Frame.Split(PackedToken.Pack(answer)).Count, 5, 16);
        Assert.True(await ShowAsync(door, id, answer));
        Assert.Equal("accepted", Facts(await ReadAsync(door, id)).State);
    }

    private async Task<JsonElement> ShowAgeAsync(DoorProcess door, bool isOver)
    {
        var (id, wallet) = await AskAsync(door);
        var content = new MdocContent(MdocScenario.DocType).Add(MdocScenario.Iso, "age_over_18", CborValue.Of(isOver));
        var validity = new MdocValidity(_now.AddDays(-1), _now.AddDays(-1), _now.AddDays(2));
        var issued = MdocWriter.Issue(TestPki.CardSigner, content, TestPki.Holder.PublicKey, validity, RandomNumberGenerator.Fill, (TestPki.StatusUri, 5));
        var transcript = SessionTranscript.ForOpenId4Vp(wallet.ClientId, wallet.Claims.StringMember("nonce")!, wallet.EncryptionKey, wallet.ResponseUri);
        var shown = HeldMdoc.Parse(issued).OrThrow().Present([(MdocScenario.Iso, "age_over_18")], TestPki.Holder, transcript);
        await PostAsync(door, wallet, wallet.Encrypt(Base64UrlText.Encode(shown), "card-mdoc"));
        return await ReadAsync(door, id);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
}
