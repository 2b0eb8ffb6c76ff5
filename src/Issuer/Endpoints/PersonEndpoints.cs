using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Issuer.People;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>An endpoint for the person who is signed in; nobody else reaches it.</summary>
internal static class PersonEndpoints
{
    public delegate Task<IResult> Handler(HttpContext http, PersonSession person, DeskSubmission sent);

    public delegate Task<IResult> PageHandler(HttpContext http, PersonSession person);

    /// <summary>A page; who is not signed in goes to sign in first and comes back.</summary>
    public static RequestDelegate ForPage(PageHandler handler) => async http =>
    {
        var person = await http.RequestServices.GetRequiredService<PersonSessions>().FindAsync(http, http.RequestAborted);
        var answer = person is not null
            ? await handler(http, person)
            : DeskAnswers.WantsPage(http)
                ? DeskAnswers.SeeOther(SignInEndpoints.PathFor(http))
                : ErrorPages.Refuse(http, StatusCodes.Status401Unauthorized, "sign_in_first");
        await answer.ExecuteAsync(http);
    };

    /// <summary>An act, by form or JSON.</summary>
    public static Func<HttpContext, Task<IResult>> ForAct(Handler handler) => async http =>
    {
        if (await http.RequestServices.GetRequiredService<PersonSessions>().FindAsync(http, http.RequestAborted) is not { } person)
        {
            return ErrorPages.Refuse(http, StatusCodes.Status401Unauthorized, "sign_in_first");
        }

        var (sent, refusal) = await DeskSubmission.ReadAsync(http);
        return sent is null ? refusal! : await handler(http, person, sent);
    };
}
