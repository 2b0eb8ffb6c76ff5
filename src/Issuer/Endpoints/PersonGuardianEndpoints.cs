using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Pages;
using IdentityPlatform.Issuer.People;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>Who acts for the person who is signed in: to be seen by every child, and ended by one of fourteen or older.</summary>
internal sealed class PersonGuardianEndpoints(Representations representations, GuardianDisputes disputes, Cases cases, Cards cards, AuditLog audit, Catalogue.Deployment deployment, TimeProvider time)
{
    private const string Home = "/guardians";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Home, PersonEndpoints.ForPage(ShowAsync));
        app.MapPost("/guardians/{number}/end", PersonEndpoints.ForAct(EndAsync)).RequireSameOrigin();
    }

    private async Task<IResult> ShowAsync(HttpContext http, PersonSession person)
    {
        var found = await representations.OfChildAsync(person.PersonId, http.RequestAborted);
        var frozen = await disputes.WhyNotIssueAsync(person.PersonId, "", "", http.RequestAborted) == DeskRefusal.Frozen;
        return DeskAnswers.WantsPage(http)
            ? DeskAnswers.Page<GuardiansPage>(
                (nameof(GuardiansPage.Guardians), found), (nameof(GuardiansPage.Frozen), frozen), (nameof(GuardiansPage.MayEnd), await SubjectAsync(person, http.RequestAborted) is { } child && child.Age >= RepresentationTerm.HeardFrom))
            : DeskAnswers.Json(StatusCodes.Status200OK, writer =>
            {
                writer.WriteStartArray("guardians");
                foreach (var (card, _, _) in found)
                {
                    writer.WriteStartObject();
                    writer.WriteString("number", card.ApplicationId);
                    writer.WriteString("state", card.State.Word());
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteBoolean("frozen", frozen);
            });
    }

    private async Task<IResult> EndAsync(HttpContext http, PersonSession person, DeskSubmission sent)
    {
        var ct = http.RequestAborted;
        if (await cards.FindOfApplicationAsync((string)http.GetRouteValue("number")!, ct) is not { } card
            || await representations.SlotOfAsync(person.PersonId, ct) is not { } slot || await SubjectAsync(person, ct) is not { } child)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.NotYourCase);
        }

        if (await cards.ApplyAsync(card, new CardEvent.EndByChild(slot, child), new Actor.Holder(person.PersonId), ct) is CardTransition.Declined declined)
        {
            return DeskAnswers.Declined(http, sent, declined.Why);
        }

        // The guardian's log has it from the card; the child's own has it too.
        await audit.AppendAsync(new AuditEvent("guardian.ended", "holder", person.PersonId, new Dictionary<string, string> { ["card"] = card.Id }), ct);
        return DeskAnswers.Done(sent, Home, ("state", CardState.Revoked.Word()));
    }

    // The age by the date that two officers signed for; on the day as it is in UTC.
    private async Task<ProofingSubject?> SubjectAsync(PersonSession person, CancellationToken ct) =>
        await cases.FindOfPersonAsync(person.PersonId, deployment.Types[0], ct) is { State: ApplicationState.Approved, Claims: { } claims }
        && ClaimValues.Date(claims.Claims.StringMember("birthdate")) is { } born
            ? new ProofingSubject(born, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime))
            : null;
}
