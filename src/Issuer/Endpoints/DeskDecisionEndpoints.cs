using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Officers;
using static IdentityPlatform.Issuer.Endpoints.ApiDescriptions;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>A decision in two steps: the question with its challenge, then the officer's assertion over it.</summary>
internal sealed class DeskDecisionEndpoints(Decisions decisions, DeskDay day)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/desk/cases/{id}/decisions/options", DeskEndpoints.ForAct(AskAsync))
            .Says<Ask, Question>("Asks the officer's passkey for a decision.").RequireSameOrigin();
        app.MapPost("/desk/cases/{id}/decisions", DeskEndpoints.ForAct(DecideAsync))
            .Says<Answer, Moved>("The decision, as an assertion over its hash.").RequireSameOrigin();
    }

    private async Task<IResult> AskAsync(HttpContext http, Officer officer, DeskCase found, DeskSubmission sent)
    {
        var kind = DecisionDocument.KindOf(sent.Text("decision"));
        if (kind == DecisionKind.None)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.BadRequest);
        }

        var start = await decisions.AskAsync(found, kind, RefusalGrounds.Find(sent.Text("ground")), sent.Flag("related"), officer, http.RequestAborted);
        return DeskAnswers.Question(http, sent, start);
    }

    private async Task<IResult> DecideAsync(HttpContext http, Officer officer, DeskCase found, DeskSubmission sent)
    {
        if (sent.Text("decision") is not { } handle || sent.Json.ObjectMember("credential") is not { } credential)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.BadRequest);
        }

        var transition = await decisions.DecideAsync(found, handle, credential.GetRawText(), officer, http.RequestAborted);
        return transition is Transition.Moved { To: { } to }
            ? DeskAnswers.Json(
                StatusCodes.Status200OK,
                ("location", day.MayOpen(officer, to) == DeskRefusal.None ? $"/desk/cases/{to.Id}" : "/desk"),
                ("id", to.Id),
                ("state", to.State.Word()))
            : DeskAnswers.Declined(http, sent, ((Transition.Declined)transition).Why);
    }
}
