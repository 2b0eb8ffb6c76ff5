using IdentityPlatform.Formats;
using IdentityPlatform.IdP.Tests.Harness;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.IdP.Tests.SignIn;

public sealed class ServiceSignInTests(IdpHost host) : IClassFixture<IdpHost>
{
    [Fact]
    public async Task A_person_signs_up_on_the_way_to_a_service_agrees_and_the_service_learns_a_subject()
    {
        using var service = host.Service("service-one");
        using var person = host.Person();
        var (start, page) = await service.SendAsync(person, new SignInRequest());
        Assert.Equal("/signin", page.Url.AbsolutePath);
        Assert.True(page.Has("Service service-one"));
        var signUp = await person.Browser.OpenAsync($"/signup?request={page.Query("request")}");
        var resume = System.Net.WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Match(signUp.Body, "data-return=\"([^\"]+)\"").Groups[1].Value);

        var location = (await person.SignUpAsync("Юля", resume)).StringLocation();
        var consent = await person.Browser.OpenAsync(location!);
        var landed = await Service.AgreeAsync(person, consent);

        var signedIn = Assert.IsType<SignInOutcome.SignedIn>(await service.ReceiveAsync(start, landed));
        var userInfo = await service.Client.UserInfoAsync(signedIn.Tokens, signedIn.Subject, CancellationToken.None);
        Assert.Equal(signedIn.Subject, userInfo!.Value.StringMember("sub"));
        Assert.Equal(["sub"], userInfo.Value.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task The_id_token_says_who_for_whom_when_and_how_surely_and_nothing_else()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host, "Юля");
        var claims = (await service.SignInAsync(person)).Claims;

        Assert.Equal(
            ["acr", "amr", "aud", "auth_time", "exp", "iat", "iss", "nonce", "sid", "sub"], claims.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(IdpHost.Url, claims.StringMember("iss"));
        Assert.Equal("service-one", claims.StringMember("aud"));
        Assert.Equal("example.org:acr:0", claims.StringMember("acr"));
        Assert.Equal(["swk", "user", "mfa"], claims.StringsMember("amr"));
        Assert.InRange(claims.LongMember("auth_time")!.Value, claims.LongMember("iat")!.Value - 60, claims.LongMember("iat")!.Value);
    }

    [Fact]
    public async Task Two_services_see_two_subjects_and_two_session_ids_and_one_service_always_the_same_subject()
    {
        using var one = host.Service("service-one");
        using var two = host.Service("service-two");
        using var person = await Person.WithAccountAsync(host);
        var atOne = (await one.SignInAsync(person)).Claims;
        var atTwo = (await two.SignInAsync(person)).Claims;
        var again = (await one.SignInAsync(person)).Claims;

        Assert.NotEqual(atOne.StringMember("sub"), atTwo.StringMember("sub"));
        Assert.NotEqual(atOne.StringMember("sid"), atTwo.StringMember("sid"));
        Assert.Equal(atOne.StringMember("sub"), again.StringMember("sub"));
    }

    [Fact]
    public async Task Two_people_are_two_subjects_at_one_service()
    {
        using var service = host.Service("service-one");
        using var first = await Person.WithAccountAsync(host);
        using var second = await Person.WithAccountAsync(host);
        Assert.NotEqual((await service.SignInAsync(first)).Subject, (await service.SignInAsync(second)).Subject);
    }

    [Fact]
    public async Task Consent_is_asked_once_and_remembered()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host);
        var (start, first) = await service.SendAsync(person, new SignInRequest());
        Assert.Equal("/consent", first.Url.AbsolutePath);
        await service.ReceiveAsync(start, await Service.AgreeAsync(person, first));

        var (again, landed) = await service.SendAsync(person, new SignInRequest());
        Assert.IsType<SignInOutcome.SignedIn>(await service.ReceiveAsync(again, landed));
    }

    [Fact]
    public async Task Prompt_consent_asks_again()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host);
        await service.SignInAsync(person);
        host.Time.Advance(TimeSpan.FromSeconds(2));
        var (_, page) = await service.SendAsync(person, new SignInRequest { Prompt = "consent" });
        Assert.Equal("/consent", page.Url.AbsolutePath);
    }

    [Fact]
    public async Task A_wider_scope_asks_again()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host);
        await service.SignInAsync(person);
        var (_, page) = await service.SendAsync(person, new SignInRequest("openid offline_access"));
        Assert.Equal("/consent", page.Url.AbsolutePath);
    }

    [Fact] // fapi2-security-profile-final-user-rejects-authentication
    public async Task A_person_who_refuses_sends_the_service_access_denied()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host);
        var (start, page) = await service.SendAsync(person, new SignInRequest());
        Assert.Equal("access_denied", await service.ErrorAsync(start, await Service.RefuseAsync(person, page)));

        var (_, next) = await service.SendAsync(person, new SignInRequest());
        Assert.Equal("/consent", next.Url.AbsolutePath);
    }

    [Fact]
    public async Task A_person_who_cancels_the_sign_in_sends_the_service_access_denied()
    {
        using var service = host.Service("service-one");
        using var person = host.Person();
        var (start, page) = await service.SendAsync(person, new SignInRequest());
        var landed = await person.Browser.SubmitAsync("/signin/cancel", ("request", page.Field("request")));
        Assert.Equal("access_denied", await service.ErrorAsync(start, landed));
    }

    [Fact]
    public async Task Two_services_in_two_tabs_do_not_meet()
    {
        using var one = host.Service("service-one");
        using var two = host.Service("service-two");
        using var person = await Person.WithAccountAsync(host);
        var (startOne, pageOne) = await one.SendAsync(person, new SignInRequest());
        var (startTwo, pageTwo) = await two.SendAsync(person, new SignInRequest());
        Assert.Equal("access_denied", await two.ErrorAsync(startTwo, await Service.RefuseAsync(person, pageTwo)));
        Assert.IsType<SignInOutcome.SignedIn>(await one.ReceiveAsync(startOne, await Service.AgreeAsync(person, pageOne)));
    }

    [Fact]
    public async Task An_answered_page_that_is_sent_again_ends_in_a_page_that_goes_on()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host);
        var (start, page) = await service.SendAsync(person, new SignInRequest());
        await service.ReceiveAsync(start, await Service.AgreeAsync(person, page));

        var again = await Service.AgreeAsync(person, page);
        Assert.Equal(400, again.Status);
        Assert.True(again.Has("start again at the service"));
        Assert.True(again.Has("To my account"));
        Assert.Equal(0, (await service.SendAsync(person, new SignInRequest())).Page.Status);
    }

    [Fact]
    public async Task A_consent_page_that_has_expired_says_what_to_do()
    {
        using var person = await Person.WithAccountAsync(host);
        var page = await person.Browser.OpenAsync("/consent?request=unknown");
        Assert.Equal(410, page.Status);
        Assert.True(page.Has("Go back to the service"));
    }

    [Fact]
    public async Task A_service_that_asks_beyond_its_registration_is_refused()
    {
        using var service = host.Service("plain-service");
        using var person = await Person.WithAccountAsync(host);
        var (start, landed) = await service.SendAsync(person, new SignInRequest { Claims = """{"userinfo":{"given_name":null}}""" });
        Assert.Equal("invalid_scope", await service.ErrorAsync(start, landed));
        Assert.NotEmpty((await service.SignInAsync(person)).Subject);
    }

    [Fact]
    public async Task A_refresh_token_gives_an_id_token_of_the_same_sign_in()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host);
        var first = await service.SignInAsync(person, new SignInRequest("openid offline_access"));
        host.Time.Advance(TimeSpan.FromSeconds(3));
        var fresh = await service.Client.RefreshAsync(first.Tokens, CancellationToken.None);
        var claims = SignedClaims(fresh!.IdToken!);
        Assert.Equal(first.Subject, claims.StringMember("sub"));
        Assert.Equal(first.Claims.LongMember("auth_time"), claims.LongMember("auth_time"));
        Assert.NotEqual(first.Claims.LongMember("iat"), claims.LongMember("iat"));
    }

    private static System.Text.Json.JsonElement SignedClaims(string jwt) => IdentityPlatform.Formats.Jose.SignedJwt.Parse(jwt).OrThrow().UnverifiedClaims;
}
