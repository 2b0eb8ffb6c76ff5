using System.Globalization;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>A person with a browser and a passkey, at the services and at the IdP.</summary>
[Collection(BrowserTown.Name)]
public sealed class SignInByHandTests(BrowserTown place)
{
    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public async Task A_person_signs_up_refuses_agrees_is_known_by_a_number_and_signs_out(string language)
    {
        await using var visitor = await place.ArriveAsync(language);
        var holder = new Holder(visitor);
        var service = place.Town.ServiceOne.Url;
        var name = language == "ru" ? "Библиотека" : "Library";

        await holder.SignUpFromServiceAsync(service);
        await visitor.SeeAsync("idp-consent", string.Format(CultureInfo.InvariantCulture, Words.Idp(language, "consent.title"), name));
        await visitor.PressAsync(Words.Idp(language, "consent.refuse"));
        await visitor.Page.GetByText(Words.Service(language, "again.declined")).WaitForAsync();
        await visitor.SeeAsync("service-declined", Words.Service(language, "home.title"));

        await visitor.PressAsync(Words.Service(language, "home.signin"));
        await visitor.PressAsync(Words.Idp(language, "consent.agree"));
        await visitor.SeeAsync("service-signed-in", Words.Service(language, "home.welcome"));
        var subject = await visitor.Page.Locator("code").First.InnerTextAsync();
        Assert.True(subject.Length > 20, $"the service shows the subject {subject}");

        await visitor.PressAsync(Words.Service(language, "home.signout"));
        await visitor.SeeAsync("service-home", Words.Service(language, "home.title"));
        await visitor.PressAsync(Words.Service(language, "home.signin"));
        await visitor.SeeAsync("service-signed-in", Words.Service(language, "home.welcome"));
        Assert.Equal(subject, await visitor.Page.Locator("code").First.InnerTextAsync());
        await LookAtTheAccountAsync(visitor);
        Visitor.SawOnlyGoodPages(visitor);
    }

    private async Task LookAtTheAccountAsync(Visitor visitor)
    {
        var (language, idp) = (visitor.Language, place.Town.Idp.Url);
        await visitor.OpenAsync($"{idp}/account");
        await visitor.SeeAsync("idp-account-used", "Юлия");
        await visitor.FollowAsync(Words.Idp(language, "nav.log"));
        await visitor.SeeAsync("idp-log", Words.Idp(language, "log.title"));
        Assert.True(await visitor.ReadsAsync(Words.Idp(language, "event.consent.refused")));
        await visitor.OpenAsync($"{idp}/account/close");
        await visitor.SeeAsync("idp-close", Words.Idp(language, "close.title"));
        await visitor.FollowAsync(Words.Idp(language, "nav.signout"));
        await visitor.SeeAsync("idp-signout", Words.Idp(language, "signout.title"));
        await visitor.PressAsync(Words.Idp(language, "signout.button"));
        await visitor.SeeAsync("idp-signed-out", Words.Idp(language, "signedout.title"));
        await visitor.OpenAsync($"{idp}/signin");
        await visitor.SeeAsync("idp-signin", Words.Idp(language, "signin.title"));
        await visitor.PressAsync(Words.Idp(language, "signin.button"), "/account");
        await visitor.SeeAsync("idp-account-used", "Юлия");
    }
}
