using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Playground.People;

namespace IdentityPlatform.Playground.Story;

/// <summary>The person applies at the card issuer; one officer proofs and recommends, another one approves.</summary>
internal sealed class Step3Decide(Cast cast, StoryTeller teller)
{
    private static readonly string[] ProofingSteps =
        ["document_present", "mrz_check_digits", "chip_authentication", "security_features", "face_matches", "spoken_alone", "names_read_aloud", "consent_read"];

    private string Issuer => cast.Town.CardIssuer.Url;

    public async Task PlayAsync(CancellationToken ct)
    {
        var signedIn = await cast.Holder.Browser.OpenAsync($"{Issuer}/signin?return=/application", ct: ct);
        var page = await Step2SignIn.AgreeAsync(cast.Holder, signedIn, ct);
        teller.CheckEqual("the person signed in at the issuer through the IdP", $"{Issuer}/application", page.Url.AbsoluteUri);
        var id = await ApplyAsync(ct);

        await SignInAsync(cast.OfficerA, ct);
        await SignInAsync(cast.OfficerB, ct);
        await ActAsync(cast.OfficerA, id, "checkin", _ => { }, ct);
        await ActAsync(cast.OfficerA, id, "proofing", WriteProofing, ct);
        var recommended = await DecideAsync(cast.OfficerA, id, "recommend", ct);
        teller.CheckEqual("officer A checked the person in, recorded the proofing and recommended, with a passkey over the decision's hash", "200", Status(recommended));

        var alone = await DecideAsync(cast.OfficerA, id, "approve", ct);
        teller.Check($"officer A cannot approve alone ({alone.Json.StringMember("error")})", alone.Status is >= 400 and < 500);
        var approved = await DecideAsync(cast.OfficerB, id, "approve", ct);
        teller.CheckEqual("officer B approved, with a passkey over the decision's hash", "approved", approved.Json.StringMember("state"));
        cast.CaseId = id;
    }

    private async Task<string> ApplyAsync(CancellationToken ct)
    {
        var sent = await cast.Holder.Browser.PostAsync($"{Issuer}/applications", WriteApplication, ct);
        var id = sent.Json.StringMember("id") ?? throw new StoryFailedException($"the application was not taken: {sent.Status} {sent.Body}");

        // The centre's own day: Yerevan is four hours ahead of UTC.
        var today = DateTimeOffset.UtcNow.AddHours(4).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var booked = await cast.Holder.Browser.PostAsync($"{Issuer}/applications/{id}/book", json =>
        {
            json.WriteString("centre", "yerevan");
            json.WriteString("day", today);
        }, ct);
        teller.CheckEqual("the person applied for the card and booked a visit", "200", Status(booked));
        return id;
    }

    private async Task SignInAsync(Person officer, CancellationToken ct)
    {
        officer.Browser.Forget();
        var answer = await officer.Passkeys.AssertAsync($"{Issuer}/officers/signin", json => json.WriteString("return", "/desk"), ct);
        if (answer.Status != 200)
        {
            throw new StoryFailedException($"officer {officer.Name} could not sign in: {answer.Status} {answer.Body}");
        }
    }

    private async Task ActAsync(Person officer, string id, string act, Action<Utf8JsonWriter> members, CancellationToken ct)
    {
        var answer = await officer.Browser.PostAsync($"{Issuer}/desk/cases/{id}/{act}", members, ct);
        if (answer.Status != 200)
        {
            throw new StoryFailedException($"{act} was refused: {answer.Status} {answer.Body}");
        }
    }

    private Task<BrowserAnswer> DecideAsync(Person officer, string id, string decision, CancellationToken ct) =>
        officer.Passkeys.AssertAsync($"{Issuer}/desk/cases/{id}/decisions", json => json.WriteString("decision", decision), ct);

    private static string Status(BrowserAnswer answer) => answer.Status == 200 ? "200" : $"{answer.Status} {answer.Body}";

    public static void WriteApplication(Utf8JsonWriter json)
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

    private static void WriteProofing(Utf8JsonWriter json)
    {
        json.WriteString("document", "passport");
        json.WriteString("issuing_state", "AM");

        // A number of its own for every story, so that a second story on the same data meets no duplicate.
        json.WriteString("document_number", $"AN{RandomNumberGenerator.GetInt32(1_000_000, 9_999_999)}");
        json.WriteStartObject("steps");
        foreach (var step in ProofingSteps)
        {
            json.WriteString(step, "pass");
        }

        foreach (var step in new[] { "second_source", "guardians", "child_heard" })
        {
            json.WriteString(step, "na");
        }

        json.WriteEndObject();
    }
}
