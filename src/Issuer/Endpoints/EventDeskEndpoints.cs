using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Events;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Pages;
using static IdentityPlatform.Issuer.Endpoints.ApiDescriptions;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>Officers propose, approve and cancel events, and see how many places are given. Who took them nobody knows.</summary>
internal sealed class EventDeskEndpoints(EventRegister register, EventDecisions decisions, Deployment deployment, Centres centres, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/desk", DeskEndpoints.ForPage(ListAsync)).Says<EventApi.All>("The events of the officer's centre.");
        app.MapGet("/desk/events/new", DeskEndpoints.ForPage(NewAsync)).ExcludeFromDescription();
        app.MapGet("/desk/events/{id}", DeskEndpoints.ForPage(ShowAsync)).Says<EventApi.One>("An event with its places: counts, and no guests.");
        app.MapPost("/desk/events/words/options", (Delegate)AskAsync).Says<EventApi.Step, Question>("Asks the officer's passkey for a word about an event.").RequireSameOrigin();
        app.MapPost("/desk/events/words", (Delegate)AnswerAsync).Says<Answer, Moved>("The word, as an assertion over its hash.").RequireSameOrigin();
        app.MapPost("/desk/events/{id}/decline", (HttpContext http, string id) => DeclineAsync(http, id)).Says<Nothing, Moved>("Does not approve what waits, or takes it back.").RequireSameOrigin();
    }

    private async Task<IResult> ListAsync(HttpContext http, Officer officer)
    {
        var found = await register.OfCentreAsync(officer.Centre, http.RequestAborted);
        return DeskAnswers.WantsPage(http)
            ? DeskAnswers.Page<EventsDeskPage>((nameof(EventsDeskPage.Officer), officer), (nameof(EventsDeskPage.Events), found), (nameof(EventsDeskPage.Types), deployment.Types))
            : DeskAnswers.Json(StatusCodes.Status200OK, writer =>
            {
                writer.WriteStartArray("events");
                foreach (var one in found)
                {
                    writer.WriteStartObject();
                    writer.WriteString("id", one.Id);
                    writer.WriteString("state", one.State.Word());
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            });
    }

    private Task<IResult> NewAsync(HttpContext http, Officer officer) => Task.FromResult(
        officer.Role == OfficerRole.Operator && centres.Find(officer.Centre) is { } centre && EventForm.TypeOf(http.Request.Query["type"], deployment) is { } type
            ? DeskAnswers.Page<EventFormPage>((nameof(EventFormPage.Officer), officer), (nameof(EventFormPage.Centre), centre), (nameof(EventFormPage.Type), type))
            : DeskAnswers.Declined(http, DeskAnswers.WantsPage(http), DeskRefusal.NotYourRole));

    private async Task<IResult> ShowAsync(HttpContext http, Officer officer)
    {
        if (await FindAsync((string)http.GetRouteValue("id")!, officer, http.RequestAborted) is not { } found)
        {
            return DeskAnswers.Declined(http, DeskAnswers.WantsPage(http), DeskRefusal.OtherCentre);
        }

        var counts = await register.CountsAsync(found, http.RequestAborted);
        return DeskAnswers.WantsPage(http)
            ? DeskAnswers.Page<EventDeskPage>(
                (nameof(EventDeskPage.Officer), officer), (nameof(EventDeskPage.Event), found), (nameof(EventDeskPage.Counts), counts),
                (nameof(EventDeskPage.Kinds), EventForm.KindsOf(deployment, found.Facts)), (nameof(EventDeskPage.Now), time.GetUtcNow()))
            : DeskAnswers.Json(StatusCodes.Status200OK, writer =>
            {
                writer.WriteString("id", found.Id);
                writer.WriteString("state", found.State.Word());
                writer.WritePropertyName("facts");
                writer.WriteRawValue(found.Facts.ToBytes());
                writer.WriteStartObject("given");
                foreach (var count in counts)
                {
                    writer.WriteNumber(count.Word, count.Given);
                }

                writer.WriteEndObject();
            });
    }

    private Task<IResult> AskAsync(HttpContext http) => DeskEndpoints.ForOfficerAsync(http, async (officer, sent) =>
    {
        var ct = http.RequestAborted;
        var step = EventWords.FindStep(sent.Text("step"));
        if (step == EventStep.Propose)
        {
            return centres.Find(officer.Centre) is { } centre && EventForm.Read(sent.Json, deployment, centre) is { } facts
                ? DeskAnswers.Question(http, sent, await decisions.ProposeAsync(facts, officer, ct))
                : DeskAnswers.Declined(http, sent, DeskRefusal.BadRequest);
        }

        if (step is EventStep.None or EventStep.Decline)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.BadRequest);
        }

        return await FindAsync(sent.Text("event") ?? "", officer, ct) is { } found
            ? DeskAnswers.Question(http, sent, await decisions.AskAsync(found, step, EventWords.FindGround(sent.Text("ground")), officer, ct))
            : DeskAnswers.Declined(http, sent, DeskRefusal.OtherCentre);
    });

    private Task<IResult> AnswerAsync(HttpContext http) => DeskEndpoints.ForOfficerAsync(http, async (officer, sent) =>
    {
        if (sent.Text("decision") is not { } handle || sent.Json.ObjectMember("credential") is not { } credential)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.BadRequest);
        }

        var (id, why) = await decisions.AnswerAsync(handle, credential.GetRawText(), officer, http.RequestAborted);
        return id is null ? DeskAnswers.Declined(http, sent, why) : await DoneAsync(id, sent, http.RequestAborted);
    });

    private Task<IResult> DeclineAsync(HttpContext http, string id) => DeskEndpoints.ForOfficerAsync(http, async (officer, sent) =>
    {
        if (await FindAsync(id, officer, http.RequestAborted) is not { } found)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.OtherCentre);
        }

        var why = await decisions.DeclineAsync(found, officer, http.RequestAborted);
        return why == DeskRefusal.None ? await DoneAsync(id, sent, http.RequestAborted) : DeskAnswers.Declined(http, sent, why);
    });

    private async Task<IResult> DoneAsync(string id, DeskSubmission sent, CancellationToken ct) =>
        DeskAnswers.Done(sent, $"/desk/events/{id}", ("id", id), ("state", (await register.FindAsync(id, ct))!.State.Word()));

    // A number of another centre and one that nobody has get the same answer.
    private async Task<StoredEvent?> FindAsync(string id, Officer officer, CancellationToken ct) =>
        await register.FindAsync(id, ct) is { } found && found.Centre == officer.Centre ? found : null;
}

/// <summary>The bodies of the events' API.</summary>
internal static class EventApi
{
    public sealed record All(IReadOnlyList<Case> Events);

    /// <param name="Id">The event's number.</param>
    /// <param name="State">proposed, decided, declined, cancel-proposed or cancelled.</param>
    /// <param name="Facts">What was decided.</param>
    /// <param name="Given">Places that are given, by kind.</param>
    public sealed record One(string Id, string State, System.Text.Json.Nodes.JsonObject Facts, IReadOnlyDictionary<string, int> Given);

    /// <param name="Value">propose, approve, propose-cancel or confirm-cancel, as 'step'; a proposal has the event's members beside it.</param>
    /// <param name="Event">Not for a proposal.</param>
    /// <param name="Ground">Of a cancellation.</param>
    public sealed record Step([property: System.Text.Json.Serialization.JsonPropertyName("step")] string Value, string? Event, string? Ground);
}
