using System.Net;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Issuer.Events;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Wallet.Issuance;

namespace IdentityPlatform.Issuer.Tests.Events;

/// <summary>From an event that two officers decide to a ticket in a wallet, for a card that was shown without a claim.</summary>
public sealed class TicketTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shown_age_gives_one_ticket_that_says_only_what_was_decided()
    {
        await using var host = await EventsHost.StartAsync();
        var id = await host.DecidedAsync();
        var offer = await host.OfferAsync(host.Browser(), id, new ShownCard(host.Cards));
        var copy = Assert.Single(Assert.IsType<CollectionOutcome.Collected>(await host.CollectAsync(offer)).Copies);
        var claims = copy.Card.Claims;
        var always = SignedJwt.Parse(copy.Issued.Split('~')[0]).OrThrow().UnverifiedClaims.EnumerateObject().Select(member => member.Name).Where(name => !name.StartsWith('_'));
        Assert.Equal(["cnf", "exp", "iss", "nbf", "status", "vct", "vct#integrity"], always.Order(StringComparer.Ordinal));
        Assert.Equal((id, "Концерт", "2026-12-05T18:00:00+04:00", "2026-12-05T21:00:00+04:00", "general"), (
            claims.StringMember("event_id"), claims.StringMember("event_name"), claims.StringMember("starts_at"), claims.StringMember("ends_at"), claims.StringMember("admission_class")));
        Assert.Equal(("Дом культуры", "Ереван", "AM"), (
            claims.GetProperty("venue").StringMember("name"), claims.GetProperty("venue").StringMember("locality"), claims.GetProperty("venue").StringMember("country")));
        Assert.Null(claims.StringMember("seat"));
        Assert.Equal(new DateTimeOffset(2026, 12, 6, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), claims.LongMember("exp"));
    }

    [Fact]
    public async Task Tickets_of_an_event_are_alike_but_for_key_and_entry()
    {
        await using var host = await EventsHost.StartAsync();
        var id = await host.DecidedAsync();
        var first = await TicketAsync(host, id);
        host.Clock.Now += TimeSpan.FromDays(3);
        var second = await TicketAsync(host, id);
        Assert.Equal(first.LongMember("nbf"), second.LongMember("nbf"));
        Assert.Equal(first.LongMember("exp"), second.LongMember("exp"));
        Assert.NotEqual(first.GetProperty("cnf").GetRawText(), second.GetProperty("cnf").GetRawText());
        Assert.NotEqual(first.GetProperty("status").GetRawText(), second.GetProperty("status").GetRawText());
    }

    [Fact]
    public async Task A_numbered_place_has_a_seat_of_its_own()
    {
        await using var host = await EventsHost.StartAsync();
        var id = await host.DecidedAsync();
        var seats = new List<string?>();
        for (var visitor = 0; visitor < 3; visitor++)
        {
            seats.Add((await TicketAsync(host, id, "seated")).StringMember("seat"));
        }

        Assert.Equal(["1", "2", "3"], seats.Order(StringComparer.Ordinal));
        Assert.Equal((409, "full"), (await host.OfferAsync(host.Browser(), id, new ShownCard(host.Cards), "seated")).Brief);
    }

    [Fact]
    public async Task The_wallet_is_asked_for_the_age_alone_or_for_nothing()
    {
        await using var host = await EventsHost.StartAsync();
        var (_, aged) = await host.AskAsync(host.Browser(), await host.DecidedAsync());
        Assert.Equal("""[{"path":["age_equal_or_over","14"]}]""", aged.Query.GetProperty("credentials")[0].GetProperty("claims").GetRawText());
        var (_, any) = await host.AskAsync(host.Browser(), await host.DecidedAsync(age: 0));
        Assert.Null(any.Query.GetProperty("credentials")[0].Member("claims"));
    }

    [Fact]
    public async Task Whoever_is_too_young_gets_none_and_any_valid_card_does_where_no_age_is_asked()
    {
        await using var host = await EventsHost.StartAsync();
        var young = new ShownCard(host.Cards, over14: false);
        Assert.Equal((409, "young"), (await host.OfferAsync(host.Browser(), await host.DecidedAsync(), young)).Brief);
        var open = await host.OfferAsync(host.Browser(), await host.DecidedAsync(age: 0), young);
        Assert.IsType<CollectionOutcome.Collected>(await host.CollectAsync(open));
    }

    [Fact]
    public async Task One_presentation_gives_one_ticket()
    {
        await using var host = await EventsHost.StartAsync();
        var (id, card, visitor) = (await host.DecidedAsync(), new ShownCard(host.Cards), host.Browser());
        var (handle, request) = await host.AskAsync(visitor, id);
        await host.Presenter(card).PresentAsync(request, Ct);
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => EventsHost.ResultAsync(visitor, handle)));
        Assert.Single(results.Select(result => result.Json.StringMember("location")).OfType<string>().Distinct());
        var offer = await visitor.GetAsync($"/tickets/offer?id={handle}", "application/json");
        Assert.IsType<CollectionOutcome.Collected>(await host.CollectAsync(offer));

        // The same offer, and the same page, give no second one.
        Assert.Equal("token", Assert.IsType<CollectionOutcome.Refused>(await host.CollectAsync(offer)).Step);
        Assert.Equal(1, await GivenAsync(host, id));
        await TicketAsync(host, id);
        Assert.Equal(2, await GivenAsync(host, id));
    }

    [Fact]
    public async Task A_replayed_presentation_gives_nothing()
    {
        await using var host = await EventsHost.StartAsync();
        var (id, card) = (await host.DecidedAsync(), new ShownCard(host.Cards));
        var (honest, thief) = (host.Browser(), host.Browser());
        var (handle, request) = await host.AskAsync(honest, id);
        var presentation = host.Presenter(card).Build(card.Copies[0], [ClaimPath.Of("age_equal_or_over", "14")], request.ClientId, request.Nonce);
        var response = Wallet.Presentation.Presenter.Encrypt(request, new Dictionary<string, string> { ["card"] = presentation });
        Assert.True((await host.Presenter(card).PostAsync(request.ResponseUri, response, Ct)).Taken);

        // Again to the same request; then the same presentation to another one, which has another nonce.
        Assert.Equal(404, (await host.Presenter(card).PostAsync(request.ResponseUri, response, Ct)).Status);
        var (second, other) = await host.AskAsync(thief, id);
        await host.Presenter(card).SendAsync(other, new Dictionary<string, string> { ["card"] = presentation }, Ct);
        Assert.Equal((409, "rejected"), (await EventsHost.ResultAsync(thief, second)).Brief);

        // The result is the browser's that asked, and so is its offer.
        Assert.Equal((409, "gone"), (await EventsHost.ResultAsync(thief, handle)).Brief);
        Assert.Equal((200, "offered"), (await EventsHost.ResultAsync(honest, handle)).Brief);
        Assert.Equal(HttpStatusCode.Gone, (await thief.GetAsync($"/tickets/offer?id={handle}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await honest.GetAsync($"/tickets/offer?id={handle}")).Status);
        Assert.Equal(1, await GivenAsync(host, id));
    }

    [Fact]
    public async Task More_than_was_asked_is_refused_and_a_lost_card_too()
    {
        await using var host = await EventsHost.StartAsync();
        var (id, card, visitor) = (await host.DecidedAsync(), new ShownCard(host.Cards), host.Browser());
        var (handle, request) = await host.AskAsync(visitor, id);
        var tooMuch = host.Presenter(card).Build(card.Copies[0], [ClaimPath.Of("age_equal_or_over", "14"), ClaimPath.Of("family_name")], request.ClientId, request.Nonce);
        await host.Presenter(card).SendAsync(request, new Dictionary<string, string> { ["card"] = tooMuch }, Ct);
        Assert.Equal((409, "rejected"), (await EventsHost.ResultAsync(visitor, handle)).Brief);

        var content = host.Cards.Content();
        var revoked = IdentityPlatform.Formats.Status.StatusList.Empty(64, 2).With(40, 1).With(41, 1);
        var list = IdentityPlatform.Formats.Status.StatusListToken.Write(
            host.Cards.StatusSigner, Verifier.Testing.TestIssuer.StatusUri, revoked, host.Clock.Now.AddHours(-1), host.Clock.Now.AddDays(3), TimeSpan.FromHours(12));
        host.Get<KeptBundle>().Offer(host.Cards.Bundle(content, list));
        Assert.Equal((409, "rejected"), (await host.OfferAsync(host.Browser(), id, new ShownCard(host.Cards))).Brief);
        Assert.Equal(0, await GivenAsync(host, id));
    }

    [Fact]
    public async Task An_event_that_is_not_decided_or_is_over_or_full_gives_no_ticket()
    {
        await using var host = await EventsHost.StartAsync();
        var first = await host.OfficerAsync(OfficerRole.Operator, "Анна");
        var waiting = (await EventsHost.SayAsync(first, EventsHost.Proposal())).Json.StringMember("id")!;
        var asked = JsonSerializer.Serialize(new { admission_class = "general" });
        Assert.Equal(HttpStatusCode.NotFound, (await host.Browser().PostAsync($"/events/{waiting}/ticket", asked)).Status);

        var id = await host.DecidedAsync(general: 1);
        await TicketAsync(host, id);
        Assert.Equal((409, "full"), (await host.OfferAsync(host.Browser(), id, new ShownCard(host.Cards))).Brief);

        host.Clock.Now = new DateTimeOffset(2026, 12, 5, 17, 0, 0, TimeSpan.Zero);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Browser().PostAsync($"/events/{id}/ticket", asked)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Browser().GetAsync($"/events/{id}")).Status);
    }

    [Fact]
    public async Task A_place_that_nobody_collects_goes_back()
    {
        await using var host = await EventsHost.StartAsync();
        var id = await host.DecidedAsync(general: 1);
        var offer = await host.OfferAsync(host.Browser(), id, new ShownCard(host.Cards));
        Assert.Equal((409, "full"), (await host.OfferAsync(host.Browser(), id, new ShownCard(host.Cards))).Brief);
        host.Clock.Now += TimeSpan.FromMinutes(21);
        await host.Get<TicketHolds>().SweepAsync(Ct);
        await Assert.ThrowsAsync<HttpRequestException>(() => host.CollectAsync(offer));
        await TicketAsync(host, id);
    }

    [Fact]
    public async Task One_browser_asks_twenty_times_in_ten_minutes_and_another_is_served_meanwhile()
    {
        await using var host = await EventsHost.StartAsync();
        var (id, visitor) = (await host.DecidedAsync(), host.Browser());
        host.Clock.Now = new DateTimeOffset(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);
        for (var question = 0; question < 20; question++)
        {
            await host.AskAsync(visitor, id);
        }

        var asked = JsonSerializer.Serialize(new { admission_class = "general" });
        Assert.Equal((429, "too_many"), (await visitor.PostAsync($"/events/{id}/ticket", asked)).Brief);
        await host.AskAsync(host.Browser(), id);
        host.Clock.Now += TimeSpan.FromMinutes(10);
        await host.AskAsync(visitor, id);
    }

    private static async Task<JsonElement> TicketAsync(EventsHost host, string id, string kind = "general")
    {
        var offer = await host.OfferAsync(host.Browser(), id, new ShownCard(host.Cards), kind);
        return Assert.Single(Assert.IsType<CollectionOutcome.Collected>(await host.CollectAsync(offer)).Copies).Card.Claims;
    }

    private static async Task<int> GivenAsync(EventsHost host, string id) =>
        (await host.Get<EventRegister>().CountsAsync((await host.Get<EventRegister>().FindAsync(id, Ct))!, Ct)).Sum(count => count.Given);
}
