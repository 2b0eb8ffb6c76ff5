using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Pages;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.People;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>A person's application: send in, book, appeal, take back.</summary>
internal sealed class PersonApplicationEndpoints(
    Cases cases, Cards cards, PatentPlaces places, AgreementsInForce agreements, Representations representations, PersonRegister people, Centres centres, Deployment deployment, TimeProvider time)
{
    private const string Home = "/application";

    // What a form sends beside the claims.
    private static readonly string[] BesideClaims = ["consent", "change", "type", "child"];

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
        var type = TypeOf(http.Request.Query["type"]);
        var found = await FindAsOfNowAsync(person.PersonId, type, http.RequestAborted);
        if (!DeskAnswers.WantsPage(http))
        {
            return found is null
                ? DeskAnswers.Json(StatusCodes.Status404NotFound, ("error", "not_found"))
                : DeskAnswers.Json(StatusCodes.Status200OK, ("id", found.Id), ("state", found.State.WordForApplicant()));
        }

        var form = new ApplicationForm(type, await agreements.DeploymentAsync(http.RequestAborted));
        return Page(form, type, found, found?.Claims?.Claims, new Dictionary<string, FieldFault>(), http.Request.Query["change"] == "1");
    }

    private async Task<IResult> SendInAsync(HttpContext http, PersonSession person, DeskSubmission sent)
    {
        var (ct, type) = (http.RequestAborted, TypeOf(sent.Text("type")));
        var found = await FindAsOfNowAsync(person.PersonId, type, ct);
        if (await IsAlreadyThereAsync(person, type, found, sent.Flag("change"), ct))
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.AlreadyThere);
        }

        var fields = JsonObject.Create(sent.Json)!;
        foreach (var name in BesideClaims)
        {
            fields.Remove(name);
        }

        var form = new ApplicationForm(type, await agreements.DeploymentAsync(ct));
        var read = form.Read(fields.Deserialize<JsonElement>(), DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        if (read is not FilledForm.Complete complete)
        {
            return Faulty(form, type, sent, found, ((FilledForm.Faulty)read).Faults);
        }

        if (await people.FindAsync(person.PersonId, ct) is not { } known)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.NotYourCase);
        }

        var (child, why) = type.Represents is { } who
            ? await representations.FindAsync(person.PersonId, sent.Text("child"), complete.Claims.ObjectMember(who.Claim)!.Value, ct)
            : (null, DeskRefusal.None);
        var slot = child?.Slot;
        if (type.IsPaid)
        {
            (slot, why) = await places.ForAsync(person.PersonId, type, complete.Claims, ct);
        }

        return why == DeskRefusal.None
            ? await SendInAsync(http, sent, known, found, new(type, PersonClaims.Of(WithAccounts(type, complete.Claims, known, child?.Child), RandomNumberGenerator.Fill), slot, child?.Differs == true))
            : DeskAnswers.Declined(http, sent, why);
    }

    private async Task<IResult> SendInAsync(HttpContext http, DeskSubmission sent, Person person, DeskCase? found, Filled filled)
    {
        var ct = http.RequestAborted;
        var consent = sent.Flag("consent");
        if (!consent)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.ConsentMissing);
        }

        var again = found?.State == ApplicationState.Returned;
        var draft = again || found?.State == ApplicationState.Draft ? found! : await cases.DraftAsync(person.Id, filled.Type, ct);
        ApplicationEvent happened = again ? new ApplicationEvent.Resubmit(consent, filled.RepresentedDiffers) : new ApplicationEvent.Submit(consent, filled.RepresentedDiffers);
        var transition = await cases.ApplyAsync(draft, happened, new Actor.Holder(person.Id), new CaseChange { Claims = filled.Claims, Slot = filled.Slot }, ct);

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
        if (await cases.FindAsync((string)http.GetRouteValue("id")!, http.RequestAborted) is not { } found || found.PersonId != person.PersonId)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.NotYourCase);
        }

        found = await AsOfNowAsync(found, http.RequestAborted);

        return Answer(http, sent, await cases.ApplyAsync(found, happened, new Actor.Holder(person.PersonId), CaseChange.None, http.RequestAborted));
    }

    private async Task<DeskCase?> FindAsOfNowAsync(string personId, CredentialType type, CancellationToken ct) =>
        await cases.FindOfPersonAsync(personId, type, ct) is { } found ? await AsOfNowAsync(found, ct) : null;

    // What the calendar has done since the last look: half a year of silence, or a visit that was missed.
    private async Task<DeskCase> AsOfNowAsync(DeskCase found, CancellationToken ct)
    {
        var due = new List<ApplicationEvent> { new ApplicationEvent.Lapse(), new ApplicationEvent.AppealTermEnded() };
        if (centres.Find(found.Application.Centre) is { } centre)
        {
            due.Add(new ApplicationEvent.NoShow(centre));
        }

        foreach (var happened in due)
        {
            if (await cases.ApplyAsync(found, happened, new Actor.Clock(), CaseChange.None, ct) is Transition.Moved)
            {
                return (await cases.FindAsync(found.Id, ct))!;
            }
        }

        return found;
    }

    private static IResult Answer(HttpContext http, DeskSubmission sent, Transition transition) => transition is Transition.Moved { To: { } to }
        ? DeskAnswers.Done(sent, to.Type.Length == 0 ? Home : $"{Home}?type={to.Type}", ("id", to.Id), ("state", to.State.WordForApplicant()))
        : DeskAnswers.Declined(http, sent, ((Transition.Declined)transition).Why);

    private CredentialType TypeOf(string? id) => deployment.Types.FirstOrDefault(type => type.Id == id) ?? deployment.Types[0];

    // A card in use is no hindrance to who says that names or citizenship have changed: two officers decide, and the card gives way.
    private async Task<bool> IsAlreadyThereAsync(PersonSession person, CredentialType type, DeskCase? found, bool change, CancellationToken ct)
    {
        var over = found is null || found.State is ApplicationState.Draft or ApplicationState.Returned or ApplicationState.Withdrawn
            or ApplicationState.Lapsed or ApplicationState.RefusedFinal;
        if (!over && found!.State != ApplicationState.Approved)
        {
            return true;
        }

        // One may act for several children, and a guardianship is decided anew before it ends: the card of the same child gives way.
        if (type.Represents is not null)
        {
            return false;
        }

        // Whether a patent leaves room for another one is said by the region that is applied for.
        if (type.IsPaid)
        {
            return false;
        }

        var card = await cards.FindOfPersonAsync(person.PersonId, ct);
        return card is { State: CardState.Approved or CardState.Offered or CardState.Active or CardState.Suspended }
            && !(card.State == CardState.Active && (change || found?.State is ApplicationState.Draft or ApplicationState.Returned));
    }

    private IResult Faulty(ApplicationForm form, CredentialType type, DeskSubmission sent, DeskCase? found, IReadOnlyDictionary<string, FieldFault> faults) => sent.IsForm
        ? Page(form, type, found, sent.Json, faults, sent.Flag("change"))
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

    private IResult Page(
        ApplicationForm form, CredentialType type, DeskCase? found, JsonElement? values, IReadOnlyDictionary<string, FieldFault> faults, bool change) => DeskAnswers.Page<ApplicationPage>(
        (nameof(ApplicationPage.Case), found),
        (nameof(ApplicationPage.Form), form),
        (nameof(ApplicationPage.Type), type),
        (nameof(ApplicationPage.Values), values),
        (nameof(ApplicationPage.Faults), faults),
        (nameof(ApplicationPage.Change), change),
        (nameof(ApplicationPage.Centres), centres),
        (nameof(ApplicationPage.Now), time.GetUtcNow()));

    // The claim by which the holder signs in with the card later: the provider recognises the subject it gave to this issuer. Of who
    // acts for a child also the child's, so that the provider knows which of its accounts are meant.
    private static JsonElement WithAccounts(CredentialType type, JsonElement claims, Person person, Person? child)
    {
        var all = JsonObject.Create(claims)!;
        foreach (var claim in type.Claims.Where(claim => claim.Source is ClaimSource.SignIn or ClaimSource.RepresentedSignIn))
        {
            var who = claim.Source == ClaimSource.SignIn ? person : child!;
            all[claim.Name] = new JsonObject { ["iss"] = who.Issuer, ["sub"] = who.Subject };
        }

        return all.Deserialize<JsonElement>();
    }

    private sealed record Filled(CredentialType Type, PersonClaims Claims, string? Slot, bool RepresentedDiffers)
    {
        public override string ToString() => nameof(Filled);
    }
}
