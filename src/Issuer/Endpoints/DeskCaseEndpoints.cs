using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Pages;
using IdentityPlatform.Issuer.Patents;
using static IdentityPlatform.Issuer.Endpoints.ApiDescriptions;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>The desk: the day's queue, a case, and what an operator does with it.</summary>
internal sealed class DeskCaseEndpoints(
    DeskDay day, Cases cases, Cards cards, OfferService offers, CardOrderRows orders, PatentRegister patents, DocumentNumbers numbers, Centres centres, Deployment deployment, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/desk", DeskEndpoints.ForPage(ShowQueueAsync))
            .Says<ApiDescriptions.Queue>("The officer's cases, by number, a page of twenty; ?after= the last number.");
        app.MapGet("/desk/cases/{id}", DeskEndpoints.ForPage(ShowCaseAsync))
            .Says<ApiDescriptions.Case>("A case. Opening it is written into the applicant's log.");
        app.MapPost("/desk/cases/{id}/checkin", DeskEndpoints.ForAct(CheckInAsync))
            .Says<Nothing, Moved>("The applicant is at the centre.").RequireSameOrigin();
        app.MapPost("/desk/cases/{id}/proofing", DeskEndpoints.ForAct(ProofAsync))
            .Says<Proofing, Moved>("What was found at the desk.").RequireSameOrigin();
        app.MapPost("/desk/cases/{id}/return", DeskEndpoints.ForAct(ReturnAsync))
            .Says<Nothing, Moved>("Back to the applicant.").RequireSameOrigin();
        app.MapPost("/desk/cases/{id}/hold", DeskEndpoints.ForAct((http, officer, found, sent) => ActAsync(http, officer, found, sent, new ApplicationEvent.HoldForCare())))
            .Says<Nothing, Moved>("On hold, out of care for the applicant.").RequireSameOrigin();
        app.MapPost("/desk/cases/{id}/offer", DeskEndpoints.ForAct(OfferAsync))
            .Says<Nothing, Offer>("The card across the desk; the code is spoken.").RequireSameOrigin();
    }

    private async Task<IResult> ShowQueueAsync(HttpContext http, Officer officer)
    {
        var after = http.Request.Query["after"] is [{ } value] ? value : null;
        var entries = await day.PageAsync(officer, after, http.RequestAborted);
        return DeskAnswers.WantsPage(http)
            ? DeskAnswers.Page<DeskPage>(
                (nameof(DeskPage.Officer), officer),
                (nameof(DeskPage.Entries), entries),
                (nameof(DeskPage.Orders), await orders.WaitingForAsync(officer, http.RequestAborted)),
                (nameof(DeskPage.Centre), centres.Find(officer.Centre)),
                (nameof(DeskPage.Now), time.GetUtcNow()))
            : DeskAnswers.Json(StatusCodes.Status200OK, writer =>
            {
                writer.WriteStartArray("cases");
                foreach (var entry in entries)
                {
                    writer.WriteStartObject();
                    writer.WriteString("id", entry.CaseId);
                    writer.WriteString("state", entry.State.Word());
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            });
    }

    private async Task<IResult> ShowCaseAsync(HttpContext http, Officer officer)
    {
        var (found, why) = await DeskEndpoints.OpenAsync(http, officer);
        if (found is null)
        {
            return DeskAnswers.Declined(http, DeskAnswers.WantsPage(http), why);
        }

        await DeskEndpoints.LogReadAsync(http, officer, found);
        return DeskAnswers.WantsPage(http)
            ? DeskAnswers.Page<CasePage>(
                (nameof(CasePage.Officer), officer),
                (nameof(CasePage.Case), found),
                (nameof(CasePage.Type), deployment.TypeOf(found.Application.Type)),
                (nameof(CasePage.Card), await cards.FindOfApplicationAsync(found.Id, http.RequestAborted)))
            : DeskAnswers.Json(StatusCodes.Status200OK, ("id", found.Id), ("state", found.State.Word()));
    }

    private Task<IResult> CheckInAsync(HttpContext http, Officer officer, DeskCase found, DeskSubmission sent) =>
        centres.Find(officer.Centre) is { } centre
            ? ActAsync(http, officer, found, sent, new ApplicationEvent.CheckIn(centre))
            : Task.FromResult(DeskAnswers.Declined(http, sent, DeskRefusal.OtherCentre));

    private async Task<IResult> ProofAsync(HttpContext http, Officer officer, DeskCase found, DeskSubmission sent)
    {
        var ct = http.RequestAborted;
        if (await ReadDocumentAsync(sent, ct) is not { } document
            || sent.Json.ObjectMember("steps") is not { } steps || ProofingRecord.ReadSteps(steps) is not { } results
            || found.Claims is not { } claims || centres.Find(officer.Centre) is not { } centre
            || BirthdateOf(found, claims.Claims) is not { } birthdate)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.BadRequest);
        }

        // Who acts for a child proves to be the holder of the own card: no name of theirs is in what they get.
        if (deployment.TypeOf(found.Application.Type).Represents is not null
            && (await cases.FindOfPersonAsync(found.PersonId, deployment.Types[0], ct))?.DocumentHash != document.Hash)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.DocumentDiffers);
        }

        var now = time.GetUtcNow();
        var record = ProofingRecord.Of(results, document.Kind, document.State, officer.Id, now, RandomNumberGenerator.Fill);
        var subject = new ProofingSubject(birthdate, centre.Today(now));
        var happened = new ApplicationEvent.CompleteProofing(record, subject, await cases.IsInUseAsync(document.Hash, found.PersonId, ct));
        return await ActAsync(http, officer, found, sent, happened, new CaseChange { Proofing = record, DocumentHash = document.Hash });
    }

    // Whose age decides which steps must pass: the child's, where somebody is to act for it.
    private DateOnly? BirthdateOf(DeskCase found, JsonElement claims) => ClaimValues.Date(deployment.TypeOf(found.Application.Type).Represents is { } who
        ? claims.ObjectMember(who.Claim)?.StringMember(Representation.Birthdate)
        : claims.StringMember("birthdate"));

    // An operator returns an unreadable document, B or the appeal officer asks for more: the state tells which.
    private Task<IResult> ReturnAsync(HttpContext http, Officer officer, DeskCase found, DeskSubmission sent) =>
        ActAsync(http, officer, found, sent, officer.Role == OfficerRole.Operator ? new ApplicationEvent.DocumentUnreadable() : new ApplicationEvent.Ask());

    private async Task<IResult> OfferAsync(HttpContext http, Officer officer, DeskCase found, DeskSubmission sent)
    {
        var ct = http.RequestAborted;
        if (officer.Role != OfficerRole.Operator)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.NotYourRole);
        }

        if (await cards.FindOfApplicationAsync(found.Id, ct) is not { State: CardState.Approved or CardState.Offered } card)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.WrongState);
        }

        if (!await patents.IsPaidAsync(card, ct))
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.NotPaid);
        }

        var offer = await offers.OfferAcrossTheDeskAsync(found.PersonId, card.Id, deployment.TypeOf(card.Type), ct);
        if (await cards.ApplyAsync(card, new CardEvent.Offer(offer.ExpiresAt), officer.AsActor(), ct) is CardTransition.Declined declined)
        {
            return DeskAnswers.Declined(http, sent, declined.Why);
        }

        return sent.IsForm
            ? DeskAnswers.Page<DeskOfferPage>((nameof(DeskOfferPage.Offer), offer), (nameof(DeskOfferPage.CaseId), found.Id), (nameof(DeskOfferPage.Officer), officer))
            : PersonCardEndpoints.AsJson(offer);
    }

    private Task<IResult> ActAsync(HttpContext http, Officer officer, DeskCase found, DeskSubmission sent, ApplicationEvent happened) =>
        ActAsync(http, officer, found, sent, happened, CaseChange.None);

    private async Task<IResult> ActAsync(HttpContext http, Officer officer, DeskCase found, DeskSubmission sent, ApplicationEvent happened, CaseChange change)
    {
        var transition = await cases.ApplyAsync(found, happened, officer.AsActor(), change, http.RequestAborted);
        return transition is Transition.Moved { To: { } to }
            ? DeskAnswers.Done(sent, AfterFor(officer, to), ("id", to.Id), ("state", to.State.Word()))
            : DeskAnswers.Declined(http, sent, ((Transition.Declined)transition).Why);
    }

    private string AfterFor(Officer officer, Application to) => day.MayOpen(officer, to) == DeskRefusal.None ? $"/desk/cases/{to.Id}" : "/desk";

    private Task<(DocumentKind Kind, string State, string Hash)?> ReadDocumentAsync(DeskSubmission sent, CancellationToken ct) =>
        numbers.ReadAsync(sent.Text("document"), sent.Text("issuing_state"), sent.Text("document_number"), ct);
}
