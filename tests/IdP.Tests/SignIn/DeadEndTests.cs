using IdentityPlatform.Formats;
using IdentityPlatform.IdP.Tests.Harness;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.IdP.Tests.SignIn;

/// <summary>Several tabs, the back button, pages that are too old, cookies that were lost: each ends in a page that goes on.</summary>
public sealed class DeadEndTests : IAsyncLifetime
{
    private const string StartUrl = "https://shop.test/start?iss=http%3A%2F%2Flocalhost%3A5101";

    private readonly IdpHost _host = new();
    private Person _person = null!;
    private Service _shop = null!;

    public async ValueTask InitializeAsync()
    {
        _host.Register("shop", "openid", "\"client_uri\": \"https://shop.test/\", \"initiate_login_uri\": \"https://shop.test/start\", \"tos_uri\": \"https://shop.test/terms\", \"policy_uri\": \"https://shop.test/privacy\", \"logo_uri\": \"https://shop.test/logo.png\",");
        _host.Register("plain", "openid", "\"client_uri\": \"https://plain.test/\",");
        _person = await Person.WithAccountAsync(_host);
        _shop = _host.Service("shop");
    }

    public async ValueTask DisposeAsync()
    {
        _person.Dispose();
        _shop.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_sign_in_open_in_three_tabs_goes_on_in_each()
    {
        await _shop.SignInAsync(_person);
        await _person.Browser.SubmitAsync("/signout");
        var tabs = new List<(SignInStart Start, Shown Page)>();
        for (var i = 0; i < 3; i++)
        {
            tabs.Add(await _shop.SendAsync(_person, new()));
        }

        // The first tab signs in; the second is reloaded and goes on; the third still shows the button, and it works.
        await CompleteAsync(tabs[0]);
        var reloaded = await _person.Browser.OpenAsync(tabs[1].Page.Url.PathAndQuery);
        Assert.True(reloaded.Has("You have signed in meanwhile"));
        await ReceivedAsync(tabs[1].Start, await _person.Browser.OpenAsync($"/authorize?client_id={reloaded.Field("client_id")}&request_uri={reloaded.Field("request_uri")}"));
        await CompleteAsync(tabs[2]);
    }

    [Fact]
    public async Task Who_has_not_signed_in_meanwhile_is_not_told_so()
    {
        await _shop.SignInAsync(_person);
        _host.Time.Advance(TimeSpan.FromSeconds(2));
        var (_, page) = await _shop.SendAsync(_person, new() { Prompt = "login" });
        Assert.Equal("/signin", page.Url.AbsolutePath);
        Assert.False(page.Has("You have signed in meanwhile"));
    }

    [Fact]
    public async Task One_request_in_three_tabs_is_answered_once_and_the_others_lead_back_to_the_service()
    {
        await _shop.SignInAsync(_person);
        await _person.Browser.SubmitAsync("/signout");
        var (start, page) = await _shop.SendAsync(_person, new());
        var second = await _person.Browser.OpenAsync(start.RedirectUrl);
        await CompleteAsync((start, page));
        Assert.Equal("/signin", second.Url.AbsolutePath);
        var landed = await _person.Browser.OpenAsync((await _person.SignInAsync(start.RedirectUrl[IdpHost.Url.Length..])).StringLocation()!);
        AssertGoesOn(landed, 400, "You have answered this already");
        AssertGoesOn(await _person.Browser.OpenAsync(start.RedirectUrl), 400, "You have answered this already");
    }

    [Fact]
    public async Task The_back_button_after_the_answer_leads_on()
    {
        var (start, page) = await _shop.SendAsync(_person, new());
        await ReceivedAsync(start, await Service.AgreeAsync(_person, page));

        // Back: the consent page again, whose answer has been given.
        var back = await _person.Browser.OpenAsync(page.Url.PathAndQuery);
        AssertGoesOn(await Service.AgreeAsync(_person, back), 400, "You have answered this already");
    }

    [Fact]
    public async Task Two_services_at_once_do_not_meet()
    {
        using var plain = _host.Service("plain");
        var one = await _shop.SendAsync(_person, new());
        var two = await plain.SendAsync(_person, new());
        await ReceivedAsync(one.Start, await Service.AgreeAsync(_person, one.Page));
        Assert.IsType<SignInOutcome.SignedIn>(await plain.ReceiveAsync(two.Start, await Service.AgreeAsync(_person, two.Page)));
    }

    [Fact]
    public async Task An_expired_request_leads_back_to_the_service_from_every_page()
    {
        var (start, consent) = await _shop.SendAsync(_person, new());
        await _person.Browser.SubmitAsync("/signout");
        var signIn = await _person.Browser.OpenAsync(start.RedirectUrl);
        var signUp = LinkTo(signIn, "/signup");
        _host.Time.Advance(TimeSpan.FromMinutes(31));
        AssertGoesOn(await _person.Browser.OpenAsync(signIn.Url.PathAndQuery), 410, "This page has served its time");
        AssertGoesOn(await _person.Browser.OpenAsync(signUp), 410, "This page has served its time");
        AssertGoesOn(await _person.Browser.OpenAsync(consent.Url.PathAndQuery), 410, "This page has served its time");
        AssertGoesOn(await _person.Browser.SubmitAsync(consent.Url.PathAndQuery, ("request", consent.Field("request")), ("decision", "agree")), 410, "This page has served its time");
        AssertGoesOn(await _person.Browser.SubmitAsync("/signin/cancel" + signIn.Url.Query, ("request", signIn.Field("request"))), 410, "This page has served its time");
        AssertGoesOn(await _person.Browser.OpenAsync(start.RedirectUrl), 400, "This page has served its time");
    }

    [Fact]
    public async Task A_service_without_a_start_of_its_own_is_reached_by_its_page()
    {
        var page = await _person.Browser.OpenAsync("/authorize?client_id=plain&request_uri=urn:ietf:params:oauth:request_uri:gone");
        Assert.Equal(400, page.Status);
        Assert.Contains("href=\"https://plain.test/\"", page.Body, StringComparison.Ordinal);
        var unknown = await _person.Browser.OpenAsync("/authorize?client_id=https%3A%2F%2Fevil.test&request_uri=urn:ietf:params:oauth:request_uri:gone");
        Assert.True(unknown.Has("We do not know this service"));
        Assert.DoesNotContain("://evil.test", unknown.Body, StringComparison.Ordinal);
        Assert.Contains("href=\"/account\"", unknown.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_ceremony_says_so_and_the_same_page_begins_another()
    {
        await _person.Browser.SubmitAsync("/signout");
        var begun = await _person.Browser.PostAsync("/signin/options", _ => { });
        _host.Time.Advance(TimeSpan.FromMinutes(11));
        var late = await _person.CompleteAsync("/signin", begun, _person.Authenticator.Get(begun.Json.GetProperty("options").GetRawText(), IdpHost.Url));
        Assert.Equal((400, "UnknownCeremony"), (late.Status, late.Json.StringMember("error")));
        Assert.Equal("/account", (await _person.SignInAsync()).StringLocation());
    }

    [Fact]
    public async Task Lost_cookies_cost_one_more_press()
    {
        var begun = await _person.Browser.PostAsync("/signin/options", _ => { });
        _person.Browser.Forget();
        var late = await _person.CompleteAsync("/signin", begun, _person.Authenticator.Get(begun.Json.GetProperty("options").GetRawText(), IdpHost.Url));
        Assert.Equal((400, "OtherBrowser"), (late.Status, late.Json.StringMember("error")));
        Assert.Equal("/account", (await _person.SignInAsync()).StringLocation());
    }

    [Fact]
    public async Task A_stale_page_posted_after_the_sign_out_asks_to_sign_in_and_goes_on()
    {
        var (start, consent) = await _shop.SendAsync(_person, new());
        await _person.Browser.SubmitAsync("/signout");
        var asked = await Service.AgreeAsync(_person, consent);
        Assert.Equal((200, "/signin"), (asked.Status, asked.Url.AbsolutePath));
        Assert.Equal("/signin", (await _person.Browser.SubmitAsync("/account/sessions/end", ("session", "gone"))).Url.AbsolutePath);
        Assert.Equal("/signed-out", (await _person.Browser.SubmitAsync("/signout")).Url.AbsolutePath);

        // The request is still open: signing in goes on with it.
        var page = await _person.Browser.OpenAsync((await _person.SignInAsync(start.RedirectUrl[IdpHost.Url.Length..])).StringLocation()!);
        await ReceivedAsync(start, await Service.AgreeAsync(_person, page));
    }

    [Fact]
    public async Task Policy_and_terms_are_links_and_no_picture_is_fetched_from_elsewhere()
    {
        var (_, consent) = await _shop.SendAsync(_person, new());
        await _person.Browser.SubmitAsync("/signout");
        var (_, signIn) = await _shop.SendAsync(_person, new());
        foreach (var page in new[] { consent, signIn })
        {
            Assert.Contains("href=\"https://shop.test/terms\"", page.Body, StringComparison.Ordinal);
            Assert.Contains("href=\"https://shop.test/privacy\"", page.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("logo.png", page.Body, StringComparison.Ordinal);
        }
    }

    private async Task CompleteAsync((SignInStart Start, Shown Page) tab)
    {
        Assert.Equal("/signin", tab.Page.Url.AbsolutePath);
        var next = (await _person.SignInAsync(tab.Start.RedirectUrl[IdpHost.Url.Length..])).StringLocation()!;
        await ReceivedAsync(tab.Start, await _person.Browser.OpenAsync(next));
    }

    private async Task ReceivedAsync(SignInStart start, Shown landed) => Assert.IsType<SignInOutcome.SignedIn>(await _shop.ReceiveAsync(start, landed));

    private static void AssertGoesOn(Shown page, int status, string words)
    {
        Assert.Equal(status, page.Status);
        Assert.True(page.Has(words));
        Assert.Contains($"href=\"{StartUrl}\"", page.Body, StringComparison.Ordinal);
        Assert.Contains("href=\"/account\"", page.Body, StringComparison.Ordinal);
    }

    private static string LinkTo(Shown page, string path) =>
        System.Net.WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Match(page.Body, $"href=\"({path}[^\"]*)\"").Groups[1].Value);
}
