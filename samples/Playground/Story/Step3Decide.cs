using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Playground.People;

namespace IdentityPlatform.Playground.Story;

/// <summary>The person applies at the card issuer; one officer proofs and recommends, another one approves.</summary>
internal sealed class Step3Decide(Cast cast, StoryTeller teller)
{
    private string Issuer => cast.Town.CardIssuer.Url;

    public async Task PlayAsync(CancellationToken ct)
    {
        var signedIn = await cast.Holder.Browser.OpenAsync($"{Issuer}/signin?return=/application", ct: ct);
        var page = await Step2SignIn.AgreeAsync(cast.Holder, signedIn, ct);
        teller.CheckEqual("the person signed in at the issuer through the IdP", $"{Issuer}/application", page.Url.AbsoluteUri);
        var desk = new DeskWork(cast.Town.CardIssuer);
        var (id, booked) = await desk.ApplyAsync(cast.Holder, WriteApplication, "yerevan", hoursFromUtc: 4, ct);
        teller.CheckEqual("the person applied for the card and booked a visit", "200", Status(booked));

        await desk.SignInAsync(cast.OfficerA, ct);
        await desk.SignInAsync(cast.OfficerB, ct);
        await desk.ProofAsync(cast.OfficerA, id, "AM", ct);
        var recommended = await desk.DecideAsync(cast.OfficerA, id, "recommend", ct);
        teller.CheckEqual("officer A checked the person in, recorded the proofing and recommended, with a passkey over the decision's hash", "200", Status(recommended));

        var alone = await desk.DecideAsync(cast.OfficerA, id, "approve", ct);
        teller.Check($"officer A cannot approve alone ({alone.Json.StringMember("error")})", alone.Status is >= 400 and < 500);
        var approved = await desk.DecideAsync(cast.OfficerB, id, "approve", ct);
        teller.CheckEqual("officer B approved, with a passkey over the decision's hash", "approved", approved.Json.StringMember("state"));
        cast.CaseId = id;
    }

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
}
