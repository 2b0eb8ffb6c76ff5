using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using IdentityPlatform.Formats;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Story;

namespace IdentityPlatform.EndToEnd.Tests.TwoNodes;

/// <summary>Two officers at a desk, and the people who come to it.</summary>
internal sealed partial class Desk(TwoNodes nodes) : IDisposable
{
    private static readonly string[] Passed =
        ["document_present", "mrz_check_digits", "chip_authentication", "security_features", "face_matches", "spoken_alone", "names_read_aloud", "consent_read"];

    private readonly Person _operator = new("Anna");
    private readonly Person _supervisor = new("Boris");

    private static string Issuer => TwoNodes.Issuer.GetLeftPart(UriPartial.Authority);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async Task OpenAsync()
    {
        foreach (var (officer, role) in new[] { (_operator, "operator"), (_supervisor, "supervisor") })
        {
            var printed = await nodes.First.RunVerbAsync(["officers", "invite", "--name", officer.Name, "--role", role, "--centre", "yerevan"], Ct);
            Done(await officer.Passkeys.RegisterAsync($"{Issuer}/officers/enrol", json => json.WriteString("code", EnrolmentLink().Match(printed).Groups[1].Value), Ct));
            Done(await officer.Passkeys.AssertAsync($"{Issuer}/officers/signin", json => json.WriteString("return", "/desk"), Ct));
        }
    }

    /// <summary>A person signs up, applies, is proofed and approved. Gives the case.</summary>
    public async Task<string> ServeAsync(Person person, int number)
    {
        Done(await person.Passkeys.RegisterAsync($"{nodes.Idp.Url}/signup", json => json.WriteString("display_name", person.Name), Ct));
        var signedIn = await Step2SignIn.AgreeAsync(person, await person.Browser.OpenAsync($"{Issuer}/signin?return=/application", ct: Ct), Ct);
        Assert.Equal($"{Issuer}/application", signedIn.Url.AbsoluteUri);
        var id = Done(await person.Browser.PostAsync($"{Issuer}/applications", Step3Decide.WriteApplication, Ct)).StringMember("id")!;
        Done(await person.Browser.PostAsync($"{Issuer}/applications/{id}/book", WriteVisit, Ct));
        Done(await _operator.Browser.PostAsync($"{Issuer}/desk/cases/{id}/checkin", _ => { }, Ct));
        Done(await _operator.Browser.PostAsync($"{Issuer}/desk/cases/{id}/proofing", json => WriteProofing(json, number), Ct));
        Done(await _operator.Passkeys.AssertAsync($"{Issuer}/desk/cases/{id}/decisions", json => json.WriteString("decision", "recommend"), Ct));
        Done(await _supervisor.Passkeys.AssertAsync($"{Issuer}/desk/cases/{id}/decisions", json => json.WriteString("decision", "approve"), Ct));
        return id;
    }

    /// <summary>An offer across the desk: the link and the code that is spoken.</summary>
    public async Task<(string Link, string Spoken)> OfferAsync(string id)
    {
        var shown = Done(await _operator.Browser.PostAsync($"{Issuer}/desk/cases/{id}/offer", _ => { }, Ct));
        return (shown.StringMember("link")!, shown.StringMember("tx_code")!);
    }

    public void Dispose()
    {
        _operator.Dispose();
        _supervisor.Dispose();
    }

    private static JsonElement Done(BrowserAnswer answer)
    {
        Assert.True(answer.Status == 200, $"{answer.Url}: {answer.Status} {answer.Body}");
        return answer.Json;
    }

    // The centre's own day: Yerevan is four hours ahead of UTC.
    private static void WriteVisit(Utf8JsonWriter json)
    {
        json.WriteString("centre", "yerevan");
        json.WriteString("day", DateTimeOffset.UtcNow.AddHours(4).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    private static void WriteProofing(Utf8JsonWriter json, int number)
    {
        json.WriteString("document", "passport");
        json.WriteString("issuing_state", "AM");
        json.WriteString("document_number", string.Create(CultureInfo.InvariantCulture, $"AN{1_000_000 + number}"));
        json.WriteStartObject("steps");
        foreach (var step in Passed)
        {
            json.WriteString(step, "pass");
        }

        foreach (var step in new[] { "second_source", "guardians", "child_heard" })
        {
            json.WriteString(step, "na");
        }

        json.WriteEndObject();
    }

    [GeneratedRegex(@"/officers/enrol/([A-Za-z0-9_.\-]+)", RegexOptions.None, 1000)]
    private static partial Regex EnrolmentLink();
}
