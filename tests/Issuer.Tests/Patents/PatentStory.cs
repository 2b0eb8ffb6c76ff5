using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Tests.Desk;

namespace IdentityPlatform.Issuer.Tests.Patents;

/// <summary>A patent over HTTP, from the application to its payments.</summary>
internal static class PatentStory
{
    public const string Centre = "saint-petersburg";

    public static string Application(string region = "RU-SPE", string occupation = "Маляр") => new JsonObject
    {
        ["family_name"] = "Рахимов",
        ["given_name"] = "Фаррух",
        ["family_name_latin1"] = "RAKHIMOV",
        ["given_name_latin1"] = "FARRUKH",
        ["birthdate"] = "1994-03-02",
        ["nationalities"] = "TJ",
        ["identity_document"] = new JsonObject { ["type"] = "passport", ["number"] = "400123456", ["issuing_country"] = "TJ" },
        ["occupation"] = new JsonObject { ["name"] = occupation, ["code"] = "13450", ["scheme"] = "OKPDTR" },
        ["issuing_jurisdiction"] = region,
        ["consent"] = true,
    }.ToJsonString();

    /// <summary>A decided patent of somebody; gives its number and the holder's browser.</summary>
    public static async Task<(string Number, DeskBrowser Holder)> DecidedAsync(DeskHost host, string subject = "farrukh", string region = "RU-SPE")
    {
        var holder = await host.PersonAsync(subject);
        var sent = await holder.PostAsync("/applications", Application(region));
        var number = sent.Json.StringMember("id") ?? throw new InvalidOperationException(sent.Body);
        await holder.PostAsync($"/applications/{number}/book", new JsonObject
        {
            ["centre"] = Centre,
            ["day"] = DateOnly.FromDateTime(host.Clock.Now.UtcDateTime.AddHours(3)).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        }.ToJsonString());
        var a = await host.OfficerAsync(OfficerRole.Operator, $"Anna {subject}", Centre);
        var b = await host.OfficerAsync(OfficerRole.Supervisor, $"Boris {subject}", Centre);
        await a.ProofAsync(number, $"TJ {subject}");
        var approved = await b.DecideAsync(number, "approve");
        return approved.Json.StringMember("state") == "approved" ? (number, holder) : throw new InvalidOperationException(approved.Body);
    }

    /// <summary>Tells the issuer what was paid.</summary>
    public static Task<DeskAnswer> PayAsync(this DeskHost host, string fact) => host.Browser().PostAsync("/payments", fact, "application/jwt");

    /// <summary>The outcome, or the error.</summary>
    public static string? Outcome(this DeskAnswer answer) =>
        answer.Json.StringMember("error") ?? answer.Json.StringMember("reason") ?? answer.Json.StringMember("outcome");
}
