using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>The way to a card, and what one does with it, by hand.</summary>
[Collection(BrowserTown.Name)]
public sealed partial class CardByHandTests(BrowserTown place)
{
    private static readonly string[] WhyNotAlone = ["SameOfficer", "NotYourRole"];
    private static readonly string[] ActsOfOfficers =
        ["log.case.read", "log.application.checked-in", "log.application.proofed", "log.application.recommend", "log.application.approve"];

    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public async Task A_person_applies_two_officers_decide_and_the_offer_can_be_scanned_opened_and_spoken(string language)
    {
        await using var visitor = await place.ArriveAsync(language);
        var (holder, crew) = (new Holder(visitor), await place.CrewAsync(language));
        await holder.SignUpAsync();
        var caseId = await holder.ApplyAsync();

        var refused = await crew.ApproveAsync(caseId);

        var words = WhyNotAlone.Select(why => Words.Issuer(crew.Operator.Language, $"refusal.{why}"));
        Assert.Contains(words, text => refused.Contains(text, StringComparison.Ordinal));
        await visitor.OpenAsync($"{place.Town.CardIssuer.Url}/application");
        await visitor.SeeAsync("application-approved", Words.Issuer(language, "application.title"));
        Assert.True(await visitor.ReadsAsync(Words.Issuer(language, "state.approved")));
        Assert.StartsWith("openid-credential-offer://", await holder.AskForOfferAsync(), StringComparison.Ordinal);
        Assert.True(await visitor.Page.Locator("svg.qr").IsVisibleAsync());
        Assert.Matches(SpokenCode(), await crew.OfferAsync(caseId));
        await ReadLogAsync(visitor);
        Visitor.SawOnlyGoodPages(visitor, crew.Operator, crew.Supervisor);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public async Task A_parent_finds_the_way_to_act_for_a_child_and_a_child_sees_who_acts_for_it(string language)
    {
        await using var visitor = await place.ArriveAsync(language);
        await GetCardAsync(visitor);
        await visitor.OpenAsync($"{place.Town.CardIssuer.Url}/card");
        await visitor.FollowAsync(Words.Guardian(language, "see"));
        await visitor.SeeAsync("guardians-none", Words.Guardian(language, "title"));
        await visitor.OpenAsync($"{place.Town.CardIssuer.Url}/card");
        await visitor.FollowAsync(Words.Guardian(language, "apply"));
        var title = language == "ru" ? "Представительство" : "Guardianship";
        await visitor.SeeAsync("guardian-form", title);

        var page = visitor.Page;
        await page.FillAsync("#child", "2222222222222222");
        await page.Locator("#nature_of_representation").SelectOptionAsync("parent");
        await page.Locator("[name='powers.services']").CheckAsync();
        await page.FillAsync("[id='represented.family_name']", Holder.FamilyName);
        await page.FillAsync("[id='represented.birthdate']", $"{DateTime.UtcNow.Year - 17:D4}-01-01");
        await page.FillAsync("#valid_until", $"{DateTime.UtcNow.Year + 3:D4}-01-01");
        await page.Locator("[name=consent]").CheckAsync();
        await visitor.PressAsync(Words.Issuer(language, "form.send"));
        await page.Locator("#valid_until-fault").WaitForAsync();
        await visitor.SeeAsync("guardian-faults", title);
        Assert.True(await page.Locator("[name='powers.services']").IsCheckedAsync());
        Visitor.SawOnlyGoodPages(visitor);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public async Task The_door_shows_a_code_and_a_verdict(string language)
    {
        await using var visitor = await place.ArriveAsync(language);
        var (_, wallet) = await GetCardAsync(visitor);
        await using var kiosk = await place.ArriveAsync(language);

        await UpdateDoorAsync(kiosk);
        await wallet.PresentAsync(await DoorLinkAsync(kiosk));

        await kiosk.SeeAsync("door-accepted", Words.Door(language, "VerdictAccepted"));
        Assert.False(await kiosk.ReadsAsync(Holder.FamilyName));
        Visitor.SawOnlyGoodPages(visitor, kiosk);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public async Task A_lost_card_is_blocked_and_another_one_is_collected(string language)
    {
        await using var visitor = await place.ArriveAsync(language);
        var (holder, wallet) = await GetCardAsync(visitor);
        await visitor.OpenAsync($"{place.Town.CardIssuer.Url}/card");
        await visitor.SeeAsync("card-active", holder.CardName);
        await visitor.PressAsync(Words.Issuer(language, "card.lost"));
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = Words.Issuer(language, "card.replace"), Exact = true }).WaitForAsync();
        await visitor.SeeAsync("card-lost", holder.CardName);

        await using var kiosk = await place.ArriveAsync(language);
        await UpdateDoorAsync(kiosk);
        await wallet.PresentAsync(await DoorLinkAsync(kiosk));
        await kiosk.SeeAsync("door-rejected", Words.Door(language, "VerdictRejected"));
        Assert.True(await kiosk.ReadsAsync(Words.Kiosk(language, "CheckRevocation")));

        await visitor.PressAsync(Words.Issuer(language, "card.replace"));
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = Words.Issuer(language, "card.collect"), Exact = true }).WaitForAsync();
        wallet.Forget();
        await wallet.CollectAsync(await holder.AskForOfferAsync(), holder);
        await UpdateDoorAsync(kiosk);
        await wallet.PresentAsync(await DoorLinkAsync(kiosk));
        await kiosk.SeeAsync("door-accepted", Words.Door(language, "VerdictAccepted"));
        Visitor.SawOnlyGoodPages(visitor, kiosk);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public async Task A_card_signs_a_person_in_and_a_service_gets_the_name_after_consent(string language)
    {
        await using var visitor = await place.ArriveAsync(language);
        var (holder, wallet) = await GetCardAsync(visitor);
        await visitor.ForgetCookiesAsync();
        await visitor.OpenAsync($"{place.Town.Idp.Url}/signin");
        await visitor.PressAsync(Words.Idp(language, "signin.card.button"), "/card");
        await visitor.SeeAsync("idp-card", Words.Idp(language, "card.title"));
        Assert.StartsWith("openid4vp://", await holder.LinkAsync("openid4vp:"), StringComparison.Ordinal);

        // With a phone: nobody touches the browser, and its page goes on.
        await wallet.PresentAsync(await QrReader.ReadAsync(visitor.Page.Locator("svg.qr")));
        await visitor.SeeAsync("idp-account", "Юлия");

        await GiveNameAsync(visitor, wallet, holder);
        Visitor.SawOnlyGoodPages(visitor);
    }

    // On one device: the link opens the wallet, and the wallet sends the browser on.
    private async Task GiveNameAsync(Visitor visitor, HandWallet wallet, Holder holder)
    {
        var language = visitor.Language;
        await visitor.OpenAsync(place.Town.ServiceTwo.Url);
        await visitor.PressAsync(Words.Service(language, "home.signin"));
        await visitor.PressAsync(Words.Idp(language, "consent.agree"));
        await visitor.PressAsync(Words.Service(language, "home.askname"));
        await visitor.PressAsync(Words.Idp(language, "consent.card"), "/card");
        await visitor.SeeAsync("idp-card-name", Words.Idp(language, "card.title"));
        var next = await wallet.PresentAsync(await holder.LinkAsync("openid4vp:"));
        await visitor.OpenAsync(next!);
        var name = language == "ru" ? "Приёмная" : "Residents’ office";
        await visitor.SeeAsync("idp-consent-name", string.Format(CultureInfo.InvariantCulture, Words.Idp(language, "consent.title.data"), name));
        await visitor.PressAsync(Words.Idp(language, "consent.agree"));
        await visitor.SeeAsync("service-name", Words.Service(language, "home.welcome"));
        Assert.True(await visitor.ReadsAsync($"Юлия {Holder.FamilyName}"));
        await visitor.OpenAsync($"{place.Town.Idp.Url}/account");
        await visitor.SeeAsync("idp-account-name", "Юлия");
    }

    private Task<(Holder Holder, HandWallet Wallet)> GetCardAsync(Visitor visitor) => HandWallet.GetCardAsync(place, visitor);

    private async Task ReadLogAsync(Visitor visitor)
    {
        await visitor.OpenAsync($"{place.Town.CardIssuer.Url}/log");
        await visitor.SeeAsync("log", Words.Issuer(visitor.Language, "log.title"));
        foreach (var what in ActsOfOfficers)
        {
            Assert.True(await visitor.ReadsAsync(Words.Issuer(visitor.Language, what)), $"the log does not say {what}");
        }

        Assert.True(await visitor.ReadsAsync(Words.Issuer(visitor.Language, "role.supervisor")));
        Assert.False(await visitor.ReadsAsync("Boris"), "the log names an officer");
    }

    private async Task UpdateDoorAsync(Visitor kiosk)
    {
        await kiosk.OpenAsync(place.Town.Door.Url);
        await kiosk.Page.Locator("summary").ClickAsync();
        await kiosk.PressAsync(Words.Kiosk(kiosk.Language, "Refresh"));
        await kiosk.Page.GetByText(Words.Kiosk(kiosk.Language, "OutcomeStored")).WaitForAsync();
    }

    private static async Task<string> DoorLinkAsync(Visitor kiosk)
    {
        await kiosk.SeeAsync("door-asks", Words.Door(kiosk.Language, "AskTitle").Replace("{0}", "18", StringComparison.Ordinal));
        return await kiosk.Page.Locator("#link").GetAttributeAsync("href") ?? "";
    }

    [GeneratedRegex(@"^\d[\d ]{5,}$", RegexOptions.None, 1000)]
    private static partial Regex SpokenCode();
}
