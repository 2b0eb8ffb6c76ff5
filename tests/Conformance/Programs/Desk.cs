using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IdentityPlatform.Conformance.Harness;

namespace IdentityPlatform.Conformance.Programs;

/// <summary>The way to a card: the person applies, one officer proofs and recommends, another one approves. Without it nobody may collect.</summary>
internal sealed partial class Desk(ChildServer issuer, SuitePerson person)
{
    private const string Outside = "https://nowhere.test";
    private static readonly string[] Passed = ["document_present", "mrz_check_digits", "chip_authentication", "security_features", "face_matches", "spoken_alone", "names_read_aloud", "consent_read"];
    private static readonly string[] NotApplicable = ["second_source", "guardians", "child_heard"];

    public async Task<JsonObject> IssueAsync()
    {
        var (anna, boris) = (new SuitePerson(), new SuitePerson());
        using var operatorBrowser = await EnrolAsync(anna, "Anna", "operator");
        using var supervisorBrowser = await EnrolAsync(boris, "Boris", "supervisor");
        using var browser = person.NewBrowser();
        var id = await ApplyAsync(browser);
        await PostAsync(operatorBrowser, $"/desk/cases/{id}/checkin", []);
        await PostAsync(operatorBrowser, $"/desk/cases/{id}/proofing", Proofing());
        await DecideAsync(operatorBrowser, id, "recommend");
        await DecideAsync(supervisorBrowser, id, "approve");
        return (await PostAsync(browser, "/card/offer", [])).Json;
    }

    private async Task<string> ApplyAsync(SuiteBrowser browser)
    {
        var page = await browser.VisitAsync($"{issuer.Url}/signin?return=/application", Outside);
        Assert.Equal($"{issuer.Url}/application", page.Url.AbsoluteUri);
        var id = (string)(await PostAsync(browser, "/applications", Application())).Json["id"]!;

        // The centre's own day: Yerevan is four hours ahead of UTC.
        var today = DateTimeOffset.UtcNow.AddHours(4).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await PostAsync(browser, $"/applications/{id}/book", new() { ["centre"] = "yerevan", ["day"] = today });
        return id;
    }

    private async Task<SuiteBrowser> EnrolAsync(SuitePerson officer, string name, string role)
    {
        var printed = await issuer.RunVerbAsync("officers", "invite", "--name", name, "--role", role, "--centre", "yerevan");
        var code = EnrolmentLink().Match(printed).Groups[1].Value;
        var browser = officer.NewBrowser();
        IsGood(await browser.RegisterPasskeyAsync($"{issuer.Url}/officers/enrol", new() { ["code"] = code }));
        IsGood(await browser.UsePasskeyAsync($"{issuer.Url}/officers/signin", new() { ["return"] = "/desk" }));
        return browser;
    }

    private async Task DecideAsync(SuiteBrowser browser, string id, string decision) =>
        IsGood(await browser.UsePasskeyAsync($"{issuer.Url}/desk/cases/{id}/decisions", new() { ["decision"] = decision }));

    private async Task<Page> PostAsync(SuiteBrowser browser, string path, JsonObject members) => IsGood(await browser.PostJsonAsync(issuer.Url + path, members));

    private static Page IsGood(Page page)
    {
        Assert.True(page.Status == 200, $"{page.Url} answered {page.Status}: {page.Body}");
        return page;
    }

    private static JsonObject Application() => new()
    {
        ["family_name"] = "Щеглова",
        ["given_name"] = "Юлия",
        ["family_name_latin1"] = "SHCHEGLOVA",
        ["given_name_latin1"] = "IULIIA",
        ["birthdate"] = "1991-05-26",
        ["nationalities"] = "AM",
        ["citizenship_status"] = "non_citizen",
        ["address"] = new JsonObject { ["country"] = "AM" },
        ["consent"] = true,
    };

    private static JsonObject Proofing() => new()
    {
        ["document"] = "passport",
        ["issuing_state"] = "AM",
        ["document_number"] = $"AN{RandomNumberGenerator.GetInt32(1_000_000, 9_999_999)}",
        ["steps"] = new JsonObject(Passed.Select(step => KeyValuePair.Create(step, (JsonNode?)"pass")).Concat(NotApplicable.Select(step => KeyValuePair.Create(step, (JsonNode?)"na")))),
    };

    [GeneratedRegex(@"/officers/enrol/([A-Za-z0-9_.\-]+)", RegexOptions.None, 1000)]
    private static partial Regex EnrolmentLink();
}
