using System.Globalization;
using Microsoft.Playwright;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>A person who gets a card by hand.</summary>
internal sealed class Holder(Visitor visitor, string born = "1991-05-26")
{
    public const string FamilyName = "Щеглова";

    public Visitor At { get; } = visitor;

    private string L => At.Language;

    private IPage Page => At.Page;

    private string Issuer => At.Place.Town.CardIssuer.Url;

    /// <summary>From a service's start page to a new account at the IdP, up to the question of consent.</summary>
    public async Task SignUpFromServiceAsync(string service)
    {
        await At.OpenAsync(service);
        await At.SeeAsync("service-home", Words.Service(L, "home.title"));
        await At.PressAsync(Words.Service(L, "home.signin"));
        await At.SeeAsync("idp-signin-for-service", Words.Idp(L, "signin.title"));
        await At.FollowAsync(Words.Idp(L, "signin.new.link"));
        await SignUpHereAsync();
    }

    /// <summary>Opens an account on its own, without a service that asked.</summary>
    public async Task SignUpAsync()
    {
        await At.OpenAsync(At.Place.Town.Idp.Url);
        await At.SeeAsync("idp-start", Words.Idp(L, "start.title"));
        await At.FollowAsync(Words.Idp(L, "start.signup"));
        await SignUpHereAsync();
        await At.SeeAsync("idp-account", "Юлия");
    }

    /// <summary>Applies for the card and books a visit today; gives the number of the case.</summary>
    public async Task<string> ApplyAsync()
    {
        await At.OpenAsync(Issuer);
        await At.SeeAsync("issuer-home", CardName);
        await At.FollowAsync(Words.Issuer(L, "home.apply"));
        await At.PressAsync(Words.Idp(L, "consent.refuse"));
        await At.SeeAsync("issuer-home", CardName);
        await At.FollowAsync(Words.Issuer(L, "home.apply"));
        await AgreeIfAskedAsync();
        await At.SeeAsync("application-form", Words.Issuer(L, "application.title"));
        await FillApplicationAsync(latin: FamilyName);
        await At.PressAsync(Words.Issuer(L, "form.send"));
        await Page.Locator("p.error[role=alert]").WaitForAsync();
        await At.SeeAsync("application-faults", Words.Issuer(L, "application.title"));
        await FillApplicationAsync(latin: "SHCHEGLOVA");
        await At.PressAsync(Words.Issuer(L, "form.send"));
        await Page.Locator("#day").WaitForAsync();
        await At.SeeAsync("application-booking", Words.Issuer(L, "application.title"));
        return await BookAsync();
    }

    /// <summary>Books a visit today; gives the number of the case.</summary>
    public async Task<string> BookAsync(string? heading = null)
    {
        // The centre's own day: Yerevan is four hours ahead of UTC.
        await Page.Locator("#day").WaitForAsync();
        await Page.FillAsync("#day", DateTimeOffset.UtcNow.AddHours(4).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await At.PressAsync(Words.Issuer(L, "booking.book"));
        await Page.GetByText(Words.Issuer(L, "state.booked"), new() { Exact = true }).WaitForAsync();
        await At.SeeAsync("application-booked", heading ?? Words.Issuer(L, "application.title"));
        return (await Page.Locator(".card code").InnerTextAsync()).Trim();
    }

    /// <summary>Shows the offer of the card; gives the link that its button opens.</summary>
    public async Task<string> AskForOfferAsync()
    {
        await At.OpenAsync($"{Issuer}/card");
        await At.SeeAsync("card-ready", CardName);
        await At.PressAsync(Words.Issuer(L, "card.collect"));
        await At.SeeAsync("card-offer", Words.Issuer(L, "offer.title"));
        return await LinkAsync("openid-credential-offer:");
    }

    /// <summary>The link of this scheme on the page.</summary>
    public async Task<string> LinkAsync(string scheme) =>
        await Page.Locator($"a[href^='{scheme}']").First.GetAttributeAsync("href") ?? throw new InvalidOperationException("a link without an address");

    /// <summary>Agrees where the IdP asks before it sends the browser back.</summary>
    public async Task AgreeIfAskedAsync()
    {
        var agree = Page.GetByRole(AriaRole.Button, new() { Name = Words.Idp(L, "consent.agree"), Exact = true });
        var form = Page.Locator("form[action='/applications']");
        await agree.Or(form).First.WaitForAsync();
        if (await agree.CountAsync() > 0)
        {
            await At.SeeAsync("idp-consent-issuer", (await Page.Locator("h1").InnerTextAsync()).Trim());
            await agree.ClickAsync();
        }
    }

    public string CardName => L == "ru" ? "Карта соотечественника" : "Compatriot card";

    private async Task SignUpHereAsync()
    {
        await At.SeeAsync("idp-signup", Words.Idp(L, "signup.title"));
        await Page.FillAsync("#display_name", "Юлия");
        await At.PressAsync(Words.Idp(L, "signup.button"));
    }

    private async Task FillApplicationAsync(string latin)
    {
        await FieldAsync("family_name", FamilyName);
        await FieldAsync("given_name", "Юлия");
        await FieldAsync("family_name_latin1", latin);
        await FieldAsync("given_name_latin1", "IULIIA");
        await FieldAsync("birthdate", born);
        await FieldAsync("nationalities", "AM");
        await FieldAsync("address.country", "AM");
        await Page.Locator("[id='citizenship_status']").SelectOptionAsync("non_citizen");
        await Page.Locator("[name=consent]").CheckAsync();
    }

    private Task FieldAsync(string name, string value) => Page.Locator($"[id='{name}']").FillAsync(value);
}
