using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Pages;
using IdentityPlatform.Issuer.People;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>The start page, a person's log, and the way out: everything erased.</summary>
internal sealed class PersonDataEndpoints(
    AuditLog audit, Erasure erasure, PersonSessions sessions, Deployment deployment, Reminders reminders)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/", (Delegate)HomeAsync);
        app.MapGet("/log", PersonEndpoints.ForPage(LogAsync));
        app.MapPost("/erase", PersonEndpoints.ForAct(EraseAsync)).RequireSameOrigin();
    }

    private async Task<IResult> HomeAsync(HttpContext http)
    {
        var person = await sessions.FindAsync(http, http.RequestAborted);
        return DeskAnswers.Page<HomePage>(
            (nameof(HomePage.SignedIn), person is not null),
            (nameof(HomePage.Type), deployment.Types[0]),
            (nameof(HomePage.Reminders), person is null ? [] : await reminders.OfPersonAsync(person.PersonId, http.RequestAborted)));
    }

    private async Task<IResult> LogAsync(HttpContext http, PersonSession person)
    {
        var entries = await audit.ReadForHolderAsync(person.PersonId, http.RequestAborted);
        return DeskAnswers.WantsPage(http)
            ? DeskAnswers.Page<LogPage>((nameof(LogPage.Entries), entries))
            : DeskAnswers.Json(StatusCodes.Status200OK, writer =>
            {
                writer.WriteStartArray("entries");
                foreach (var entry in entries)
                {
                    writer.WriteStartObject();
                    writer.WriteNumber("at", entry.At.ToUnixTimeSeconds());
                    writer.WriteString("name", entry.Name);
                    writer.WriteString("actor", entry.Actor);
                    writer.WritePropertyName("details");
                    entry.Details.WriteTo(writer);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            });
    }

    private async Task<IResult> EraseAsync(HttpContext http, PersonSession person, DeskSubmission sent)
    {
        if (!sent.Flag("sure"))
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.ConsentMissing);
        }

        await erasure.RunAsync(person.PersonId, http.RequestAborted);
        await sessions.EndAsync(http);
        return DeskAnswers.Done(sent, "/", ("state", "erased"));
    }
}
