using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Pages;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.People;
using static IdentityPlatform.Issuer.Endpoints.ApiDescriptions;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>Officers draft, sign and end agreements of regions. They are the country's, so no centre has them for itself.</summary>
internal sealed class AgreementEndpoints(AgreementDesk desk, AgreementDecisions decisions, Deployment deployment)
{
    private const string Home = "/desk/agreements";
    private const string RegionField = "region_";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Home, DeskEndpoints.ForPage(ListAsync)).Says<AgreementApi.All>("The agreements of regions, the last to begin first.");
        app.MapGet($"{Home}/new", DeskEndpoints.ForPage(NewAsync)).ExcludeFromDescription();
        app.MapGet($"{Home}/{{id}}", DeskEndpoints.ForPage(ShowAsync)).Says<AgreementApi.One>("An agreement.");
        app.MapPost($"{Home}/words/options", (Delegate)AskAsync).Says<AgreementApi.Step, Question>("Asks the officer's passkey for a word about an agreement.").RequireSameOrigin();
        app.MapPost($"{Home}/words", (Delegate)AnswerAsync).Says<Answer, Moved>("The word, as an assertion over its hash.").RequireSameOrigin();
        app.MapPost($"{Home}/{{id}}/decline", (HttpContext http, string id) => DeclineAsync(http, id)).Says<Nothing, Moved>("Does not sign what waits, or takes it back.").RequireSameOrigin();
    }

    private async Task<IResult> ListAsync(HttpContext http, Officer officer)
    {
        if (!MayLook(officer))
        {
            return DeskAnswers.Declined(http, DeskAnswers.WantsPage(http), DeskRefusal.NotYourRole);
        }

        var all = await desk.AllAsync(http.RequestAborted);
        return DeskAnswers.WantsPage(http)
            ? DeskAnswers.Page<AgreementsPage>((nameof(AgreementsPage.Officer), officer), (nameof(AgreementsPage.Agreements), all), (nameof(AgreementsPage.Deployment), deployment))
            : DeskAnswers.Json(StatusCodes.Status200OK, writer =>
            {
                writer.WriteStartArray("agreements");
                foreach (var one in all)
                {
                    writer.WriteStartObject();
                    Write(writer, one);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            });
    }

    private Task<IResult> NewAsync(HttpContext http, Officer officer) => Task.FromResult(officer.Role == OfficerRole.Operator
        ? DeskAnswers.Page<AgreementFormPage>(
            (nameof(AgreementFormPage.Officer), officer), (nameof(AgreementFormPage.Regions), (IReadOnlyList<Region>)Regions()), (nameof(AgreementFormPage.Today), desk.Today()))
        : DeskAnswers.Declined(http, DeskAnswers.WantsPage(http), DeskRefusal.NotYourRole));

    private async Task<IResult> ShowAsync(HttpContext http, Officer officer)
    {
        if (!MayLook(officer) || await desk.FindAsync((string)http.GetRouteValue("id")!, http.RequestAborted) is not { } found)
        {
            return DeskAnswers.Declined(http, DeskAnswers.WantsPage(http), MayLook(officer) ? DeskRefusal.WrongState : DeskRefusal.NotYourRole);
        }

        return DeskAnswers.WantsPage(http)
            ? DeskAnswers.Page<AgreementPage>(
                (nameof(AgreementPage.Officer), officer), (nameof(AgreementPage.Agreement), found), (nameof(AgreementPage.Deployment), deployment))
            : DeskAnswers.Json(StatusCodes.Status200OK, writer => Write(writer, found));
    }

    private Task<IResult> AskAsync(HttpContext http) => DeskEndpoints.ForOfficerAsync(http, async (officer, sent) =>
    {
        var (ct, step) = (http.RequestAborted, AgreementWords.FindStep(sent.Text("step")));
        var found = step is AgreementStep.None or AgreementStep.Decline ? null
            : step != AgreementStep.Draft ? await decisions.FindAsync(sent.Text("agreement") ?? "", ct)
            : Terms(sent.Json) is { } terms ? decisions.New(terms) : null;
        return found is null
            ? DeskAnswers.Declined(http, sent, DeskRefusal.BadRequest)
            : DeskAnswers.Question(http, sent, await decisions.AskAsync(found, step, step == AgreementStep.ProposeEnd ? ClaimValues.Date(sent.Text("until")) : null, officer, ct));
    });

    private Task<IResult> AnswerAsync(HttpContext http) => DeskEndpoints.ForOfficerAsync(http, async (officer, sent) =>
    {
        if (sent.Text("decision") is not { } handle || sent.Json.ObjectMember("credential") is not { } credential)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.BadRequest);
        }

        var (id, why) = await decisions.AnswerAsync(handle, credential.GetRawText(), officer, http.RequestAborted);
        return why != DeskRefusal.None ? DeskAnswers.Declined(http, sent, why) : await DoneAsync(id!, sent, http.RequestAborted);
    });

    private Task<IResult> DeclineAsync(HttpContext http, string id) => DeskEndpoints.ForOfficerAsync(http, async (officer, sent) =>
    {
        var why = await decisions.FindAsync(id, http.RequestAborted) is { } found ? await decisions.DeclineAsync(found, officer, http.RequestAborted) : DeskRefusal.WrongState;
        return why == DeskRefusal.None ? await DoneAsync(id, sent, http.RequestAborted) : DeskAnswers.Declined(http, sent, why);
    });

    private async Task<IResult> DoneAsync(string id, DeskSubmission sent, CancellationToken ct) =>
        DeskAnswers.Done(sent, $"{Home}/{id}", ("id", id), ("state", (await desk.FindAsync(id, ct))!.Word));

    private List<Region> Regions() => [.. deployment.Regions.Values.Where(region => deployment.MayIssue(region.Code))];

    // The regions that were ticked, and the days, under a new number; null where they do not fit.
    private AgreementTerms? Terms(JsonElement sent)
    {
        var regions = Regions().Select(region => region.Code).Where(code => sent.BooleanMember(RegionField + code) ?? sent.StringMember(RegionField + code) is "on" or "true");
        var until = sent.StringMember("until") is { Length: > 0 } last ? ClaimValues.Date(last) ?? DateOnly.MinValue : (DateOnly?)null;
        return ClaimValues.Date(sent.StringMember("from")) is { } from && regions.Order(StringComparer.Ordinal).ToList() is { Count: > 0 } named && until != DateOnly.MinValue
            ? new AgreementTerms(CaseNumbers.New(), named, from, until)
            : null;
    }

    private static bool MayLook(Officer officer) => officer.Role is OfficerRole.Operator or OfficerRole.Supervisor;

    private static void Write(Utf8JsonWriter writer, DeskAgreement one)
    {
        writer.WriteString("id", one.Id);
        writer.WriteString("state", one.Word);
        writer.WriteStrings("regions", one.Shown.Regions);
        writer.WriteString("from", CaseRow.DayText(one.Shown.From));
        writer.WriteString("until", CaseRow.DayText(one.Shown.Until) ?? "");
    }
}

/// <summary>The bodies of the agreements' API.</summary>
internal static class AgreementApi
{
    public sealed record All(IReadOnlyList<One> Agreements);

    /// <param name="Id">Its number, or its name in the files.</param>
    /// <param name="State">draft, concluded, in-force, ended, declined, end-proposed, or not-taken where the signer does not take what the register holds.</param>
    /// <param name="Regions">ISO 3166-2.</param>
    /// <param name="From">The first day.</param>
    /// <param name="Until">The last day; empty while no end is agreed.</param>
    public sealed record One(string Id, string State, IReadOnlyList<string> Regions, string From, string Until);

    /// <param name="Value">draft, sign, propose-end or confirm-end, as 'step'; a draft has 'region_' with the code of each region, 'from' and 'until'.</param>
    /// <param name="Agreement">Not for a draft.</param>
    /// <param name="From">Of a draft.</param>
    /// <param name="Until">Of a draft, where an end is agreed; of a proposed end.</param>
    public sealed record Step([property: System.Text.Json.Serialization.JsonPropertyName("step")] string Value, string? Agreement, string? From, string? Until);
}
