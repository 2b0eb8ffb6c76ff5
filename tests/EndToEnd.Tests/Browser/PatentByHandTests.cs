using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IdentityPlatform.EndToEnd.Tests.Guards;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Programs;
using IdentityPlatform.Playground.Story;
using IdentityPlatform.Wallet;
using Microsoft.Playwright;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>A patent in its holder's and its officers' hands: what is paid and soon ends, a second one beside it, another occupation, and its end by a norm.</summary>
[Collection(BrowserTown.Name)]
public sealed partial class PatentByHandTests(BrowserTown place)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ChildProgram Office => place.Town.PatentIssuer;

    // The region's own day: Saint Petersburg is three hours ahead of UTC.
    private static DateOnly Today => DateOnly.FromDateTime(DateTimeOffset.UtcNow.AddHours(3).DateTime);

    [Theory]
    [InlineData("ru")]
    [InlineData("hy")]
    public async Task A_patent_is_read_amended_annulled_and_has_a_second_one_beside_it(string language)
    {
        using var worker = new Person("Worker");
        var number = await DecideAsync(worker);
        await PayAsync(number);
        await using var holder = await place.ArriveAsync(language);
        await holder.ContinueAsync(worker.Browser.Cookies, Office.Url);
        await holder.OpenAsync($"{Office.Url}/card");
        await holder.SeeAsync("patent-paid", NameOf(language));
        await holder.FollowAsync(Words.Patents(language, "second"));
        await holder.SeeAsync("patent-second", Words.Issuer(language, "application.title"));

        await using var a = await EnrolAsync(language, "Anna", "operator");
        await using var b = await EnrolAsync(language, "Boris", "supervisor");
        await AmendAsync(a, b, number);
        await AnnulAsync(a, b, number);
        await holder.OpenAsync($"{Office.Url}/card");
        await holder.SeeAsync("patent-annulled", NameOf(language));
        Visitor.SawOnlyGoodPages(a, b, holder);
    }

    private async Task AmendAsync(Visitor a, Visitor b, string number)
    {
        var language = a.Language;
        await a.OpenAsync($"{Office.Url}/desk/cases/{number}/card");
        await a.SeeAsync("patent-orders", Words.Issuer(language, "deskcard.title"));
        await a.Page.FillAsync("#amend [name='name']", language == "ru" ? "Каменщик" : "Քարագործ");
        await a.Page.FillAsync("#amend [name='code']", "12680");
        await a.Page.FillAsync("#amend [name='scheme']", language == "ru" ? "ОКПДТР" : "OKPDTR");
        await a.PressAsync($"{Words.Issuer(language, "order.propose")}: {Words.Issuer(language, "order.amend")}");
        await a.Page.Locator("p.notice").WaitForAsync();
        await a.SeeAsync("patent-amendment-waits", Words.Issuer(language, "deskcard.title"));
        await ConfirmAsync(b, number, "patent-amendment");
    }

    private async Task AnnulAsync(Visitor a, Visitor b, string number)
    {
        var language = a.Language;
        await a.OpenAsync($"{Office.Url}/desk/cases/{number}/card");
        await a.Page.FillAsync("#norm", language == "ru" ? "115-ФЗ, статья 13.3, пункт 22" : "115-FZ, 13.3, 22");
        await a.PressAsync($"{Words.Issuer(language, "order.propose")}: {Words.Issuer(language, "order.annul")}");
        await a.Page.Locator("p.notice").WaitForAsync();
        await ConfirmAsync(b, number, "patent-annulment");
    }

    private async Task ConfirmAsync(Visitor officer, string number, string name)
    {
        await officer.OpenAsync($"{Office.Url}/desk/cases/{number}/card");
        await officer.SeeAsync(name, Words.Issuer(officer.Language, "deskcard.title"));
        await officer.PressAsync(Words.Issuer(officer.Language, "order.confirm"));
        await officer.Page.GetByText(Words.Issuer(officer.Language, "order.word")).WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    private async Task<Visitor> EnrolAsync(string language, string name, string role)
    {
        var officer = await place.ArriveAsync(language);
        var printed = await Office.RunVerbAsync(["officers", "invite", "--name", name, "--role", role, "--centre", "saint-petersburg"], Ct);
        await officer.OpenAsync($"{Office.Url}{EnrolmentLink().Match(printed).Value}");
        await officer.PressAsync(Words.Issuer(language, "enrol.button"), "/desk");
        return officer;
    }

    // By the same people's programs, without a screen: the way to a decided patent is a card's.
    private async Task<string> DecideAsync(Person worker)
    {
        using var first = new Person("Vera");
        using var second = new Person("Gleb");
        await Step1Enrol.EnrolAsync(Office, first, "operator", "saint-petersburg", Ct);
        await Step1Enrol.EnrolAsync(Office, second, "supervisor", "saint-petersburg", Ct);
        await worker.Passkeys.RegisterAsync($"{place.Town.Idp.Url}/signup", json => json.WriteString("display_name", worker.Name), Ct);
        await Step2SignIn.AgreeAsync(worker, await worker.Browser.OpenAsync($"{Office.Url}/signin?return=/application", ct: Ct), Ct);
        var desk = new DeskWork(Office);
        var (number, _) = await desk.ApplyAsync(worker, Step9Patent.WriteApplication, "saint-petersburg", hoursFromUtc: 3, Ct);
        await desk.SignInAsync(first, Ct);
        await desk.SignInAsync(second, Ct);
        await desk.ProofAsync(first, number, "TJ", Ct);
        await desk.DecideAsync(first, number, "recommend", Ct);
        var approved = await desk.DecideAsync(second, number, "approve", Ct);
        Assert.Equal(200, approved.Status);
        return number;
    }

    // Paid so long ago that it soon ends.
    private async Task PayAsync(string number)
    {
        using var key = KeyFile.Read(Path.Combine(place.Town.Places.Keys, "treasury", "payment-facts.json"));
        var fact = JwtWriter.Sign(key, "payment-fact+jwt", json =>
        {
            json.WriteString("iss", "https://treasury.example.org");
            json.WriteString("aud", Office.Url);
            json.WriteString("reference", $"{number}-first");
            json.WriteString("patent", number);
            json.WriteNumber("amount", 800_000);
            json.WriteString("currency", "RUB");
            json.WriteString("paid_on", Today.AddMonths(-1).AddDays(3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        });
        using var body = new StringContent(fact, new System.Net.Http.Headers.MediaTypeHeaderValue("application/jwt"));
        using var answer = await place.Town.Http.PostAsync(new Uri($"{Office.Url}/payments"), body, Ct);
        Assert.Equal("""{"outcome":"counted"}""", await answer.Content.ReadAsStringAsync(Ct));
    }

    private static string NameOf(string language) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "src", "Issuer", "deployments", "patent", "work-patent.json")))!["name"]![language]!.GetValue<string>();

    [GeneratedRegex(@"/officers/enrol/[A-Za-z0-9_.\-]+", RegexOptions.None, 1000)]
    private static partial Regex EnrolmentLink();
}
