using IdentityPlatform.Formats;
using IdentityPlatform.IdP.Tests.Harness;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.IdP.Tests.Accounts;

public sealed class AccountTests(IdpHost host) : IClassFixture<IdpHost>
{
    [Fact]
    public async Task A_new_account_shows_its_name_passkey_and_session()
    {
        using var person = await Person.WithAccountAsync(host, "Юля");
        var page = await person.Browser.OpenAsync("/account");
        Assert.True(page.Has("Юля"));
        Assert.True(page.Has("Passkey 1"));
        Assert.True(page.Has("Firefox, Linux"));
        Assert.True(page.Has("You have one passkey"));
    }

    [Fact]
    public async Task An_account_needs_no_name()
    {
        using var person = await Person.WithAccountAsync(host);
        Assert.True((await person.Browser.OpenAsync("/account")).Has("Your account"));
    }

    [Fact]
    public async Task A_name_that_is_too_long_is_refused_with_words()
    {
        using var person = host.Person();
        var refused = await person.Browser.PostAsync("/signup/options", json => json.WriteString("display_name", new string('a', 65)));
        Assert.Equal((400, "invalid_display_name"), (refused.Status, refused.Json.StringMember("error")));
        Assert.Equal(200, (await person.Browser.PostAsync("/signup/options", json => json.WriteString("display_name", new string('a', 64)))).Status);
    }

    [Fact]
    public async Task A_passkey_signs_in_on_another_browser_and_both_sessions_are_seen_and_ended()
    {
        using var person = await Person.WithAccountAsync(host);
        using var elsewhere = person.OnOtherBrowser();
        Assert.Equal("/account", (await elsewhere.SignInAsync()).StringLocation());

        var page = await person.Browser.OpenAsync("/account");
        await person.Browser.SubmitAsync("/account/sessions/end", ("session", page.Field("session")));
        Assert.Equal("/signin", (await elsewhere.Browser.OpenAsync("/account")).Url.AbsolutePath);
        Assert.Equal("/account", (await person.Browser.OpenAsync("/account")).Url.AbsolutePath);
    }

    [Fact]
    public async Task A_session_of_somebody_else_cannot_be_ended()
    {
        using var person = await Person.WithAccountAsync(host);
        using var stranger = await Person.WithAccountAsync(host);
        var hash = IdP.SignIn.Session.HashOf(person.Browser.Cookies["idp-session"]);
        await stranger.Browser.SubmitAsync("/account/sessions/end", ("session", hash));
        Assert.Equal("/account", (await person.Browser.OpenAsync("/account")).Url.AbsolutePath);
    }

    [Fact]
    public async Task Signing_in_again_makes_the_earlier_secret_worthless()
    {
        using var person = await Person.WithAccountAsync(host);
        var earlier = person.Browser.Cookies["idp-session"];
        await person.SignInAsync();
        Assert.NotEqual(earlier, person.Browser.Cookies["idp-session"]);
        using var connection = host.OpenDatabase();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sessions WHERE session_hash = @hash";
        command.Parameters.AddWithValue("@hash", IdP.SignIn.Session.HashOf(earlier));
        Assert.Equal(0L, command.ExecuteScalar());
    }

    [Fact]
    [Trait("Safeguard", "SG15")]
    public async Task A_second_passkey_is_added_and_the_last_one_cannot_be_removed()
    {
        using var person = await Person.WithAccountAsync(host);
        using var phone = host.Person();
        var begun = await person.Browser.PostAsync("/account/passkeys/options", _ => { });
        var added = await person.CompleteAsync("/account/passkeys", begun, phone.Authenticator.Create(begun.Json.GetProperty("options").GetRawText(), IdpHost.Url));
        Assert.Equal("/account", added.StringLocation());
        Assert.Equal("/account", (await phone.SignInAsync()).StringLocation());

        var both = await person.Browser.OpenAsync("/account");
        var one = await person.Browser.SubmitAsync("/account/passkeys/remove", ("passkey", both.Field("passkey")));
        Assert.False(one.Has("Passkey 2"));
        var left = System.Text.RegularExpressions.Regex.Matches(both.Body, "name=\"passkey\" value=\"([^\"]*)\"")[1].Groups[1].Value;
        await person.Browser.SubmitAsync("/account/passkeys/remove", ("passkey", left));
        Assert.True((await person.Browser.OpenAsync("/account")).Has("Passkey 1"));
    }

    [Fact]
    public async Task What_cannot_be_undone_needs_a_sign_in_of_the_last_minutes()
    {
        using var person = await Person.WithAccountAsync(host);
        host.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(401, (await person.Browser.PostAsync("/account/passkeys/options", _ => { })).Status);
        Assert.Equal("/signin", (await person.Browser.OpenAsync("/account/close")).Url.AbsolutePath);
        Assert.Equal("/signin", (await person.Browser.OpenAsync("/account/export")).Url.AbsolutePath);
        Assert.Equal("/signin", (await person.Browser.SubmitAsync("/account/close")).Url.AbsolutePath);

        await person.SignInAsync("/account/close");
        Assert.Equal("/account/close", (await person.Browser.OpenAsync("/account/close")).Url.AbsolutePath);
    }

    [Fact]
    public async Task A_session_ends_after_an_hour_of_silence_and_after_twelve_hours_in_any_case()
    {
        using var idle = await Person.WithAccountAsync(host);
        host.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal("/account", (await idle.Browser.OpenAsync("/account")).Url.AbsolutePath);
        host.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal("/signin", (await idle.Browser.OpenAsync("/account")).Url.AbsolutePath);

        using var busy = await Person.WithAccountAsync(host);
        for (var half = 0; half < 23; half++)
        {
            host.Time.Advance(TimeSpan.FromMinutes(30));
            Assert.Equal("/account", (await busy.Browser.OpenAsync("/account")).Url.AbsolutePath);
        }

        host.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal("/signin", (await busy.Browser.OpenAsync("/account")).Url.AbsolutePath);
    }

    [Fact]
    [Trait("Safeguard", "SG9")]
    public async Task A_withdrawn_consent_ends_the_services_access_and_is_asked_again()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host);
        var signedIn = await service.SignInAsync(person, new SignInRequest("openid offline_access"));
        Assert.True((await person.Browser.OpenAsync("/account")).Has("Service service-one"));

        await person.Browser.SubmitAsync("/account/consents/withdraw", ("service", "service-one"));
        Assert.True((await person.Browser.OpenAsync("/account")).Has("You have signed in to no service yet."));
        Assert.Null(await service.Client.UserInfoAsync(signedIn.Tokens, signedIn.Subject, CancellationToken.None));
        Assert.Null(await service.Client.RefreshAsync(signedIn.Tokens, CancellationToken.None));
        Assert.Equal("/consent", (await service.SendAsync(person, new SignInRequest())).Page.Url.AbsolutePath);
    }

    [Fact]
    [Trait("Safeguard", "SG9")]
    public async Task The_log_tells_the_person_everything_and_names_no_value()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host, "Юля");
        await service.SignInAsync(person);
        await person.SignInAsync();
        var log = await person.Browser.OpenAsync("/account/log");
        Assert.True(log.Has("Account created"));
        Assert.True(log.Has("You agreed to share data with a service"));
        Assert.True(log.Has("You signed in to a service"));
        Assert.True(log.Has("Service service-one"));
        Assert.True(log.Has("You signed in"));
        Assert.False(log.Has("Юля"));
    }

    [Fact]
    [Trait("Safeguard", "SG9")]
    public async Task The_export_holds_everything_as_json()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host, "Юля");
        await service.SignInAsync(person);
        var export = await person.Browser.OpenAsync("/account/export");
        Assert.Equal("no-store", export.Headers["Cache-Control"]);
        var json = export.Json;
        Assert.Equal("Юля", json.StringMember("display_name"));
        Assert.Equal("service-one", json.GetProperty("consents")[0].StringMember("service"));
        Assert.Equal(1, json.GetProperty("passkeys").GetArrayLength());
        Assert.Equal(1, json.GetProperty("sessions").GetArrayLength());
        Assert.Contains(json.GetProperty("log").EnumerateArray(), entry => entry.StringMember("event") == "service.used");
    }

    [Fact]
    public async Task A_closed_account_signs_nobody_in_and_its_tokens_end()
    {
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host);
        var signedIn = await service.SignInAsync(person, new SignInRequest("openid offline_access"));
        Assert.Equal("/signed-out", (await person.Browser.SubmitAsync("/account/close")).Url.AbsolutePath);

        Assert.Null(await service.Client.UserInfoAsync(signedIn.Tokens, signedIn.Subject, CancellationToken.None));
        Assert.Null(await service.Client.RefreshAsync(signedIn.Tokens, CancellationToken.None));
        var refused = await person.SignInAsync();
        Assert.Equal((400, "UnknownPasskey"), (refused.Status, refused.Json.StringMember("error")));
    }
}
