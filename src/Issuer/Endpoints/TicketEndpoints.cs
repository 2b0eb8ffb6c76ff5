using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Events;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Pages;
using Microsoft.Extensions.Localization;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>A visitor's way to a ticket: choose an event, show a card, take the offer. Nobody signs in, and nothing is asked but the card.</summary>
internal sealed class TicketEndpoints(EventRegister register, TicketDesk desk, Visitors visitors, Deployment deployment, IStringLocalizer<EventTexts> texts, TimeProvider time)
{
    // Each question is kept for minutes, for whoever asks: one browser does not fill what all share.
    private static readonly RateLimit Questions = new("ticket-questions", 20, TimeSpan.FromMinutes(10));

    /// <summary>Where a wallet on the same device sends the browser back to.</summary>
    public const string ReturnPath = "/tickets/done";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/", (Delegate)ListAsync).ExcludeFromDescription();
        app.MapGet("/events/{id}", (HttpContext http, string id) => ShowAsync(http, id)).ExcludeFromDescription();
        app.MapPost("/events/{id}/ticket", (HttpContext http, string id) => AskAsync(http, id)).RequireSameOrigin().ExcludeFromDescription();
        app.MapGet("/tickets", (HttpContext http, string? id) => WaitAsync(http, id)).ExcludeFromDescription();
        app.MapPost("/tickets/result", (Delegate)ResultAsync).RequireSameOrigin().ExcludeFromDescription();
        app.MapGet(ReturnPath, (HttpContext http, string? id) => DoneAsync(http, id)).ExcludeFromDescription();
        app.MapGet("/tickets/offer", (HttpContext http, string? id) => OfferAsync(http, id)).ExcludeFromDescription();
    }

    private async Task<IResult> ListAsync(HttpContext http)
    {
        IReadOnlyList<StoredEvent> open = [.. (await register.OpenAsync(http.RequestAborted)).Where(one => one.Facts.IsListed)];
        return DeskAnswers.WantsPage(http)
            ? DeskAnswers.Page<EventsPage>((nameof(EventsPage.Events), open))
            : DeskAnswers.Json(StatusCodes.Status200OK, writer =>
            {
                writer.WriteStartArray("events");
                foreach (var one in open)
                {
                    writer.WriteRawValue(one.Facts.ToBytes());
                }

                writer.WriteEndArray();
            });
    }

    private async Task<IResult> ShowAsync(HttpContext http, string id)
    {
        if (await register.FindAsync(id, http.RequestAborted) is not { } found || !found.IsOpen(time.GetUtcNow()))
        {
            return Refuse(http, StatusCodes.Status404NotFound, "over");
        }

        var counts = await register.CountsAsync(found, http.RequestAborted);
        return DeskAnswers.Page<EventPage>((nameof(EventPage.Event), found), (nameof(EventPage.Counts), counts), (nameof(EventPage.Kinds), EventForm.KindsOf(deployment, found.Facts)));
    }

    private async Task<IResult> AskAsync(HttpContext http, string id)
    {
        var ct = http.RequestAborted;
        var (sent, refusal) = await DeskSubmission.ReadAsync(http);
        if (sent is null)
        {
            return refusal!;
        }

        if (await register.FindAsync(id, ct) is not { } found || !found.IsOpen(time.GetUtcNow()) || found.Facts.Find(sent.Text("admission_class") ?? "") is not { } kind)
        {
            return Refuse(http, StatusCodes.Status404NotFound, "over");
        }

        if (await visitors.CountAsync(http, Questions, ct) is { } tryAgain)
        {
            return ErrorPages.TooMany(http, tryAgain);
        }

        if (await desk.AskAsync(http, found, kind, ct) is not { } handle)
        {
            return ErrorPages.Refuse(http, StatusCodes.Status503ServiceUnavailable, "too_many");
        }

        var question = (await desk.FindAsync(handle, ct))!;
        return DeskAnswers.Done(sent, $"/tickets?id={handle}", ("id", handle), ("scan", question.ScanLink), ("open", question.OpenLink));
    }

    private async Task<IResult> WaitAsync(HttpContext http, string? id)
    {
        if (await desk.FindAsync(id, http.RequestAborted) is not { } question || await register.FindAsync(question.EventId, http.RequestAborted) is not { } found)
        {
            return Refuse(http, StatusCodes.Status410Gone, "gone");
        }

        return DeskAnswers.Page<TicketAskPage>((nameof(TicketAskPage.Question), question), (nameof(TicketAskPage.Event), found), (nameof(TicketAskPage.Id), id));
    }

    // For the page's script: where to go on, or nothing while the wallet is silent.
    private async Task<IResult> ResultAsync(HttpContext http)
    {
        if ((await JsonBody.ReadAsync(http)).Refused(out var refusal, out var json))
        {
            return refusal;
        }

        var id = json.StringMember("id") ?? "";
        return await desk.CompleteAsync(http, id, http.RequestAborted) switch
        {
            TicketAnswer.Waiting => DeskAnswers.Json(StatusCodes.Status200OK, ("state", "waiting")),
            TicketAnswer.Offered => DeskAnswers.Json(StatusCodes.Status200OK, ("state", "offered"), ("location", $"/tickets/offer?id={Uri.EscapeDataString(id)}")),
            TicketAnswer.Refused no => JsonError.Result(StatusCodes.Status409Conflict, no.Why, "No ticket is given.", no.Words ?? texts[$"refused.{no.Why}"]),
            _ => throw new InvalidOperationException("closed"),
        };
    }

    private async Task<IResult> DoneAsync(HttpContext http, string? id) => await desk.CompleteAsync(http, id ?? "", http.RequestAborted) switch
    {
        TicketAnswer.Waiting => DeskAnswers.SeeOther($"/tickets?id={Uri.EscapeDataString(id ?? "")}"),
        TicketAnswer.Offered => DeskAnswers.SeeOther($"/tickets/offer?id={Uri.EscapeDataString(id ?? "")}"),
        TicketAnswer.Refused no => Refuse(http, StatusCodes.Status409Conflict, no.Why, no.Words),
        _ => throw new InvalidOperationException("closed"),
    };

    private async Task<IResult> OfferAsync(HttpContext http, string? id)
    {
        if (await desk.OfferAsync(http, id ?? "", http.RequestAborted) is not { } offer)
        {
            return Refuse(http, StatusCodes.Status410Gone, "gone");
        }

        http.Response.Headers.CacheControl = "no-store";
        return DeskAnswers.WantsPage(http) ? DeskAnswers.Page<TicketOfferPage>((nameof(TicketOfferPage.Offer), offer), (nameof(TicketOfferPage.OfProgramme), IsOfProgramme(offer))) : PersonCardEndpoints.AsJson(offer);
    }

    private bool IsOfProgramme(CardOffer offer) =>
        StrictJson.ParseObject(Encoding.UTF8.GetBytes(offer.Json)).OrThrow().Element.ArrayMember("credential_configuration_ids") is { } ids
        && deployment.Find(ids[0].GetString()!)?.Type.IsOfProgramme == true;

    private IResult Refuse(HttpContext http, int status, string why, string? words = null) =>
        ErrorPages.Show(http, status, new ErrorWords(texts["refused.title"], words ?? texts[$"refused.{why}"], texts["refused.next"]));
}
