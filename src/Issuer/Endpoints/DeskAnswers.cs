using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>Answers of the people-facing endpoints: a page for a person, JSON for a program.</summary>
internal static class DeskAnswers
{
    /// <summary>A page.</summary>
    public static IResult Page<TPage>(params ReadOnlySpan<(string Name, object? Value)> parameters)
        where TPage : IComponent
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in parameters)
        {
            values[name] = value;
        }

        return new RazorComponentResult<TPage>(values);
    }

    /// <summary>It happened: the browser goes on to the page, a program gets the members.</summary>
    public static IResult Done(DeskSubmission sent, string location, params (string Name, string Value)[] members) =>
        sent.IsForm ? SeeOther(location) : Json(StatusCodes.Status200OK, [("location", location), .. members]);

    /// <summary>RFC 9110 §15.4.4: the answer to a form is a page of its own, so that reloading it repeats nothing.</summary>
    public static IResult SeeOther(string location) => new Redirect(location);

    public static IResult Json(int status, params (string Name, string Value)[] members) => new JsonAnswer(status, writer =>
    {
        foreach (var (name, value) in members)
        {
            writer.WriteString(name, value);
        }
    });

    public static IResult Json(int status, Action<Utf8JsonWriter> members) => new JsonAnswer(status, members);

    /// <summary>The question to an officer's passkey, or why it is not asked.</summary>
    public static IResult Question(HttpContext http, DeskSubmission sent, DecisionStart start) => start is DecisionStart.Asked { Question: { } question }
        ? Json(StatusCodes.Status200OK, writer =>
        {
            writer.WriteString("decision", question.Handle);
            writer.WritePropertyName("options");
            writer.WriteRawValue(question.OptionsJson);
        })
        : Declined(http, sent, ((DecisionStart.Declined)start).Why);

    /// <summary>It did not happen, and why, in plain words.</summary>
    public static IResult Declined(HttpContext http, bool asPage, DeskRefusal why)
    {
        var texts = http.RequestServices.GetRequiredService<IStringLocalizer<IssuerTexts>>();
        var words = texts[$"refusal.{why}"].Value;
        return asPage
            ? ErrorPages.Show(http, StatusOf(why), new ErrorWords(texts["refusal.title"], words, texts["refusal.next"]))
            : JsonError.Result(StatusOf(why), CodeOf(why), $"The rules of the desk refuse this: {why}.", words);
    }

    public static IResult Declined(HttpContext http, DeskSubmission sent, DeskRefusal why) => Declined(http, sent.IsForm, why);

    /// <summary>True when the request comes from a person's browser asking for a page.</summary>
    public static bool WantsPage(HttpContext http) =>
        http.Request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    private static string CodeOf(DeskRefusal why) => JsonNamingPolicy.SnakeCaseLower.ConvertName(why.ToString());

    private static int StatusOf(DeskRefusal why) => why is DeskRefusal.NotYourRole or DeskRefusal.NotYourCase or DeskRefusal.OtherCentre
        or DeskRefusal.SameOfficer or DeskRefusal.Related or DeskRefusal.AssertionInvalid or DeskRefusal.Sealed or DeskRefusal.DocumentDiffers
        ? StatusCodes.Status403Forbidden
        : why == DeskRefusal.BadRequest ? StatusCodes.Status400BadRequest : StatusCodes.Status409Conflict;

    private sealed class Redirect(string location) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = location;
            httpContext.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }
    }

    private sealed class JsonAnswer(int status, Action<Utf8JsonWriter> members) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var body = JsonText.Write(writer =>
            {
                writer.WriteStartObject();
                members(writer);
                writer.WriteEndObject();
            });
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "application/json";
            httpContext.Response.Headers.CacheControl = "no-store";
            await httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted);
        }
    }
}
