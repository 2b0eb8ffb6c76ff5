using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Programs;

namespace IdentityPlatform.Playground.Story;

/// <summary>What happens around a desk, at any issuer: an application with a visit, a proofing, and decisions by passkey.</summary>
internal sealed class DeskWork(ChildProgram issuer)
{
    private static readonly string[] ProofingSteps =
        ["document_present", "mrz_check_digits", "chip_authentication", "security_features", "face_matches", "spoken_alone", "names_read_aloud", "consent_read"];

    /// <summary>Applies, and books a visit today by the centre's own calendar.</summary>
    public async Task<(string Id, BrowserAnswer Booked)> ApplyAsync(Person person, Action<Utf8JsonWriter> application, string centre, int hoursFromUtc, CancellationToken ct)
    {
        var sent = await person.Browser.PostAsync($"{issuer.Url}/applications", application, ct);
        var id = sent.Json.StringMember("id") ?? throw new StoryFailedException($"the application was not taken: {sent.Status} {sent.Body}");
        var today = DateTimeOffset.UtcNow.AddHours(hoursFromUtc).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var booked = await person.Browser.PostAsync($"{issuer.Url}/applications/{id}/book", json =>
        {
            json.WriteString("centre", centre);
            json.WriteString("day", today);
        }, ct);
        return (id, booked);
    }

    /// <summary>An officer signs in.</summary>
    public async Task SignInAsync(Person officer, CancellationToken ct)
    {
        officer.Browser.Forget();
        var answer = await officer.Passkeys.AssertAsync($"{issuer.Url}/officers/signin", json => json.WriteString("return", "/desk"), ct);
        if (answer.Status != 200)
        {
            throw new StoryFailedException($"officer {officer.Name} could not sign in: {answer.Status} {answer.Body}");
        }
    }

    /// <summary>Checks in, and records a proofing in which everything passed.</summary>
    public async Task ProofAsync(Person officer, string id, string issuingState, CancellationToken ct)
    {
        await ActAsync(officer, id, "checkin", _ => { }, ct);
        await ActAsync(officer, id, "proofing", json => WriteProofing(json, issuingState), ct);
    }

    /// <summary>A decision, signed by the officer's passkey.</summary>
    public Task<BrowserAnswer> DecideAsync(Person officer, string id, string decision, CancellationToken ct) =>
        officer.Passkeys.AssertAsync($"{issuer.Url}/desk/cases/{id}/decisions", json => json.WriteString("decision", decision), ct);

    private async Task ActAsync(Person officer, string id, string act, Action<Utf8JsonWriter> members, CancellationToken ct)
    {
        var answer = await officer.Browser.PostAsync($"{issuer.Url}/desk/cases/{id}/{act}", members, ct);
        if (answer.Status != 200)
        {
            throw new StoryFailedException($"{act} was refused: {answer.Status} {answer.Body}");
        }
    }

    private static void WriteProofing(Utf8JsonWriter json, string issuingState)
    {
        json.WriteString("document", "passport");
        json.WriteString("issuing_state", issuingState);

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
