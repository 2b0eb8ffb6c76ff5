using System.Globalization;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Desk;

namespace IdentityPlatform.Issuer.Tests.Desk;

/// <summary>The steps of a case over HTTP.</summary>
internal static class DeskStory
{
    public static string Application(string familyName = "Щеглова")
    {
        var form = ApplicationFormTests.Valid();
        form["family_name"] = familyName;
        form["consent"] = true;
        return form.ToJsonString();
    }

    public static string Proofing(string number = "AN 123 456", ProofingStep? failed = null)
    {
        var steps = new JsonObject();
        foreach (var step in ProofingSteps.All)
        {
            steps[ProofingWords.Word(step)] = step == failed ? "fail" : ProofingSteps.IsAlwaysRequired(step) ? "pass" : "na";
        }

        return new JsonObject { ["document"] = "passport", ["issuing_state"] = "am", ["document_number"] = number, ["steps"] = steps }.ToJsonString();
    }

    public static string Visit(DeskHost host, int days = 0, string centre = "yerevan") => new JsonObject
    {
        ["centre"] = centre,
        ["day"] = TestCase.Here.Today(host.Clock.Now).AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    }.ToJsonString();

    /// <summary>Applies and books today; gives the case's number.</summary>
    public static async Task<string> BookAsync(this DeskBrowser person, DeskHost host, string familyName = "Щеглова")
    {
        var id = (await person.PostAsync("/applications", Application(familyName))).Json.StringMember("id")!;
        await person.PostAsync($"/applications/{id}/book", Visit(host));
        return id;
    }

    /// <summary>Checks in, proofs and recommends.</summary>
    public static async Task<DeskAnswer> ProofAsync(this DeskBrowser officer, string id, string number = "AN 123 456")
    {
        await officer.PostAsync($"/desk/cases/{id}/checkin");
        await officer.PostAsync($"/desk/cases/{id}/proofing", Proofing(number));
        return await officer.DecideAsync(id, "recommend");
    }
}
