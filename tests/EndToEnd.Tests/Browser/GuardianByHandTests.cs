using System.Globalization;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>A parent acts for a child, from the desk of the issuer to the provider's page, by hand.</summary>
[Collection(BrowserTown.Name)]
public sealed class GuardianByHandTests(BrowserTown place)
{
    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public async Task A_parent_shows_the_credential_of_the_issuer_and_gives_it_up_again(string language)
    {
        var document = DeskCrew.NewDocument();
        var crew = await place.CrewAsync(language);
        await using var parent = await place.ArriveAsync(language);
        await using var child = await place.ArriveAsync(language);
        var (holder, wallet) = await HandWallet.GetCardAsync(place, parent, document);
        var born = DateTime.UtcNow.AddYears(-9).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var small = new Holder(child, born);
        await small.SignUpAsync();
        var childCase = await small.ApplyAsync();
        await crew.ApproveAsync(childCase, isChild: true);

        var last = DateTime.UtcNow.AddYears(2);
        await ApplyAsync(parent, childCase, born, last);
        var number = await holder.BookAsync(Representation(language));
        await crew.ApproveAsync(number, document: document, isChild: true);
        await parent.OpenAsync($"{place.Town.CardIssuer.Url}/card?number={number}");
        await parent.PressAsync(Words.Issuer(language, "card.collect"));
        await wallet.CollectAsync(await holder.LinkAsync("openid-credential-offer:"), holder);

        await ObjectAsync(parent, child, crew.Operator, number, childCase);
        await ShowAsync(parent, wallet, holder);
        await parent.SeeAsync("idp-account-children", "Юлия");
        Assert.True(await parent.ReadsAsync(last.ToString("d MMMM yyyy", CultureInfo.GetCultureInfo(language))));
        await child.OpenAsync($"{place.Town.Idp.Url}/account");
        await child.SeeAsync("idp-account-guardians", "Юлия");
        Assert.True(await child.ReadsAsync(Words.Idp(language, "guardians.before")));

        await parent.PressAsync(Words.Idp(language, "children.end"));
        await parent.Page.GetByText(Words.Idp(language, "children.end"), new() { Exact = true }).WaitForAsync(new() { State = Microsoft.Playwright.WaitForSelectorState.Detached });
        await child.OpenAsync($"{place.Town.Idp.Url}/account");
        Assert.False(await child.ReadsAsync(Words.Idp(language, "guardians.title")));
        Visitor.SawOnlyGoodPages(parent, child);
    }

    // The three who see it: who objects, the child, and the desk.
    private async Task ObjectAsync(Visitor parent, Visitor child, Visitor officer, string number, string childCase)
    {
        var (issuer, language) = (place.Town.CardIssuer.Url, parent.Language);
        await parent.OpenAsync($"{issuer}/card?number={number}");
        await parent.PressAsync(Words.Guardian(language, "object"));
        await parent.Page.GetByText(Words.Guardian(language, "frozen")).WaitForAsync();
        await parent.SeeAsync("card-of-guardian-frozen", Representation(language));
        await child.OpenAsync($"{issuer}/guardians");
        await child.SeeAsync("guardians-frozen", Words.Guardian(language, "title"));
        Assert.True(await child.ReadsAsync(Words.Guardian(language, "frozen.child")));
        await officer.OpenAsync($"{issuer}/desk/cases/{childCase}/card");
        await officer.SeeAsync("desk-card-frozen", Words.Issuer(language, "deskcard.title"));
        Assert.True(await officer.ReadsAsync(Words.Guardian(language, "resume.title")));
    }

    private static string Representation(string language) => language == "ru" ? "Представительство" : "Guardianship";

    // The provider learns of a new credential's status list within its own interval.
    private async Task ShowAsync(Visitor parent, HandWallet wallet, Holder holder)
    {
        await parent.OpenAsync($"{place.Town.Idp.Url}/account");
        await parent.SeeAsync("idp-account-no-children", "Юлия");
        await parent.PressAsync(Words.Idp(parent.Language, "children.show"), "/card");
        await parent.SeeAsync("idp-card-child", Words.Idp(parent.Language, "card.title"));
        var next = await wallet.PresentAsync(await holder.LinkAsync("openid4vp:"));
        await parent.OpenAsync(next!);
    }

    private async Task ApplyAsync(Visitor parent, string childCase, string born, DateTime last)
    {
        await parent.OpenAsync($"{place.Town.CardIssuer.Url}/application?type=representation");
        var page = parent.Page;
        await page.FillAsync("#child", childCase);
        await page.Locator("#nature_of_representation").SelectOptionAsync("parent");
        await page.Locator("[name='powers.services']").CheckAsync();
        await page.FillAsync("[id='represented.family_name']", Holder.FamilyName);
        await page.FillAsync("[id='represented.given_name']", "Юлия");
        await page.FillAsync("[id='represented.birthdate']", born);
        await page.FillAsync("#valid_until", last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await page.Locator("[name=consent]").CheckAsync();
        await parent.PressAsync(Words.Issuer(parent.Language, "form.send"));
    }
}
