using IdentityPlatform.Formats;
using IdentityPlatform.IdP.Tests.Harness;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.IdP.Tests.SignIn;

/// <summary>What a service may wish of a sign-in (OpenID Connect Core §3.1.2.1); the modules of the conformance suite by name.</summary>
public sealed class PromptTests(IdpHost host) : IClassFixture<IdpHost>
{
    [Fact] // oidcc-prompt-none-not-logged-in
    public async Task Prompt_none_without_a_session_is_login_required()
    {
        using var service = host.Service("service-one");
        using var person = host.Person();
        var (start, landed) = await service.SendAsync(person, new SignInRequest { Prompt = "none" });
        Assert.Equal("login_required", await service.ErrorAsync(start, landed));
    }

    [Fact]
    public async Task Prompt_none_without_consent_is_consent_required()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host);
        var (start, landed) = await service.SendAsync(person, new SignInRequest { Prompt = "none" });
        Assert.Equal("consent_required", await service.ErrorAsync(start, landed));
    }

    [Fact] // oidcc-prompt-none-logged-in
    public async Task Prompt_none_with_session_and_consent_succeeds_with_the_same_subject_and_time()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host);
        var first = await service.SignInAsync(person);
        var (start, landed) = await service.SendAsync(person, new SignInRequest { Prompt = "none" });
        var second = Assert.IsType<SignInOutcome.SignedIn>(await service.ReceiveAsync(start, landed));
        Assert.Equal(first.Subject, second.Subject);
        Assert.Equal(first.Claims.LongMember("auth_time"), second.Claims.LongMember("auth_time"));
    }

    [Fact] // oidcc-prompt-login
    public async Task Prompt_login_signs_in_again_and_the_time_is_later()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host);
        var first = await service.SignInAsync(person);
        host.Time.Advance(TimeSpan.FromSeconds(5));
        var (start, page) = await service.SendAsync(person, new SignInRequest { Prompt = "login" });
        var second = await SignInOnPageAsync(service, start, person, page);
        Assert.True(second.Claims.LongMember("auth_time") > first.Claims.LongMember("auth_time"));
    }

    [Fact] // oidcc-max-age-1
    public async Task Max_age_that_has_passed_signs_in_again()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host);
        var first = await service.SignInAsync(person);
        host.Time.Advance(TimeSpan.FromSeconds(5));
        var (start, page) = await service.SendAsync(person, new SignInRequest { MaxAge = 1 });
        var second = await SignInOnPageAsync(service, start, person, page);
        Assert.True(second.Claims.LongMember("auth_time") > first.Claims.LongMember("auth_time"));
    }

    [Fact] // oidcc-max-age-10000
    public async Task Max_age_that_has_not_passed_keeps_the_sign_in()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host);
        var first = await service.SignInAsync(person, new SignInRequest { MaxAge = 15000 });
        host.Time.Advance(TimeSpan.FromSeconds(5));
        var (start, landed) = await service.SendAsync(person, new SignInRequest { MaxAge = 10000 });
        var second = Assert.IsType<SignInOutcome.SignedIn>(await service.ReceiveAsync(start, landed));
        Assert.Equal(first.Claims.LongMember("auth_time"), second.Claims.LongMember("auth_time"));
    }

    [Fact]
    public async Task An_essential_assurance_that_cannot_be_reached_is_an_error_and_a_wish_is_not()
    {
        const string essential = """{"id_token":{"acr":{"essential":true,"values":["example.org:acr:2"]}}}""";
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host);
        await service.SignInAsync(person);
        host.Time.Advance(TimeSpan.FromSeconds(2));

        var (start, page) = await service.SendAsync(person, new SignInRequest { Claims = essential });
        Assert.Equal("/signin", page.Url.AbsolutePath);
        var landed = await ResumeAsync(person, page);
        Assert.Equal("unmet_authentication_requirements", await service.ErrorAsync(start, landed));

        host.Time.Advance(TimeSpan.FromSeconds(2));
        var (wish, asked) = await service.SendAsync(person, new SignInRequest { AcrValues = "example.org:acr:2" });
        Assert.Equal("example.org:acr:0", (await SignInOnPageAsync(service, wish, person, asked)).Claims.StringMember("acr"));
    }

    [Fact]
    public async Task The_hint_of_another_person_asks_for_that_person_and_once_only()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host);
        using var other = await Person.WithAccountAsync(host);
        var own = (await service.SignInAsync(person)).Tokens.IdToken!;
        var hint = (await service.SignInAsync(other)).Tokens.IdToken!;
        host.Time.Advance(TimeSpan.FromSeconds(2));

        var (same, landed) = await service.SendAsync(person, new SignInRequest { Prompt = "none", IdTokenHint = own });
        Assert.IsType<SignInOutcome.SignedIn>(await service.ReceiveAsync(same, landed));
        var (none, refused) = await service.SendAsync(person, new SignInRequest { Prompt = "none", IdTokenHint = hint });
        Assert.Equal("login_required", await service.ErrorAsync(none, refused));
        var (start, page) = await service.SendAsync(person, new SignInRequest { IdTokenHint = hint });
        Assert.Equal("/signin", page.Url.AbsolutePath);
        Assert.Equal("login_required", await service.ErrorAsync(start, await ResumeAsync(person, page)));
    }

    private static async Task<Shown> ResumeAsync(Person person, Shown page)
    {
        var back = System.Net.WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Match(page.Body, "data-return=\"([^\"]+)\"").Groups[1].Value);
        return await person.Browser.OpenAsync((await person.SignInAsync(back)).StringLocation()!);
    }

    private static async Task<SignInOutcome.SignedIn> SignInOnPageAsync(Service service, SignInStart start, Person person, Shown page)
    {
        Assert.Equal("/signin", page.Url.AbsolutePath);
        return Assert.IsType<SignInOutcome.SignedIn>(await service.ReceiveAsync(start, await ResumeAsync(person, page)));
    }
}
