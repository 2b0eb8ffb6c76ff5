using IdentityPlatform.Formats;
using IdentityPlatform.IdP.Tests.Harness;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.IdP.Tests.Cards;

public sealed class CardSignInTests : IDisposable
{
    private readonly IdpHost _host = new();
    private readonly CardIssuer _issuer;

    public CardSignInTests() => _issuer = new CardIssuer(_host);

    public void Dispose()
    {
        _issuer.Dispose();
        _host.Dispose();
    }

    [Fact]
    public async Task A_plain_card_sign_in_shows_the_account_claim_alone()
    {
        using var person = await Person.WithAccountAsync(_host);
        var card = _issuer.Card(await _issuer.SubjectOfAsync(person));
        using var elsewhere = _host.Person();
        var page = await CardIssuer.StartAsync(elsewhere);
        var asked = (await _issuer.RequestAsync(CardIssuer.LinkOf(page))).Query.GetProperty("credentials")[0].GetProperty("claims");
        Assert.Equal("""["account"]""", Assert.Single(asked.EnumerateArray()).GetProperty("path").GetRawText());

        var landed = await _issuer.PresentAsync(elsewhere, card);
        Assert.True(landed.Url.AbsolutePath == "/account", System.Text.RegularExpressions.Regex.Match(landed.Body, "<main.*</main>", System.Text.RegularExpressions.RegexOptions.Singleline).Value);
        Assert.False(landed.Has("Щеглова"));
        Assert.True(landed.Has("You have shown your card without your name"));
    }

    [Fact]
    public async Task The_service_learns_the_assurance_and_after_consent_the_verified_name_with_its_date()
    {
        using var service = _host.Service("service-one");
        using var person = await Person.WithAccountAsync(_host);
        var card = _issuer.Card(await _issuer.SubjectOfAsync(person));
        person.Browser.Forget();

        var (start, page) = await service.SendAsync(person, new SignInRequest("openid profile"));
        var resume = page.Field("return");
        var consent = await _issuer.PresentAsync(person, card, withName: true, resume);
        Assert.Equal("/consent", consent.Url.AbsolutePath);
        Assert.True(consent.Has("Юлия Щеглова"));
        Assert.True(consent.Has(_host.Time.GetUtcNow().ToString("d MMMM yyyy", System.Globalization.CultureInfo.GetCultureInfo("en"))));
        Assert.False(consent.Has("26 May 1990"));
        Assert.True((await person.Browser.OpenAsync("/account")).Has("26 May 1990"));

        var signedIn = Assert.IsType<SignInOutcome.SignedIn>(await service.ReceiveAsync(start, await Service.AgreeAsync(person, consent)));
        Assert.Equal("example.org:acr:2", signedIn.Claims.StringMember("acr"));
        Assert.Equal(["pop", "user"], signedIn.Claims.StringsMember("amr"));
        var userInfo = (await service.Client.UserInfoAsync(signedIn.Tokens, signedIn.Subject, CancellationToken.None))!.Value;
        Assert.Equal(["family_name", "given_name", "name", "sub", "verified_at"], userInfo.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal("Юлия Щеглова", userInfo.StringMember("name"));
        Assert.Equal(_host.Time.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), userInfo.StringMember("verified_at"));
    }

    [Fact]
    public async Task The_date_of_birth_is_given_where_it_is_asked_for_by_name()
    {
        using var service = _host.Service("service-one");
        using var person = await Person.WithAccountAsync(_host);
        await _issuer.PresentAsync(person, _issuer.Card(await _issuer.SubjectOfAsync(person)), withName: true);
        var signedIn = await service.SignInAsync(person, new SignInRequest { Claims = """{"userinfo":{"birthdate":null},"id_token":{"given_name":{"essential":true}}}""" });
        var userInfo = (await service.Client.UserInfoAsync(signedIn.Tokens, signedIn.Subject, CancellationToken.None))!.Value;
        Assert.Equal(["birthdate", "sub"], userInfo.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal("Юлия", signedIn.Claims.StringMember("given_name"));
    }

    [Fact]
    [Trait("Safeguard", "SG8")]
    public async Task Nothing_of_the_name_is_given_without_consent_to_it()
    {
        using var service = _host.Service("service-one");
        using var person = await Person.WithAccountAsync(_host);
        var before = await service.SignInAsync(person, new SignInRequest("openid profile"));
        await _issuer.PresentAsync(person, _issuer.Card(await _issuer.SubjectOfAsync(person)), withName: true);

        var userInfo = (await service.Client.UserInfoAsync(before.Tokens, before.Subject, CancellationToken.None))!.Value;
        Assert.Equal(["sub"], userInfo.EnumerateObject().Select(member => member.Name));
        var (_, page) = await service.SendAsync(person, new SignInRequest("openid profile"));
        Assert.Equal("/consent", page.Url.AbsolutePath);
    }

    [Fact]
    public async Task Assurance_and_name_fall_when_the_copy_of_the_card_expires()
    {
        using var service = _host.Service("service-one");
        using var person = await Person.WithAccountAsync(_host);
        var expires = _host.Time.GetUtcNow().AddMinutes(30);
        await _issuer.PresentAsync(person, _issuer.Card(await _issuer.SubjectOfAsync(person), expires: expires), withName: true);
        var high = await service.SignInAsync(person, new SignInRequest("openid profile"));
        Assert.Equal("example.org:acr:2", high.Claims.StringMember("acr"));

        _host.Time.Advance(TimeSpan.FromMinutes(31));
        var low = await service.SignInAsync(person, new SignInRequest("openid profile"));
        Assert.Equal("example.org:acr:0", low.Claims.StringMember("acr"));
        var userInfo = (await service.Client.UserInfoAsync(low.Tokens, low.Subject, CancellationToken.None))!.Value;
        Assert.Equal(["sub"], userInfo.EnumerateObject().Select(member => member.Name));
        Assert.False((await person.Browser.OpenAsync("/account")).Has("Щеглова"));
    }

    [Fact]
    public async Task A_card_that_names_another_provider_signs_nobody_in()
    {
        using var person = await Person.WithAccountAsync(_host);
        var subject = await _issuer.SubjectOfAsync(person);
        using var elsewhere = _host.Person();
        var refused = await _issuer.PresentAsync(elsewhere, _issuer.Card(subject, issuer: "https://other.example.org"));
        Assert.Equal("/card/refused", refused.Url.AbsolutePath);
        Assert.Equal("UnknownAccount", refused.Query("why"));
        Assert.Equal("/account", (await _issuer.PresentAsync(elsewhere, _issuer.Card(subject))).Url.AbsolutePath);
    }

    [Fact]
    [Trait("Safeguard", "SG12")]
    public async Task The_subject_of_another_service_opens_no_account()
    {
        using var service = _host.Service("service-one");
        using var person = await Person.WithAccountAsync(_host);
        var subject = (await service.SignInAsync(person)).Subject;
        using var elsewhere = _host.Person();
        Assert.Equal("UnknownAccount", (await _issuer.PresentAsync(elsewhere, _issuer.Card(subject))).Query("why"));
    }

    [Fact]
    public async Task A_card_of_another_account_does_not_change_accounts_unawares()
    {
        using var first = await Person.WithAccountAsync(_host);
        using var second = await Person.WithAccountAsync(_host);
        var card = _issuer.Card(await _issuer.SubjectOfAsync(first));
        Assert.Equal("OtherAccount", (await _issuer.PresentAsync(second, card)).Query("why"));
    }

    [Fact]
    public async Task A_revoked_card_is_refused_with_words()
    {
        using var person = await Person.WithAccountAsync(_host);
        var card = _issuer.Card(await _issuer.SubjectOfAsync(person));
        _issuer.RevokeAll();
        using var elsewhere = _host.Person();
        var refused = await _issuer.PresentAsync(elsewhere, card);
        Assert.Equal("Rejected", refused.Query("why"));
        Assert.True(refused.Has("The card was withdrawn by its issuer."));
        Assert.Equal("/signin", (await elsewhere.Browser.OpenAsync("/account")).Url.AbsolutePath);
    }

    [Fact]
    public async Task An_expired_card_is_refused()
    {
        using var person = await Person.WithAccountAsync(_host);
        var card = _issuer.Card(await _issuer.SubjectOfAsync(person), expires: _host.Time.GetUtcNow().AddDays(-2));
        using var elsewhere = _host.Person();
        Assert.Equal("Rejected", (await _issuer.PresentAsync(elsewhere, card)).Query("why"));
    }

    [Fact]
    public async Task A_browser_that_did_not_start_the_request_gets_nothing()
    {
        using var person = await Person.WithAccountAsync(_host);
        var card = _issuer.Card(await _issuer.SubjectOfAsync(person));
        using var started = _host.Person();
        using var thief = _host.Person();
        var answer = await _issuer.AnswerAsync(CardIssuer.LinkOf(await CardIssuer.StartAsync(started)), card);
        Assert.Equal("Gone", (await thief.Browser.OpenAsync(answer!.RedirectUri!)).Query("why"));
        Assert.Equal("/account", (await started.Browser.OpenAsync(answer.RedirectUri!)).Url.AbsolutePath);
    }

    [Fact]
    public async Task A_result_is_given_once()
    {
        using var person = await Person.WithAccountAsync(_host);
        var card = _issuer.Card(await _issuer.SubjectOfAsync(person));
        using var elsewhere = _host.Person();
        var answer = await _issuer.AnswerAsync(CardIssuer.LinkOf(await CardIssuer.StartAsync(elsewhere)), card);
        await elsewhere.Browser.OpenAsync(answer!.RedirectUri!);
        Assert.Equal("Gone", (await elsewhere.Browser.OpenAsync(answer.RedirectUri!)).Query("why"));
    }

    [Fact]
    public async Task A_wallet_on_another_device_signs_the_waiting_browser_in()
    {
        using var person = await Person.WithAccountAsync(_host);
        var card = _issuer.Card(await _issuer.SubjectOfAsync(person));
        using var desktop = _host.Person();
        var page = await CardIssuer.StartAsync(desktop);
        var waiting = await desktop.Browser.PostAsync("/card/result", json => json.WriteString("id", page.Query("id")));
        Assert.Equal("{}", waiting.Body);

        var scanned = (await _host.ScanLinkAsync(page.Query("id")!))!;
        Assert.Null((await _issuer.AnswerAsync(scanned, card))!.RedirectUri);
        var done = await desktop.Browser.PostAsync("/card/result", json => json.WriteString("id", page.Query("id")));
        Assert.Equal("/account", done.Json.StringMember("location"));
        Assert.Equal("/account", (await desktop.Browser.OpenAsync("/account")).Url.AbsolutePath);
    }
}
