using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.IdP.Tests.Harness;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.IdP.Tests.Accounts;

/// <summary>The whole life of an account on PostgreSQL: every statement of the provider runs there as on SQLite.</summary>
public sealed class PostgresTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task An_account_lives_and_is_closed()
    {
        using var host = IdpHost.OnPostgres(await server.CreateDatabaseAsync(), await server.CreateDatabaseAsync());
        using var issuer = new CardIssuer(host);
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host, "Юля");
        using var phone = person.OnOtherBrowser();
        Assert.Equal("/account", (await phone.SignInAsync()).StringLocation());
        await issuer.PresentAsync(person, issuer.Card(await issuer.SubjectOfAsync(person)), withName: true);

        var signedIn = await service.SignInAsync(person, new SignInRequest("openid profile offline_access"));
        var userInfo = await service.Client.UserInfoAsync(signedIn.Tokens, signedIn.Subject, CancellationToken.None);
        Assert.Equal("Юлия Щеглова", userInfo!.Value.StringMember("name"));
        host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.True((await person.Browser.OpenAsync("/account")).Has("Юля"));
        Assert.True((await person.Browser.OpenAsync("/account/log")).Has("Service service-one"));

        var page = await person.Browser.OpenAsync("/account");
        await person.Browser.SubmitAsync("/account/sessions/end", ("session", page.Field("session")));
        await person.Browser.SubmitAsync("/account/passkeys/remove", ("passkey", "unknown"));
        await person.Browser.SubmitAsync("/account/consents/withdraw", ("service", "service-one"));
        await person.Browser.SubmitAsync("/account/identity/forget");
        Assert.Null(await service.Client.RefreshAsync(signedIn.Tokens, CancellationToken.None));
        Assert.Equal("/signed-out", (await person.Browser.SubmitAsync("/account/close")).Url.AbsolutePath);
        Assert.Equal("UnknownPasskey", (await phone.SignInAsync()).Json.StringMember("error"));
    }
}
