using System.Globalization;
using Microsoft.Playwright;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>Several tabs, the back button and a page that waited too long, in a real browser.</summary>
[Collection(BrowserTown.Name)]
public sealed class TabsTests(BrowserTown place)
{
    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public async Task Three_tabs_the_back_button_and_an_old_page_all_go_on(string language)
    {
        await using var visitor = await place.ArriveAsync(language);
        var service = place.Town.ServiceOne.Url;
        await new Holder(visitor).SignUpFromServiceAsync(service);
        var library = language == "ru" ? "Библиотека" : "Library";
        await visitor.SeeAsync("idp-consent", string.Format(CultureInfo.InvariantCulture, Words.Idp(language, "consent.title"), library));
        var consent = visitor.Page.Url;
        await visitor.PressAsync(Words.Idp(language, "consent.agree"));
        await visitor.SeeAsync("service-signed-in", Words.Service(language, "home.welcome"));

        // Back to the question, which is answered already.
        await visitor.OpenAsync(consent);
        await visitor.PressAsync(Words.Idp(language, "consent.agree"));
        await visitor.SeeAsync("idp-answered", Words.Idp(language, "answered.title"));
        await visitor.Page.GoBackAsync();
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = Words.Idp(language, "consent.agree"), Exact = true }).WaitForAsync();

        await visitor.OpenAsync(service);
        await visitor.PressAsync(Words.Service(language, "home.signout"));
        await visitor.SeeAsync("service-home", Words.Service(language, "home.title"));
        await visitor.OpenAsync($"{place.Town.Idp.Url}/signout");
        await visitor.PressAsync(Words.Idp(language, "signout.button"));
        await visitor.SeeAsync("idp-signed-out", Words.Idp(language, "signedout.title"));
        await visitor.OpenAsync(service);
        await ThreeTabsAsync(visitor, service);

        await visitor.OpenAsync($"{place.Town.Idp.Url}/signin?request=gone&client_id=service-one");
        await visitor.SeeAsync("idp-expired", Words.Idp(language, "expired.title"));
        Visitor.SawOnlyGoodPages(visitor);
    }

    private static async Task ThreeTabsAsync(Visitor visitor, string service)
    {
        var language = visitor.Language;
        var first = await TabAsync(visitor, service);
        var second = await TabAsync(visitor, service);
        await visitor.PressAsync(Words.Service(language, "home.signin"));
        await visitor.SeeAsync("idp-signin-for-service", Words.Idp(language, "signin.title"));
        await visitor.PressAsync(Words.Idp(language, "signin.button"));
        await visitor.SeeAsync("service-signed-in", Words.Service(language, "home.welcome"));

        // The other tabs still show the sign-in page; reloaded, they offer to go on, and each arrives.
        foreach (var tab in new[] { first, second })
        {
            await visitor.OpenAsync(tab.Url);
            await visitor.SeeAsync("idp-signin-meanwhile", Words.Idp(language, "signin.title"));
            await visitor.Page.Locator(".notice button").ClickAsync();
            await visitor.SeeAsync("service-signed-in", Words.Service(language, "home.welcome"));
            await tab.CloseAsync();
        }
    }

    private static async Task<IPage> TabAsync(Visitor visitor, string service)
    {
        var tab = await visitor.Page.Context.NewPageAsync();
        await tab.GotoAsync(service);
        await tab.GetByRole(AriaRole.Button, new() { Name = Words.Service(visitor.Language, "home.signin"), Exact = true }).First.ClickAsync();
        await tab.GetByRole(AriaRole.Heading, new() { Name = Words.Idp(visitor.Language, "signin.title"), Level = 1 }).WaitForAsync();
        return tab;
    }
}
