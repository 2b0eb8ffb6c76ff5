using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IdentityPlatform.EndToEnd.Tests.Guards;
using IdentityPlatform.Playground.Programs;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>An agreement of regions in officers' hands: ended, and the next one drafted, signed and declined.</summary>
[Collection(BrowserTown.Name)]
public sealed partial class AgreementByHandTests(BrowserTown place)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ChildProgram Office => place.Town.PatentIssuer;

    // In Kamchatka, where it is latest.
    private static DateOnly Today => DateOnly.FromDateTime(DateTimeOffset.UtcNow.AddHours(12).DateTime);

    [Theory]
    [InlineData("ru", "kamchatka", "RU-KAM")]
    [InlineData("hy", "moscow-and-region", "RU-MOW", "RU-MOS")]
    public async Task An_agreement_is_ended_and_the_next_one_is_signed(string language, string id, params string[] regions)
    {
        await using var a = await EnrolAsync(language, "Anna", "operator");
        await using var b = await EnrolAsync(language, "Boris", "supervisor");
        await EndAsync(a, b, id, NamesOf(language, regions));
        await DraftAsync(a, regions[0], 801, 830);
        var drafted = new Uri(a.Page.Url).AbsolutePath;
        await b.OpenAsync(Office.Url + drafted);
        await b.SeeAsync("agreement-to-sign", NamesOf(language, regions[0]));
        await b.PressAsync(Words.Agreements(language, "sign.button"));
        await b.Page.Locator("p.notice").GetByText(Words.Agreements(language, "state.concluded")).WaitForAsync();
        await b.SeeAsync("agreement-signed", NamesOf(language, regions[0]));
        await DraftAsync(a, regions[0], 831, 840);
        await a.PressAsync(Words.Agreements(language, "withdraw"));
        await a.Page.Locator("p.notice").GetByText(Words.Agreements(language, "state.declined")).WaitForAsync();
        await a.FollowAsync(Words.Agreements(language, "list.title"));
        await a.SeeAsync("agreements", Words.Agreements(language, "list.title"));
        Visitor.SawOnlyGoodPages(a, b);
    }

    private async Task EndAsync(Visitor a, Visitor b, string id, string heading)
    {
        var language = a.Language;
        await a.FollowAsync(Words.Agreements(language, "list.open"));
        await a.OpenAsync($"{Office.Url}/desk/agreements/{id}");
        await a.SeeAsync("agreement-in-force", heading);
        await a.Page.FillAsync("#until", Text(Today.AddDays(800)));
        await a.PressAsync(Words.Agreements(language, "end.propose"));
        await a.Page.GetByText(Words.Agreements(language, "end.proposed")).WaitForAsync();
        await b.OpenAsync($"{Office.Url}/desk/agreements/{id}");
        await b.SeeAsync("agreement-to-end", heading);
        await b.PressAsync(Words.Agreements(language, "end.confirm"));
        await b.Page.GetByText(Words.Agreements(language, "end.proposed")).WaitForAsync(new() { State = Microsoft.Playwright.WaitForSelectorState.Detached });
    }

    private async Task DraftAsync(Visitor a, string region, int from, int until)
    {
        await a.OpenAsync($"{Office.Url}/desk/agreements");
        await a.FollowAsync(Words.Agreements(a.Language, "new.title"));
        await a.SeeAsync("agreement-form", Words.Agreements(a.Language, "new.title"));
        await a.Page.CheckAsync($"[name='region_{region}']");
        await a.Page.FillAsync("#from", Text(Today.AddDays(from)));
        await a.Page.FillAsync("#until", Text(Today.AddDays(until)));
        await a.PressAsync(Words.Agreements(a.Language, "new.draft"));
        await a.Page.Locator("p.notice").GetByText(Words.Agreements(a.Language, "state.draft")).WaitForAsync();
    }

    private async Task<Visitor> EnrolAsync(string language, string name, string role)
    {
        var officer = await place.ArriveAsync(language);
        var printed = await Office.RunVerbAsync(["officers", "invite", "--name", name, "--role", role, "--centre", "saint-petersburg"], Ct);
        await officer.OpenAsync($"{Office.Url}{EnrolmentLink().Match(printed).Value}");
        await officer.PressAsync(Words.Issuer(language, "enrol.button"), "/desk");
        return officer;
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string NamesOf(string language, params string[] codes)
    {
        var regions = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "src", "Issuer", "deployments", "patent", "deployment.json")))!["regions"]!.AsArray();
        return string.Join(", ", codes.Select(code => regions.Single(region => region!["code"]!.GetValue<string>() == code)!["name"]![language]!.GetValue<string>()));
    }

    [GeneratedRegex(@"/officers/enrol/[A-Za-z0-9_.\-]+", RegexOptions.None, 1000)]
    private static partial Regex EnrolmentLink();
}
