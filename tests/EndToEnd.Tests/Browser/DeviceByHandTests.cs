using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>A person with a phone in front of a screen that has no browser, and one whose browser runs no scripts.</summary>
[Collection(BrowserTown.Name)]
public sealed class DeviceByHandTests(BrowserTown place)
{
    private string Idp => place.Town.Idp.Url;

    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public async Task A_person_lets_a_screen_in_by_its_code(string language)
    {
        await using var visitor = await place.ArriveAsync(language);
        await new Holder(visitor).SignUpAsync();
        await visitor.OpenAsync($"{Idp}/device");
        await visitor.SeeAsync("idp-device", Words.Idp(language, "device.title"));
        await TypeAsync(visitor, "BCDF-GHJK");
        await visitor.Page.Locator("#user_code_error").WaitForAsync();
        await visitor.SeeAsync("idp-device-unknown", Words.Idp(language, "device.title"));

        var code = await CodeAsync();
        await TypeAsync(visitor, code);
        await visitor.SeeAsync("idp-device-confirm", Words.Idp(language, "device.confirm.title"));
        Assert.True(await visitor.ReadsAsync(code) && await visitor.ReadsAsync(language == "ru" ? "Экран в зале" : "Screen in the hall"));
        await visitor.PressAsync(Words.Idp(language, "device.confirm.yes"));
        await visitor.PressAsync(Words.Idp(language, "consent.agree"));
        await visitor.SeeAsync("idp-device-approved", Words.Idp(language, "device.approved.title"));

        await visitor.OpenAsync($"{Idp}/device?user_code={await CodeAsync()}");
        await visitor.PressAsync(Words.Idp(language, "device.confirm.no"));
        await visitor.SeeAsync("idp-device-denied", Words.Idp(language, "device.denied.title"));
        await visitor.OpenAsync($"{Idp}/device?outcome=expired");
        await visitor.SeeAsync("idp-device-expired", Words.Idp(language, "device.expired.title"));
        await GuessAsync(visitor);
        Visitor.SawOnlyGoodPages(visitor);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public async Task Without_scripts_an_answer_in_a_form_goes_on_by_its_button(string language)
    {
        await using var visitor = await place.ArriveAsync(language);
        await new Holder(visitor).SignUpAsync();
        await visitor.OpenAsync(PlainClients.FormPostRequest(Idp));
        await visitor.SetScriptsAsync(on: false);
        await visitor.PressAsync(Words.Idp(language, "consent.agree"));
        await visitor.Page.Locator("#form-post").WaitForAsync();

        // The inspection itself needs scripts; the page's own have had their time.
        await visitor.SetScriptsAsync(on: true);
        await visitor.SeeAsync("idp-form-post", Words.Shared(language, "form_post.title"));
        await visitor.PressAsync(Words.Shared(language, "form_post.button"));
        await visitor.Page.WaitForURLAsync("**/form");

        // The twin: with scripts nobody presses anything.
        var sent = visitor.Page.WaitForRequestAsync("**/form");
        await visitor.OpenAsync(PlainClients.FormPostRequest(Idp));
        Assert.Contains("state=the-state", (await sent).PostData, StringComparison.Ordinal);
        Visitor.SawOnlyGoodPages(visitor);
    }

    private static async Task TypeAsync(Visitor visitor, string code)
    {
        await visitor.Page.FillAsync("#user_code", code);
        await visitor.PressAsync(Words.Idp(visitor.Language, "device.button"));
    }

    // Twenty looks are allowed; where a window of ten minutes begins meanwhile, some more.
    private async Task GuessAsync(Visitor visitor)
    {
        var pause = Words.Shared(visitor.Language, "error.too_many.title");
        await visitor.OpenAsync($"{Idp}/device");
        for (var guess = 0; guess < 45 && await visitor.Page.Locator("h1").InnerTextAsync() != pause; guess++)
        {
            await visitor.Page.RunAndWaitForResponseAsync(() => TypeAsync(visitor, "BCDF-GHJK"), response => response.Request.Method == "POST");
            await visitor.Page.WaitForLoadStateAsync(LoadState.Load);
        }

        await visitor.SeeAsync("idp-too-many", pause);
    }

    private async Task<string> CodeAsync()
    {
        using var answer = await place.Town.Http.PostAsync(
            new Uri($"{Idp}/device_authorization"), new FormUrlEncodedContent([new("client_id", PlainClients.Screen), new("scope", "openid")]));
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!["user_code"]!.GetValue<string>();
    }
}
