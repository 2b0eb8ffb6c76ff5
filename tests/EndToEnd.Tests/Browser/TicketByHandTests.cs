using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>An event and a ticket to it, by hand: officers propose, approve and cancel; a visitor shows a card and takes the ticket.</summary>
[Collection(BrowserTown.Name)]
public sealed partial class TicketByHandTests(BrowserTown place)
{
    private string Office => place.Town.EventsIssuer.Url;

    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public async Task Two_officers_decide_an_event_and_a_shown_card_gives_a_ticket(string language)
    {
        // In no language: the officers of both read each other's events.
        var name = $"2026/{RandomNumberGenerator.GetInt32(100_000, 999_999)}";
        await using var a = await EnrolAsync(language, "Darya", "operator");
        await using var b = await EnrolAsync(language, "Egor", "supervisor");
        await ProposeAsync(a, name);
        await b.OpenAsync($"{Office}/desk");
        await b.FollowAsync(name);
        await b.SeeAsync("event-to-approve", name);
        await b.PressAsync(Words.Events(language, "word.approve"));
        await b.Page.GetByText(Words.Events(language, "state.decided")).WaitForAsync();
        await b.SeeAsync("event-decided", name);

        await using var visitor = await place.ArriveAsync(language);
        var (_, wallet) = await HandWallet.GetCardAsync(place, visitor);
        await TakeTicketAsync(visitor, wallet, name);
        await CancelAsync(a, b, name);
        Visitor.SawOnlyGoodPages(a, b, visitor);
    }

    [Theory]
    [InlineData("ru")]
    [InlineData("en")]
    public async Task Two_officers_decide_a_programme_and_who_takes_part_gets_a_proof(string language)
    {
        var name = $"2026/{RandomNumberGenerator.GetInt32(100_000, 999_999)}";
        await using var a = await EnrolAsync(language, "Fatima", "operator");
        await using var b = await EnrolAsync(language, "Georgy", "supervisor");
        await ProposeProgrammeAsync(a, name);
        await b.OpenAsync($"{Office}/desk");
        await b.FollowAsync(name);
        await b.SeeAsync("programme-to-approve", name);
        await b.PressAsync(Words.Events(language, "word.approve"));
        await b.Page.Locator("p.notice").GetByText(Words.Events(language, "state.decided.programme")).WaitForAsync();
        await b.SeeAsync("programme-decided", name);
        var address = await QrReader.ReadAsync(b.Page.Locator("svg.qr"));

        await using var visitor = await place.ArriveAsync(language);
        var (_, wallet) = await HandWallet.GetCardAsync(place, visitor);
        await visitor.ForgetCookiesAsync();
        await visitor.OpenAsync(address);
        await visitor.SeeAsync("programme", name);
        await visitor.PressAsync(Words.Events(language, "event.get"), "/tickets");
        await visitor.SeeAsync("programme-ask", Words.Events(language, "ask.title"));
        await wallet.PresentAsync(await QrReader.ReadAsync(visitor.Page.Locator("svg.qr")));
        await visitor.SeeAsync("programme-offer", Words.Events(language, "offer.title.programme"));
        var code = (await visitor.Page.Locator("p.code").InnerTextAsync()).Trim();
        var proof = await wallet.TakeTicketAsync(await QrReader.ReadAsync(visitor.Page.Locator("svg.qr")), code);

        // Somebody who wants to know whether the holder took part: the office's bundle, and no name.
        Assert.Equal(name, await wallet.ProveAsync(proof, place.Town.EventsIssuer.Url, "events-issuer", "programme_name"));
        Visitor.SawOnlyGoodPages(a, b, visitor);
    }

    private static async Task ProposeProgrammeAsync(Visitor officer, string name)
    {
        var (page, language) = (officer.Page, officer.Language);
        await officer.FollowAsync(Words.Events(language, "desk.new.programme"));
        await officer.SeeAsync("programme-form", Words.Events(language, "desk.new.programme"));
        await page.FillAsync("[name=event_name]", name);
        await page.FillAsync("[name=start]", DateTimeOffset.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await page.FillAsync("[name=end]", DateTimeOffset.UtcNow.AddDays(5).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await page.SelectOptionAsync("[name=minimum_age]", "14");
        await page.CheckAsync("[name=guardian_consent]");
        await page.FillAsync("[name=places_participant]", "30");
        await page.FillAsync("[name=places_escort]", "2");
        await officer.PressAsync(Words.Events(language, "desk.new.programme"));
        await page.GetByText(Words.Events(language, "state.proposed")).WaitForAsync();
        await officer.SeeAsync("programme-proposed", name);
    }

    private static async Task ProposeAsync(Visitor officer, string name)
    {
        var (page, language) = (officer.Page, officer.Language);
        await officer.FollowAsync(Words.Events(language, "desk.new"));
        await officer.SeeAsync("event-form", Words.Events(language, "desk.new"));
        await page.FillAsync("[name=event_name]", name);
        await page.FillAsync("[name=venue_name]", language == "ru" ? "Дом культуры" : "House of culture");
        await page.FillAsync("[name=venue_locality]", language == "ru" ? "Гюмри" : "Gyumri");
        var day = DateTimeOffset.UtcNow.AddDays(10).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await page.FillAsync("[name=starts_at]", $"{day}T18:00");
        await page.FillAsync("[name=ends_at]", $"{day}T21:00");
        await page.SelectOptionAsync("[name=minimum_age]", "14");
        await page.FillAsync("[name=places_general]", "50");
        await page.FillAsync("[name=places_seated]", "20");
        await page.CheckAsync("[name=numbered_seated]");
        await officer.PressAsync(Words.Events(language, "desk.new"));
        await page.GetByText(Words.Events(language, "state.proposed")).WaitForAsync();
        await officer.SeeAsync("event-proposed", name);
    }

    private async Task TakeTicketAsync(Visitor visitor, HandWallet wallet, string name)
    {
        var language = visitor.Language;
        await visitor.ForgetCookiesAsync();
        await visitor.OpenAsync(Office);
        await visitor.SeeAsync("events", Words.Events(language, "list.title"));
        await visitor.FollowAsync(name);
        await visitor.SeeAsync("event", name);
        await visitor.PressAsync(Words.Events(language, "event.get"), "/tickets");
        await visitor.SeeAsync("ticket-ask", Words.Events(language, "ask.title"));

        // With a phone: nobody touches the browser, and its page goes on.
        await wallet.PresentAsync(await QrReader.ReadAsync(visitor.Page.Locator("svg.qr")));
        await visitor.SeeAsync("ticket-offer", Words.Events(language, "offer.title"));
        var code = (await visitor.Page.Locator("p.code").InnerTextAsync()).Trim();
        var ticket = await wallet.TakeTicketAsync(await QrReader.ReadAsync(visitor.Page.Locator("svg.qr")), code);
        Assert.Equal(name, ticket.Card.Claims.GetProperty("event_name").GetString());

        await visitor.OpenAsync($"{Office}/tickets/offer?id=nothing");
        await visitor.SeeAsync("ticket-refused", Words.Events(language, "refused.title"));
    }

    private async Task CancelAsync(Visitor a, Visitor b, string name)
    {
        await a.OpenAsync($"{Office}/desk");
        await a.SeeAsync("events-desk", Words.Events(a.Language, "list.title"));
        await a.FollowAsync(name);
        await a.Page.SelectOptionAsync("#ground", "safety");
        await a.PressAsync(Words.Events(a.Language, "cancel.propose"));
        await a.Page.GetByText(Words.Events(a.Language, "state.cancel-proposed")).WaitForAsync();
        await b.OpenAsync($"{Office}/desk");
        await b.FollowAsync(name);
        await b.SeeAsync("event-to-cancel", name);
        await b.PressAsync(Words.Events(b.Language, "cancel.confirm"));
        await b.Page.GetByText(Words.Events(b.Language, "state.cancelled")).WaitForAsync();
        await b.SeeAsync("event-cancelled", name);
    }

    private async Task<Visitor> EnrolAsync(string language, string name, string role)
    {
        var officer = await place.ArriveAsync(language);
        var printed = await place.Town.EventsIssuer.RunVerbAsync(["officers", "invite", "--name", name, "--role", role, "--centre", "yerevan"], CancellationToken.None);
        await officer.OpenAsync($"{Office}{EnrolmentLink().Match(printed).Value}");
        await officer.PressAsync(Words.Issuer(language, "enrol.button"), "/desk");
        await officer.SeeAsync($"events-desk-{role}", Words.Events(language, "list.title"));
        return officer;
    }

    [GeneratedRegex(@"/officers/enrol/[A-Za-z0-9_.\-]+", RegexOptions.None, 1000)]
    private static partial Regex EnrolmentLink();
}
