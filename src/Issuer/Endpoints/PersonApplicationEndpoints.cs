using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Pages;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.People;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>A person's application: send in, book, appeal, take back.</summary>
internal sealed class PersonApplicationEndpoints(
    Cases cases, Cards cards, PatentRegister patents, PersonRegister people, Centres centres, Deployment deployment, TimeProvider time)
{
    private const string Home = "/application";
    private readonly CredentialType _type = deployment.Types[0];
    private readonly ApplicationForm _form = new(deployment.Types[0], deployment);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Home, PersonEndpoints.ForPage(ShowAsync));
        app.MapPost("/applications", PersonEndpoints.ForAct(SendInAsync)).RequireSameOrigin();
        app.MapPost("/applications/{id}/book", PersonEndpoints.ForAct(BookAsync)).RequireSameOrigin();
        app.MapPost("/applications/{id}/appeal", PersonEndpoints.ForAct((http, person, sent) => ActAsync(http, person, sent, new ApplicationEvent.Appeal()))).RequireSameOrigin();
        app.MapPost("/applications/{id}/withdraw", PersonEndpoints.ForAct((http, person, sent) => ActAsync(http, person, sent, new ApplicationEvent.Withdraw()))).RequireSameOrigin();
    }

    private async Task<IResult> ShowAsync(HttpContext http, PersonSession person)
    {
        var found = await FindAsOfNowAsync(person.PersonId, http.RequestAborted);
        if (!DeskAnswers.WantsPage(http))
        {
            return found is null
                ? DeskAnswers.Json(StatusCodes.Status404NotFound, ("error", "not_found"))
                : DeskAnswers.Json(StatusCodes.Status200OK, ("id", found.Id), ("state", found.State.WordForApplicant()));
        }

        return Page(found, found?.Claims?.Claims, new Dictionary<string, FieldFault>(), http.Request.Query["change"] == "1");
    }

    private async Task<IResult> SendInAsync(HttpContext http, PersonSession person, DeskSubmission sent)
    {
        var found = await FindAsOfNowAsync(person.PersonId, http.RequestAborted);
        if (await IsAlreadyThereAsync(person, found, sent.Flag("change"), http.RequestAborted))
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.AlreadyThere);
        }

        var fields = JsonObject.Create(sent.Json)!;
        fields.Remove("consent");
        fields.Remove("change");
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (_form.Read(fields.Deserialize<JsonElement>(), today) is not FilledForm.Complete complete)
        {
            return Faulty(sent, found, ((FilledForm.Faulty)_form.Read(fields.Deserialize<JsonElement>(), today)).Faults);
        }

        if (await people.FindAsync(person.PersonId, http.RequestAborted) is not { } known)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.NotYourCase);
        }

        return await SendInAsync(http, sent, found, PersonClaims.Of(WithAccount(complete.Claims, known), RandomNumberGenerator.Fill), known);
    }

    private async Task<IResult> SendInAsync(HttpContext http, DeskSubmission sent, DeskCase? found, PersonClaims claims, Person person)
    {
        var ct = http.RequestAborted;
        var consent = sent.Flag("consent");
        if (!consent)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.ConsentMissing);
        }

        var again = found?.State == ApplicationState.Returned;
        var draft = again || found?.State == ApplicationState.Draft ? found! : await cases.DraftAsync(person.Id, ct);
        ApplicationEvent happened = again ? new ApplicationEvent.Resubmit(consent) : new ApplicationEvent.Submit(consent);
        var transition = await cases.ApplyAsync(draft, happened, new Actor.Holder(person.Id), new CaseChange { Claims = claims }, ct);

        // The form has been read strictly, so the automatic check has nothing more to find.
        if (transition is Transition.Moved && await cases.FindAsync(draft.Id, ct) is { } submitted)
        {
            transition = await cases.ApplyAsync(submitted, new ApplicationEvent.PreCheckPassed(), new Actor.Clock(), CaseChange.None, ct);
        }

        return Answer(http, sent, transition);
    }

    private async Task<IResult> BookAsync(HttpContext http, PersonSession person, DeskSubmission sent)
    {
        var day = DateOnly.TryParseExact(sent.Text("day"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed) ? parsed : (DateOnly?)null;
        return centres.Find(sent.Text("centre")) is { } centre && day is { } chosen
            ? await ActAsync(http, person, sent, new ApplicationEvent.Book(centre, chosen))
            : DeskAnswers.Declined(http, sent, DeskRefusal.BadRequest);
    }

    private async Task<IResult> ActAsync(HttpContext http, PersonSession person, DeskSubmission sent, ApplicationEvent happened)
    {
        await FindAsOfNowAsync(person.PersonId, http.RequestAborted);
        if (await cases.FindAsync((string)http.GetRouteValue("id")!, http.RequestAborted) is not { } found)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.NotYourCase);
        }

        return Answer(http, sent, await cases.ApplyAsync(found, happened, new Actor.Holder(person.PersonId), CaseChange.None, http.RequestAborted));
    }

    // What the calendar has done since the last look: half a year of silence, or a visit that was missed.
    private async Task<DeskCase?> FindAsOfNowAsync(string personId, CancellationToken ct)
    {
        var found = await cases.FindOfPersonAsync(personId, ct);
        if (found is null)
        {
            return null;
        }

        var due = new List<ApplicationEvent> { new ApplicationEvent.Lapse(), new ApplicationEvent.AppealTermEnded() };
        if (centres.Find(found.Application.Centre) is { } centre)
        {
            due.Add(new ApplicationEvent.NoShow(centre));
        }

        foreach (var happened in due)
        {
            if (await cases.ApplyAsync(found, happened, new Actor.Clock(), CaseChange.None, ct) is Transition.Moved)
            {
                return await cases.FindOfPersonAsync(personId, ct);
            }
        }

        return found;
    }

    private static IResult Answer(HttpContext http, DeskSubmission sent, Transition transition) => transition is Transition.Moved { To: { } to }
        ? DeskAnswers.Done(sent, Home, ("id", to.Id), ("state", to.State.WordForApplicant()))
        : DeskAnswers.Declined(http, sent, ((Transition.Declined)transition).Why);

    // A card in use is no hindrance to who says that names or citizenship have changed: two officers decide, and the card gives way.
    private async Task<bool> IsAlreadyThereAsync(PersonSession person, DeskCase? found, bool change, CancellationToken ct)
    {
        var over = found is null || found.State is ApplicationState.Draft or ApplicationState.Returned or ApplicationState.Withdrawn
            or ApplicationState.Lapsed or ApplicationState.RefusedFinal;
        if (!over && found!.State != ApplicationState.Approved)
        {
            return true;
        }

        // A patent is not changed while it is paid for: what was paid would be lost. Once it has ended, the next one is applied for.
        var card = await cards.FindOfPersonAsync(person.PersonId, ct);
        if (_type.IsPaid && card is not null)
        {
            change = await patents.FindOfCardAsync(card, ct) is { Patent.State: PatentState.Lapsed or PatentState.Expired };
        }

        return card is { State: CardState.Approved or CardState.Offered or CardState.Active or CardState.Suspended }
            && !(card.State == CardState.Active && (change || found?.State is ApplicationState.Draft or ApplicationState.Returned));
    }

    private IResult Faulty(DeskSubmission sent, DeskCase? found, IReadOnlyDictionary<string, FieldFault> faults) => sent.IsForm
        ? Page(found, sent.Json, faults, sent.Flag("change"))
        : DeskAnswers.Json(StatusCodes.Status422UnprocessableEntity, writer =>
        {
            writer.WriteString("error", "invalid_fields");
            writer.WriteStartObject("fields");
            foreach (var (name, fault) in faults)
            {
                writer.WriteString(name, JsonNamingPolicy.SnakeCaseLower.ConvertName(fault.ToString()));
            }

            writer.WriteEndObject();
        });

    private IResult Page(DeskCase? found, JsonElement? values, IReadOnlyDictionary<string, FieldFault> faults, bool change) => DeskAnswers.Page<ApplicationPage>(
        (nameof(ApplicationPage.Case), found),
        (nameof(ApplicationPage.Form), _form),
        (nameof(ApplicationPage.Values), values),
        (nameof(ApplicationPage.Faults), faults),
        (nameof(ApplicationPage.Change), change),
        (nameof(ApplicationPage.Centres), centres),
        (nameof(ApplicationPage.Now), time.GetUtcNow()));

    // The claim by which the holder signs in with the card later: the provider recognises the subject it gave to this issuer.
    private JsonElement WithAccount(JsonElement claims, Person person)
    {
        if (_type.Account is not { } account)
        {
            return claims;
        }

        var all = JsonObject.Create(claims)!;
        all[account.Name] = new JsonObject { ["iss"] = person.Issuer, ["sub"] = person.Subject };
        return all.Deserialize<JsonElement>();
    }
}
