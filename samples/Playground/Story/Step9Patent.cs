using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.PatentCheck;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Programs;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Wallet;
using IdentityPlatform.Wallet.Issuance;
using IdentityPlatform.Wallet.Presentation;

namespace IdentityPlatform.Playground.Story;

/// <summary>Somebody who came to work: a patent is decided, paid, collected, checked, prolonged and ends; it is no good in a third region.</summary>
internal sealed class Step9Patent(Cast cast, StoryTeller teller)
{
    private const long Month = 800_000;
    private const string Here = "RU-SPE";

    private Person Worker => cast.Patents.Worker;

    private ChildProgram Issuer => cast.Town.PatentIssuer;

    public async Task PlayAsync(CancellationToken ct)
    {
        var number = await DecideAsync(ct);
        var unpaid = await Worker.Browser.PostAsync($"{Issuer.Url}/card/offer", _ => { }, ct);
        teller.CheckEqual("decided, and not paid for: there is nothing to collect", "not_paid", unpaid.Json.StringMember("error"));

        teller.CheckEqual("the treasury's signed fact pays for a month", "counted", await PayAsync(number, Month, "first", ct));
        teller.CheckEqual("a payment that is no whole month is held, and goes back", "partial", await PayAsync(number, Month - 1, "short", ct));
        var first = await CollectAsync(ct);
        teller.CheckEqual("the wallet collected a patent for two regions", """["RU-SPE","RU-LEN"]""", first.GetProperty("authorized_regions").GetRawText());
        teller.CheckEqual("paid until a month from today, by the region's calendar", Day(Today.AddMonths(1)), first.StringMember("paid_until"));
        await CheckAsync(ct);
        await CheckMdocAsync(ct);

        teller.CheckEqual("two more months are paid", "counted", await PayAsync(number, Month * 2, "second", ct));
        teller.CheckEqual("the same payment told again is counted once", "counted", await PayAsync(number, Month * 2, "second", ct));
        var prolonged = await CollectAsync(ct);
        teller.CheckEqual("the wallet refilled with the new day", Day(Today.AddMonths(3)), prolonged.StringMember("paid_until"));
        await LapseAsync(prolonged, ct);
    }

    // The region's own day: Saint Petersburg is three hours ahead of UTC.
    private static DateOnly Today => DateOnly.FromDateTime(DateTimeOffset.UtcNow.AddHours(3).DateTime);

    private async Task<string> DecideAsync(CancellationToken ct)
    {
        await Step1Enrol.EnrolAsync(Issuer, cast.Patents.A, "operator", "saint-petersburg", ct);
        await Step1Enrol.EnrolAsync(Issuer, cast.Patents.B, "supervisor", "saint-petersburg", ct);
        await Worker.Passkeys.RegisterAsync($"{cast.Town.Idp.Url}/signup", json => json.WriteString("display_name", Worker.Name), ct);
        var page = await Step2SignIn.AgreeAsync(Worker, await Worker.Browser.OpenAsync($"{Issuer.Url}/signin?return=/application", ct: ct), ct);
        teller.CheckEqual("the patent issuer is the same program with other files, and signs people in through the same IdP", $"{Issuer.Url}/application", page.Url.AbsoluteUri);

        var desk = new DeskWork(Issuer);
        var (number, booked) = await desk.ApplyAsync(Worker, WriteApplication, "saint-petersburg", hoursFromUtc: 3, ct);
        teller.Check("somebody applied for a patent and booked a visit", booked.Status == 200);
        await desk.SignInAsync(cast.Patents.A, ct);
        await desk.SignInAsync(cast.Patents.B, ct);
        await desk.ProofAsync(cast.Patents.A, number, "TJ", ct);
        await desk.DecideAsync(cast.Patents.A, number, "recommend", ct);
        var approved = await desk.DecideAsync(cast.Patents.B, number, "approve", ct);
        teller.CheckEqual("two officers decided, each with a passkey", "approved", approved.Json.StringMember("state"));
        return number;
    }

    // The treasury's own system, which nobody of the issuer can stand in for.
    private async Task<string?> PayAsync(string number, long amount, string reference, CancellationToken ct)
    {
        using var key = KeyFile.Read(Path.Combine(cast.Town.Places.Keys, "treasury", "payment-facts.json"));
        var fact = JwtWriter.Sign(key, "payment-fact+jwt", json =>
        {
            json.WriteString("iss", "https://treasury.example.org");
            json.WriteString("aud", Issuer.Url);
            json.WriteString("reference", $"{number}-{reference}");
            json.WriteString("patent", number);
            json.WriteNumber("amount", amount);
            json.WriteString("currency", "RUB");
            json.WriteString("paid_on", Day(Today));
        });
        using var body = new StringContent(fact, new System.Net.Http.Headers.MediaTypeHeaderValue("application/jwt"));
        using var answer = await cast.Town.Http.PostAsync(new Uri($"{Issuer.Url}/payments"), body, ct);
        var json = StrictJson.ParseObject(await answer.Content.ReadAsByteArrayAsync(ct)).OrThrow().Element;
        return json.StringMember("reason") ?? json.StringMember("outcome") ?? json.StringMember("error");
    }

    private async Task<JsonElement> CollectAsync(CancellationToken ct)
    {
        Worker.Wallet.Forget(PatentClaim.PatentType);
        return await new Step4Collect(cast, teller).CollectAtHomeAsync(Worker, Issuer, ct) is CollectionOutcome.Collected { Copies: [var copy, ..] }
            ? copy.Card.Claims
            : throw new StoryFailedException("the patent was not collected");
    }

    private async Task CheckAsync(CancellationToken ct)
    {
        using var checker = new Browser();
        var refreshed = await checker.PostAsync($"{cast.Town.PatentCheck.Url}/bundle/refresh", _ => { }, ct);
        teller.Check($"the check fetched a trust list ({refreshed.Json.StringMember("outcome")})", refreshed.Json.StringMember("outcome") is "stored" or "older");

        var employer = await PatentVisit.ShowAsync(cast, "l0", Here, null, ct);
        teller.CheckEqual("an employer in the first region: may work here", "allowed", employer.Short);
        teller.CheckEqual("the employer saw no name", "occupation authorized_regions paid_until", string.Join(' ', employer.Shown));
        teller.CheckEqual("in the second region: may work here", "allowed", (await PatentVisit.ShowAsync(cast, "l0", "RU-LEN", null, ct)).Short);
        teller.CheckEqual("in a third region: refused, other regions", "OtherRegion", (await PatentVisit.ShowAsync(cast, "l0", "RU-MOW", null, ct)).Short);

        var inspector = await PatentVisit.ShowAsync(cast, "l2", Here, "complaint", ct);
        teller.CheckEqual("an inspector with a legal ground sees the number and the document", "allowed", inspector.Short);
        teller.Check("and the wallet read the ground first", inspector.Reasons.Count == 1 && inspector.Shown.Contains("document_number"));
        using var alone = new Browser();
        var without = await alone.PostAsync($"{cast.Town.PatentCheck.Url}/checks", json =>
        {
            json.WriteString("level", "l2");
            json.WriteString("region", Here);
        }, ct);
        teller.CheckEqual("without a ground nothing of that can be asked", "ground_missing", without.Json.StringMember("error"));
    }

    // The other form of the same patent, in a wallet that has nothing else.
    private async Task CheckMdocAsync(CancellationToken ct)
    {
        Worker.Wallet.Forget(PatentClaim.PatentType);
        var collected = await new Step4Collect(cast, teller).CollectAtHomeAsync(Worker, Issuer, ct, "work-patent-mdoc");
        teller.CheckEqual("the wallet collected the patent as an mdoc", PatentClaim.PatentDocType, (collected as CollectionOutcome.Collected)?.Copies[0].Type);
        var employer = await PatentVisit.ShowAsync(cast, "l0", Here, null, ct);
        teller.CheckEqual("an employer is shown the same of it: may work here", "allowed occupation authorized_regions paid_until", $"{employer.Short} {string.Join(' ', employer.Shown)}");
        teller.CheckEqual("and in a third region as little as with the other form", "OtherRegion", (await PatentVisit.ShowAsync(cast, "l0", "RU-MOW", null, ct)).Short);
        var inspector = await PatentVisit.ShowAsync(cast, "l2", Here, "complaint", ct);
        teller.CheckEqual(
            "an inspector with a legal ground is shown the number and the document",
            "allowed family_name given_name document_number identity_document authorized_regions paid_until",
            $"{inspector.Short} {string.Join(' ', inspector.Shown)}");
    }

    // Nobody waits three months: the patent is verified now, and its rule is asked with the time of that midnight.
    private async Task LapseAsync(JsonElement claims, CancellationToken ct)
    {
        using var root = KeyFile.Read(Path.Combine(cast.Town.Places.Keys, "patent-issuer", "bundle-root.json"));
        var bundle = OfflineBundle.Parse(await cast.Town.Http.GetByteArrayAsync(new Uri($"{Issuer.Url}/bundle"), ct), root.PublicKey).OrThrow();
        var query = Level.All[0].Query.Credentials[0];
        var chosen = DcqlMatch.Find(JsonElement.Parse(Level.All[0].Query.ToJson()), Worker.Wallet)![0];
        var shown = new Presenter(cast.Town.Http, Worker.Wallet, TimeProvider.System).Build(chosen.Copy, chosen.Disclose, "x509_hash:story", new string('n', 24));
        var expectation = new Expectation { Query = query, Nonce = new string('n', 24), Audience = "x509_hash:story" };
        var verified = CredentialVerifier.Verify(shown, expectation, Policy.Haip, Trust.From(bundle), DateTimeOffset.UtcNow)
            .Match(accepted => accepted.Credential, rejected => throw new StoryFailedException($"the patent does not verify: {rejected.Failure}"));

        var midnight = new DateTimeOffset(Today.AddMonths(3).AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(3));
        teller.CheckEqual("in the last second of its last paid day it still holds", "Allowed", $"{WorkRules.Answer(verified, Here, bundle.Content, midnight.AddSeconds(-1))}");
        teller.CheckEqual("at the region's midnight it has lapsed, by itself", "NotPaid", $"{WorkRules.Answer(verified, Here, bundle.Content, midnight)}");
        teller.CheckEqual("and the copy in the wallet ends at that very moment", $"{midnight.ToUnixTimeSeconds()}", $"{claims.LongMember("exp")}");
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    internal static void WriteApplication(Utf8JsonWriter json)
    {
        json.WriteString("family_name", "Рахимов");
        json.WriteString("given_name", "Фаррух");
        json.WriteString("family_name_latin1", "RAKHIMOV");
        json.WriteString("given_name_latin1", "FARRUKH");
        json.WriteString("birthdate", "1994-03-02");
        json.WriteString("nationalities", "TJ");
        json.WriteStartObject("identity_document");
        json.WriteString("type", "passport");
        json.WriteString("number", "400123456");
        json.WriteString("issuing_country", "TJ");
        json.WriteEndObject();
        json.WriteStartObject("occupation");
        json.WriteString("name", "Маляр");
        json.WriteString("code", "13450");
        json.WriteString("scheme", "ОКПДТР");
        json.WriteEndObject();
        json.WriteString("issuing_jurisdiction", Here);
        json.WriteBoolean("consent", true);
    }
}
