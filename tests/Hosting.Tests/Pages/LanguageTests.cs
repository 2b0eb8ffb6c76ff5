using System.Net;

namespace IdentityPlatform.Hosting.Tests.Pages;

public sealed class LanguageTests : IAsyncLifetime
{
    private PageSite _site = null!;

    private static readonly Dictionary<string, string> Skip = new()
    {
        ["en"] = "Skip to the content",
        ["ru"] = "Перейти к содержанию",
        ["hy"] = "Անցնել բովանդակությանը",
        ["kk"] = "Мазмұнға өту",
        ["ky"] = "Мазмунга өтүү",
        ["uz"] = "Mazmunga oʻtish",
        ["tg"] = "Гузаштан ба мазмун",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _site = await PageSite.StartAsync("http://localhost:5999");

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Theory]
    [InlineData("/", null, "en")]
    [InlineData("/", "ru", "ru")]
    [InlineData("/", "ru-RU,ru;q=0.9,en;q=0.8", "ru")]
    [InlineData("/", "fr,de;q=0.5", "en")]
    [InlineData("/", "en;q=0.1,ru;q=0.9", "ru")]
    [InlineData("/?ui_locales=ru", "en", "ru")]
    [InlineData("/?ui_locales=fr%20ru-RU%20en", null, "ru")]
    [InlineData("/?ui_locales=rum", null, "en")]
    [InlineData("/?ui_locales=%00", null, "en")]
    [InlineData("/prefer", null, "ru")]
    [InlineData("/", "uz-Latn-UZ,uz;q=0.9,ru;q=0.8", "uz")]
    [InlineData("/", "kk-KZ", "kk")]
    [InlineData("/?ui_locales=tg-Cyrl-TJ", "en", "tg")]
    [InlineData("/?ui_locales=ky", "en", "ky")]
    [InlineData("/?ui_locales=hy-AM", "en", "hy")]
    public async Task The_request_decides_then_the_browser(string path, string? acceptLanguage, string expected) =>
        Assert.Equal(expected, await LanguageOfAsync(path, acceptLanguage));

    [Fact]
    public async Task The_switch_names_each_language_in_that_language()
    {
        var html = WebUtility.HtmlDecode(await _site.Client.GetStringAsync(new Uri("/", UriKind.Relative), Cancel));
        var names = html.Split("<nav class=\"languages\"")[1].Split("</nav>")[0].Split('>').Skip(1).Select(part => part.Split('<')[0].Trim()).Where(text => text.Length > 0);
        Assert.Equal(["English", "Русский", "Հայերեն", "Қазақ тілі", "Кыргызча", "O‘zbek", "Тоҷикӣ"], names);
    }

    [Fact]
    public async Task A_choice_is_kept_and_leads_back_to_the_page()
    {
        using var switched = await _site.Client.GetAsync(new Uri("/language?lang=ru&to=%2Fconsent%3Fa%3D1", UriKind.Relative), Cancel);
        Assert.Equal((302, "/consent?a=1"), ((int)switched.StatusCode, switched.Headers.Location!.ToString()));

        Assert.Equal("ru", await LanguageOfAsync("/", "en"));
        Assert.Equal("en", await LanguageOfAsync("/?ui_locales=en", "ru"));
        Assert.Equal("en", await LanguageOfAsync("/", "ru"));
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/a\r\nSet-Cookie: x=y")]
    [InlineData("/путь")]
    [InlineData("")]
    public async Task The_way_back_never_leaves_the_program(string to)
    {
        using var switched = await _site.Client.GetAsync(new Uri($"/language?lang=ru&to={Uri.EscapeDataString(to)}", UriKind.Relative), Cancel);
        Assert.Equal((302, "/"), ((int)switched.StatusCode, switched.Headers.Location!.ToString()));
    }

    private async Task<string> LanguageOfAsync(string path, string? acceptLanguage)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (acceptLanguage is not null)
        {
            request.Headers.Add("Accept-Language", acceptLanguage);
        }

        using var response = await _site.Client.SendAsync(request, Cancel);
        var html = WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Cancel));
        var language = html.Split("<html lang=\"")[1].Split('"')[0];
        Assert.Contains($">{Skip[language]}<", html, StringComparison.Ordinal);
        Assert.Contains(language == "ru" ? "Сайт" : "The Site", html, StringComparison.Ordinal);
        return language;
    }
}
