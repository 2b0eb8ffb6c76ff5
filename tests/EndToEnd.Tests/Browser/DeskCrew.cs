using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>Two officers of one centre, each with a browser and an authenticator of their own.</summary>
internal sealed partial class DeskCrew
{
    private readonly BrowserTown _place;
    private string _document = "";

    private DeskCrew(BrowserTown place, Visitor a, Visitor b) => (_place, Operator, Supervisor) = (place, a, b);

    /// <summary>The officer at the desk, whom the story calls A.</summary>
    public Visitor Operator { get; }

    /// <summary>The officer who decides, whom the story calls B.</summary>
    public Visitor Supervisor { get; }

    private string Issuer => _place.Town.CardIssuer.Url;

    public static async Task<DeskCrew> EnrolAsync(BrowserTown place, string language) =>
        new(place, await EnrolAsync(place, language, "Anna", "operator"), await EnrolAsync(place, language, "Boris", "supervisor"));

    /// <summary>From the visit to the approval; gives the words with which A was refused the second decision.</summary>
    public async Task<string> ApproveAsync(string caseId, bool photograph = false, string? document = null, bool isChild = false)
    {
        await CheckInAsync(caseId);
        if (photograph)
        {
            await TakePhotographAsync();
        }

        await FillProofingAsync(document ?? NewDocument(), isChild);
        await PressDecisionAsync(Operator, "recommend", "desk-after-recommendation");
        var refused = await TryToApproveAsync(Operator, caseId);
        await SignInAsync(Supervisor, "supervisor");
        await OpenCaseAsync(Supervisor, caseId);
        await Supervisor.SeeAsync("case-for-decision", Words.Issuer(Supervisor.Language, "case.title"));
        await PressDecisionAsync(Supervisor, "approve", "desk-after-decision");
        return refused;
    }

    /// <summary>The operator hands the card over across the desk; gives the spoken code.</summary>
    public async Task<string> OfferAsync(string caseId)
    {
        await Operator.OpenAsync($"{Issuer}/desk/cases/{caseId}");
        await Operator.SeeAsync("case-approved", Words.Issuer(Operator.Language, "case.title"));
        await Operator.PressAsync(Words.Issuer(Operator.Language, "case.offer"));
        await Operator.Page.Locator("svg.qr").WaitForAsync();
        await Operator.Page.GetByText(Words.Issuer(Operator.Language, "deskoffer.show")).ClickAsync();
        await Operator.SeeAsync("desk-offer", Words.Issuer(Operator.Language, "deskoffer.title"));
        return (await Operator.Page.Locator("p.code").InnerTextAsync()).Trim();
    }

    /// <summary>The operator prints the card for somebody without a smartphone, in a language of theirs; gives the number of sheets.</summary>
    public async Task<int> PrintAsync(string caseId, string language, string heading)
    {
        var page = Operator.Page;
        await Operator.OpenAsync($"{Issuer}/desk/cases/{caseId}/card");
        await Operator.SeeAsync("desk-card-to-print", Words.Issuer(Operator.Language, "deskcard.title"));
        await page.FillAsync("#issuing_state", "AM");
        await page.FillAsync("#document_number", _document);
        await page.Locator("#language").SelectOptionAsync(language);
        await Operator.PressAsync(Words.Paper(Operator.Language, "button"));
        await Operator.SeeAsync("desk-paper", heading);
        return await Shots.PrintAsync(page, $"paper-{language}");
    }

    private static async Task<Visitor> EnrolAsync(BrowserTown place, string language, string name, string role)
    {
        var officer = await place.ArriveAsync(language);
        var printed = await place.Town.CardIssuer.RunVerbAsync(["officers", "invite", "--name", name, "--role", role, "--centre", "yerevan"], CancellationToken.None);
        await officer.OpenAsync($"{place.Town.CardIssuer.Url}{EnrolmentLink().Match(printed).Value}");
        await officer.SeeAsync("officer-enrol", Words.Issuer(language, "enrol.title"));
        await officer.PressAsync(Words.Issuer(language, "enrol.button"), "/desk");
        await officer.SeeAsync($"desk-empty-{role}", Words.Issuer(language, $"desk.title.{role}"));
        return officer;
    }

    private async Task SignInAsync(Visitor officer, string role)
    {
        await officer.ForgetCookiesAsync();
        await officer.OpenAsync($"{Issuer}/desk");
        await officer.SeeAsync("officer-signin", Words.Issuer(officer.Language, "officer.signin.title"));
        await officer.PressAsync(Words.Issuer(officer.Language, "officer.signin.button"), "/desk");
        await officer.SeeAsync($"desk-{role}", Words.Issuer(officer.Language, $"desk.title.{role}"));
    }

    // The queue has pages of twenty, in the order of the numbers, and other stories leave their cases in it.
    private async Task OpenCaseAsync(Visitor officer, string caseId)
    {
        while (!await officer.ReadsAsync(caseId))
        {
            var next = await officer.Page.GetByText(Words.Issuer(officer.Language, "desk.more"), new() { Exact = true }).GetAttributeAsync("href");
            await officer.OpenAsync($"{Issuer}{next}");
        }

        await officer.FollowAsync(caseId);
    }

    private async Task CheckInAsync(string caseId)
    {
        await SignInAsync(Operator, "operator");
        await OpenCaseAsync(Operator, caseId);
        await Operator.SeeAsync("case-booked", Words.Issuer(Operator.Language, "case.title"));
        await Operator.PressAsync(Words.Issuer(Operator.Language, "case.checkin"));
        await Operator.Page.Locator("#document_number").WaitForAsync();
        await Operator.SeeAsync("case-proofing", Words.Issuer(Operator.Language, "case.title"));
    }

    // What a camera would give: a picture that this browser draws.
    private async Task TakePhotographAsync()
    {
        var page = Operator.Page;
        var drawn = await page.EvaluateAsync<string>(
            """
            () => {
              const canvas = Object.assign(document.createElement('canvas'), { width: 480, height: 640 });
              const pen = canvas.getContext('2d');
              pen.fillStyle = '#dde6ee'; pen.fillRect(0, 0, 480, 640);
              pen.fillStyle = '#5b4636'; pen.beginPath(); pen.ellipse(240, 270, 135, 180, 0, 0, 7); pen.fill();
              pen.fillStyle = '#e8c7a8'; pen.beginPath(); pen.ellipse(240, 300, 110, 145, 0, 0, 7); pen.fill();
              pen.fillStyle = '#2b3a55'; pen.fillRect(90, 480, 300, 160);
              return canvas.toDataURL('image/png').split(',')[1];
            }
            """);
        await page.SetInputFilesAsync("#photo", new Microsoft.Playwright.FilePayload { Name = "photo.png", MimeType = "image/png", Buffer = Convert.FromBase64String(drawn) });
        await page.Locator("[data-photo] input[type=checkbox]").CheckAsync();
        await page.Locator("[data-take]").ClickAsync();
        await page.Locator("[data-remove]").WaitForAsync();
        await Operator.SeeAsync("case-photographed", Words.Issuer(Operator.Language, "case.title"));
    }

    /// <summary>The number of a document that nobody has shown before.</summary>
    public static string NewDocument() => $"AN{RandomNumberGenerator.GetInt32(1_000_000, 9_999_999)}";

    private async Task FillProofingAsync(string document, bool isChild)
    {
        var page = Operator.Page;
        _document = document;
        await page.FillAsync("#issuing_state", "AM");
        await page.FillAsync("#document_number", document);
        foreach (var step in await page.Locator("fieldset").AllAsync())
        {
            // The steps that have a "does not apply" are about a second source and about children.
            var away = step.Locator("input[value=na]");
            await (!isChild && await away.CountAsync() > 0 ? away : step.Locator("input[value=pass]")).CheckAsync();
        }

        await Operator.PressAsync(Words.Issuer(Operator.Language, "proofing.save"));
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = Words.Issuer(Operator.Language, "decision.recommend"), Exact = true }).WaitForAsync();
        await Operator.SeeAsync("case-proofed", Words.Issuer(Operator.Language, "case.title"));
    }

    private static async Task PressDecisionAsync(Visitor officer, string decision, string page)
    {
        var completed = officer.Page.WaitForResponseAsync(answer => answer.Url.EndsWith("/decisions", StringComparison.Ordinal));
        await officer.PressAsync(Words.Issuer(officer.Language, $"decision.{decision}"));
        var answer = await completed;
        Assert.True(answer.Status == 200, $"{decision} was answered with {answer.Status}");
        await officer.Page.WaitForLoadStateAsync(Microsoft.Playwright.LoadState.NetworkIdle);
        await officer.SeeAsync(page, (await officer.Page.Locator("h1").InnerTextAsync()).Trim());
    }

    // A's pages have no such button: A sends what it would send.
    private async Task<string> TryToApproveAsync(Visitor officer, string caseId)
    {
        var aside = await officer.AsideAsync();
        var answer = await aside.PostAsync($"{Issuer}/desk/cases/{caseId}/decisions/options", new()
        {
            Headers = new Dictionary<string, string> { ["Origin"] = Issuer, ["Accept"] = "application/json" },
            DataObject = new { decision = "approve" },
        });
        var said = await answer.JsonAsync();
        await aside.DisposeAsync();
        Assert.InRange(answer.Status, 400, 499);
        return said?.GetProperty("message").GetString() ?? "";
    }

    [GeneratedRegex(@"/officers/enrol/[A-Za-z0-9_.\-]+", RegexOptions.None, 1000)]
    private static partial Regex EnrolmentLink();
}
