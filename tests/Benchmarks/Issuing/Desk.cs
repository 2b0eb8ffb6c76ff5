using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Benchmarks.Servers;
using IdentityPlatform.Formats;
using IdentityPlatform.Wallet.Passkeys;

namespace IdentityPlatform.Benchmarks.Issuing;

/// <summary>Two officers with passkeys, who decide about the prepared people. Not measured.</summary>
internal sealed class Desk : IDisposable
{
    private const string Centre = "yerevan";
    private const int CentreHoursFromUtc = 4;

    private static readonly string[] Passed =
        ["document_present", "mrz_check_digits", "chip_authentication", "security_features", "face_matches", "spoken_alone", "names_read_aloud", "consent_read"];

    // What a question hands over to its answer.
    private static readonly string[] Handles = ["ceremony", "decision"];

    private static readonly string[] NotAsked = ["second_source", "guardians", "child_heard"];

    private readonly IssuerPrograms _issuer;
    private readonly (Visitor Browser, SoftwareAuthenticator Passkey) _operator;
    private readonly (Visitor Browser, SoftwareAuthenticator Passkey) _supervisor;

    private Desk(IssuerPrograms issuer) => (_issuer, _operator, _supervisor) = (issuer, NewOfficer(issuer), NewOfficer(issuer));

    public static async Task<Desk> OpenAsync(IssuerPrograms issuer, CancellationToken ct)
    {
        var desk = new Desk(issuer);
        await desk.EnrolAsync(desk._operator, "Anna", "operator", ct);
        await desk.EnrolAsync(desk._supervisor, "Boris", "supervisor", ct);
        return desk;
    }

    /// <summary>A person applies and is approved; gives the offer of the card with the code that is spoken.</summary>
    public async Task<(string PreAuthorizedCode, string Spoken)> ServeAsync(SignInProvider provider, int number, CancellationToken ct)
    {
        using var person = new Visitor(_issuer.Address, _issuer.Url);
        provider.Subject = $"person-{number}";
        await person.OpenAsync("/signin?return=/application", ct);
        await person.OpenAsync($"/signin/callback?code=code&state={Uri.EscapeDataString(provider.State!)}&iss={Uri.EscapeDataString(provider.Url)}", ct);
        var id = Text(await person.PostAsync("/applications", WriteApplication, ct), "id");
        await person.PostAsync($"/applications/{id}/book", WriteVisit, ct);
        await _operator.Browser.PostAsync($"/desk/cases/{id}/checkin", _ => { }, ct);
        await _operator.Browser.PostAsync($"/desk/cases/{id}/proofing", json => WriteProofing(json, number), ct);
        await AssertAsync(_operator, $"/desk/cases/{id}/decisions", json => json.WriteString("decision", "recommend"), ct);
        await AssertAsync(_supervisor, $"/desk/cases/{id}/decisions", json => json.WriteString("decision", "approve"), ct);
        var offer = await _operator.Browser.PostAsync($"/desk/cases/{id}/offer", _ => { }, ct);
        return (await PreAuthorizedCodeAsync(Text(offer, "link"), ct), Text(offer, "tx_code"));
    }

    public void Dispose()
    {
        _operator.Browser.Dispose();
        _supervisor.Browser.Dispose();
    }

    private static (Visitor Browser, SoftwareAuthenticator Passkey) NewOfficer(IssuerPrograms issuer) => (new(issuer.Address, issuer.Url), new());

    private async Task EnrolAsync((Visitor Browser, SoftwareAuthenticator Passkey) officer, string name, string role, CancellationToken ct)
    {
        var code = await _issuer.InviteAsync(name, role, Centre, ct);
        var asked = await officer.Browser.PostAsync("/officers/enrol/options", json => json.WriteString("code", code), ct);
        await AnswerAsync(officer.Browser, "/officers/enrol", asked, officer.Passkey.Create(Options(asked), _issuer.Url), ct);
    }

    private async Task AssertAsync((Visitor Browser, SoftwareAuthenticator Passkey) officer, string path, Action<Utf8JsonWriter> members, CancellationToken ct)
    {
        var asked = await officer.Browser.PostAsync($"{path}/options", members, ct);
        await AnswerAsync(officer.Browser, path, asked, officer.Passkey.Get(Options(asked), _issuer.Url), ct);
    }

    private static Task<JsonElement> AnswerAsync(Visitor browser, string path, JsonElement asked, string credential, CancellationToken ct) => browser.PostAsync(
        path,
        json =>
        {
            foreach (var handle in Handles.Where(name => asked.StringMember(name) is not null))
            {
                json.WriteString(handle, asked.StringMember(handle));
            }

            json.WritePropertyName("credential");
            json.WriteRawValue(credential);
        },
        ct);

    // OpenID4VCI 1.0 §4.1.3: the link names where the offer is.
    private async Task<string> PreAuthorizedCodeAsync(string link, CancellationToken ct)
    {
        var at = Uri.UnescapeDataString(link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        using var visitor = new Visitor(_issuer.Address, _issuer.Url);
        var (_, body) = await visitor.OpenAsync(new Uri(at).PathAndQuery, ct);
        return JsonElement.Parse(body).GetProperty("grants").GetProperty("urn:ietf:params:oauth:grant-type:pre-authorized_code").GetProperty("pre-authorized_code").GetString()!;
    }

    private static string Options(JsonElement asked) => asked.Member("options")?.GetRawText() ?? throw new BenchmarkException("A passkey was not asked for.");

    private static string Text(JsonElement json, string name) => json.StringMember(name) ?? throw new BenchmarkException($"The answer has no {name}: {json.GetRawText()}");

    private static void WriteApplication(Utf8JsonWriter json)
    {
        json.WriteString("family_name", "Щеглова");
        json.WriteString("given_name", "Юлия");
        json.WriteString("family_name_latin1", "SHCHEGLOVA");
        json.WriteString("given_name_latin1", "IULIIA");
        json.WriteString("birthdate", "1991-05-26");
        json.WriteString("nationalities", "AM");
        json.WriteString("citizenship_status", "non_citizen");
        json.WriteStartObject("address");
        json.WriteString("country", "AM");
        json.WriteEndObject();
        json.WriteBoolean("consent", true);
    }

    private static void WriteVisit(Utf8JsonWriter json)
    {
        json.WriteString("centre", Centre);
        json.WriteString("day", DateTimeOffset.UtcNow.AddHours(CentreHoursFromUtc).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    private static void WriteProofing(Utf8JsonWriter json, int number)
    {
        json.WriteString("document", "passport");
        json.WriteString("issuing_state", "AM");
        json.WriteString("document_number", string.Create(CultureInfo.InvariantCulture, $"AN{1_000_000 + number}"));
        json.WriteStartObject("steps");
        Array.ForEach(Passed, step => json.WriteString(step, "pass"));
        Array.ForEach(NotAsked, step => json.WriteString(step, "na"));
        json.WriteEndObject();
    }
}
