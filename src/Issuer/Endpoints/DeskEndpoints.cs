using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.People;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>An endpoint for the officer who is signed in, about a case that this officer may open.</summary>
internal static class DeskEndpoints
{
    public delegate Task<IResult> Handler(HttpContext http, Officer officer, DeskCase found, DeskSubmission sent);

    public delegate Task<IResult> PageHandler(HttpContext http, Officer officer);

    /// <summary>A page; who is not signed in goes to sign in first and comes back.</summary>
    public static Func<HttpContext, Task<IResult>> ForPage(PageHandler handler) => async http =>
    {
        var officer = await http.RequestServices.GetRequiredService<OfficerSessions>().FindAsync(http, http.RequestAborted);
        return officer is not null
            ? await handler(http, officer)
            : DeskAnswers.WantsPage(http)
                ? DeskAnswers.SeeOther($"/officers/signin?return={Uri.EscapeDataString(http.Request.Path + http.Request.QueryString)}")
                : ErrorPages.Refuse(http, StatusCodes.Status401Unauthorized, "sign_in_first");
    };

    /// <summary>An act on a case, by form or JSON.</summary>
    public static Func<HttpContext, Task<IResult>> ForAct(Handler handler) => ForAct(handler, OpenAsync);

    /// <summary>An act on the card of a case.</summary>
    public static Func<HttpContext, Task<IResult>> ForCardAct(Handler handler) => ForAct(handler, OpenCardAsync);

    private static Func<HttpContext, Task<IResult>> ForAct(Handler handler, Func<HttpContext, Officer, Task<(DeskCase? Found, DeskRefusal Why)>> open) => async http =>
    {
        var services = http.RequestServices;
        if (await services.GetRequiredService<OfficerSessions>().FindAsync(http, http.RequestAborted) is not { } officer)
        {
            return ErrorPages.Refuse(http, StatusCodes.Status401Unauthorized, "sign_in_first");
        }

        var (sent, refusal) = await DeskSubmission.ReadAsync(http);
        if (sent is null)
        {
            return refusal!;
        }

        var (found, why) = await open(http, officer);
        return found is null ? DeskAnswers.Declined(http, sent, why) : await handler(http, officer, found, sent);
    };

    /// <summary>The case of this request's path, if the officer may open it. A number that is nobody's and one of another centre look the same.</summary>
    public static Task<(DeskCase? Found, DeskRefusal Why)> OpenAsync(HttpContext http, Officer officer) =>
        OpenAsync(http, found => http.RequestServices.GetRequiredService<DeskDay>().MayOpen(officer, found.Application));

    /// <summary>The same, for what officers do about the case's card.</summary>
    public static Task<(DeskCase? Found, DeskRefusal Why)> OpenCardAsync(HttpContext http, Officer officer) =>
        OpenAsync(http, found => DeskDay.MayOpenCard(officer, found.Application));

    private static async Task<(DeskCase? Found, DeskRefusal Why)> OpenAsync(HttpContext http, Func<DeskCase, DeskRefusal> may)
    {
        var services = http.RequestServices;
        var found = await services.GetRequiredService<Cases>().FindAsync((string)http.GetRouteValue("id")!, http.RequestAborted);
        if (found is null)
        {
            return (null, DeskRefusal.OtherCentre);
        }

        // Who it was is nobody's business any more, of whatever centre.
        var why = await services.GetRequiredService<PersonRegister>().IsSealedAsync(found.PersonId, http.RequestAborted) ? DeskRefusal.Sealed : may(found);
        return why == DeskRefusal.None ? (found, why) : (null, why);
    }

    /// <summary>Writes into the holder's log that staff has read the case (domain rule: every staff read is there).</summary>
    public static Task LogReadAsync(HttpContext http, Officer officer, DeskCase found, string what = "case.read") =>
        http.RequestServices.GetRequiredService<AuditLog>().AppendAsync(
            new AuditEvent(what, officer.AsActor().Word, found.PersonId, new Dictionary<string, string> { ["case"] = found.Id, ["centre"] = officer.Centre }),
            http.RequestAborted);

    /// <summary>For what is no case: the officer who is signed in, and what was sent.</summary>
    internal static async Task<IResult> ForOfficerAsync(HttpContext http, Func<Officer, DeskSubmission, Task<IResult>> act)
    {
        if (await http.RequestServices.GetRequiredService<OfficerSessions>().FindAsync(http, http.RequestAborted) is not { } officer)
        {
            return Hosting.Pages.ErrorPages.Refuse(http, StatusCodes.Status401Unauthorized, "sign_in_first");
        }

        var (sent, refusal) = await DeskSubmission.ReadAsync(http);
        return sent is null ? refusal! : await act(officer, sent);
    }
}
