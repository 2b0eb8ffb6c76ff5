using System.Globalization;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Pages;
using Microsoft.Extensions.Localization;
using static IdentityPlatform.Issuer.Endpoints.ApiDescriptions;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>An operator prints the card of the person who is there, on the document with which the case was proofed.</summary>
internal sealed class DeskPaperEndpoints(Cards cards, PaperDesk papers, DocumentNumbers numbers, Languages languages, IStringLocalizer<PaperTexts> texts)
{
    public void Map(IEndpointRouteBuilder app) => app.MapPost("/desk/cases/{id}/card/paper", DeskEndpoints.ForCardAct(PrintAsync))
        .Says<PrintOrder, Paper>("A code on paper for the holder who is there, whose document the operator names; an earlier one is revoked.").RequireSameOrigin();

    private async Task<IResult> PrintAsync(HttpContext http, Officer officer, DeskCase found, DeskSubmission sent)
    {
        var ct = http.RequestAborted;
        if (await cards.FindOfApplicationAsync(found.Id, ct) is not { } card)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.WrongState);
        }

        if (languages.Offered.FirstOrDefault(offered => offered.Name == sent.Text("language")) is not { } language)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.BadRequest);
        }

        if (found.Claims is { } claims && Kinship.SharesFamilyName(claims.Claims, officer.Name))
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.Related);
        }

        if (await numbers.ReadAsync(sent.Text("document"), sent.Text("issuing_state"), sent.Text("document_number"), ct) is not { } document || document.Hash != found.DocumentHash)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.DocumentDiffers);
        }

        return await papers.PrintAsync(card, officer.AsActor(), ct) switch
        {
            PaperOutcome.Printed { Paper: { } paper } => Show(found, sent, paper, language),
            PaperOutcome.Declined { Why: var why } => DeskAnswers.Declined(http, sent, why),
            _ => throw new InvalidOperationException("closed"),
        };
    }

    private IResult Show(DeskCase found, DeskSubmission sent, PrintedPaper paper, CultureInfo language) => sent.IsForm
        ? new InLanguage(language, DeskAnswers.Page<PaperPage>(
            (nameof(PaperPage.Paper), paper), (nameof(PaperPage.CaseId), found.Id), (nameof(PaperPage.Hint), texts["hint"].Value), (nameof(PaperPage.Back), texts["back"].Value),
            (nameof(PaperPage.OfficersLanguage), CultureInfo.CurrentUICulture.Name)))
        : DeskAnswers.Json(StatusCodes.Status200OK, ("id", found.Id), ("code", paper.Code));

    // One page in the holder's language, by an officer whose own pages stay as they are.
    private sealed class InLanguage(CultureInfo language, IResult page) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = language;
            return page.ExecuteAsync(httpContext);
        }
    }
}
