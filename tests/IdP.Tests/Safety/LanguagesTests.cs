using IdentityPlatform.Formats;
using IdentityPlatform.IdP.Tests.Harness;

namespace IdentityPlatform.IdP.Tests.Safety;

public sealed class LanguagesTests(IdpHost host) : IClassFixture<IdpHost>
{
    [Fact]
    public async Task Discovery_names_the_languages_that_every_page_offers()
    {
        using var browser = new TestBrowser(host);
        string[] seven = ["en", "ru", "hy", "kk", "ky", "uz", "tg"];
        Assert.Equal(seven, (await browser.OpenAsync("/.well-known/openid-configuration")).Json.StringsMember("ui_locales_supported"));
        var page = await browser.OpenAsync("/");
        Assert.All(seven.Skip(1), language => Assert.Contains($"hreflang=\"{language}\"", page.Body, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("en-GB", "en", "Identity account", "Create an account")]
    [InlineData("ru-KZ,ru;q=0.9", "ru", "Единый аккаунт", "Создать аккаунт")]
    [InlineData("hy-AM,hy;q=0.9", "hy", "Միասնական հաշիվ", "Ստեղծել հաշիվ")]
    [InlineData("kk-KZ,kk;q=0.9", "kk", "Бірыңғай аккаунт", "Аккаунт ашу")]
    [InlineData("de-DE,de;q=0.9,tr-TR;q=0.8,tr;q=0.7,kk;q=0.6", "kk", "Бірыңғай аккаунт", "Аккаунт ашу")]
    [InlineData("ky-KG", "ky", "Бирдиктүү аккаунт", "Аккаунт түзүү")]
    [InlineData("uz-Latn-UZ,uz;q=0.9,en;q=0.8", "uz", "Yagona akkaunt", "Akkaunt yaratish")]
    [InlineData("tg-Cyrl-TJ", "tg", "Ҳисоби ягона", "Сохтани ҳисоб")]
    public async Task A_page_speaks_the_language_of_the_browser(string browserSays, string language, string site, string words)
    {
        using var browser = new TestBrowser(host) { Language = browserSays };
        var page = await browser.OpenAsync("/");
        Assert.Contains($"<html lang=\"{language}\"", page.Body, StringComparison.Ordinal);
        Assert.True(page.Has(site), "the name of the site");
        Assert.True(page.Has(words), "the words of the page");
    }
}
