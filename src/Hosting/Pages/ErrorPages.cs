using System.Globalization;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace IdentityPlatform.Hosting.Pages;

/// <summary>What an error page says: what happened, in plain words, and what to do next.</summary>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="Text">What it means.</param>
/// <param name="Next">What the person can do now.</param>
public sealed record ErrorWords(string Title, string Text, string Next);

/// <summary>Errors as pages for people and as JSON for scripts: the request's <c>Accept</c> decides.</summary>
public static class ErrorPages
{
    private const string ComeAgainSeconds = "60";

    /// <summary>A page with words of the program's own, already in the person's language.</summary>
    public static IResult Show(HttpContext http, int status, ErrorWords words) =>
        new RazorComponentResult<ErrorPage>(new Dictionary<string, object?>
        {
            [nameof(ErrorPage.Words)] = words,
            [nameof(ErrorPage.CorrelationId)] = Correlation.IdOf(http),
        })
        {
            StatusCode = status,
        };

    /// <summary>An error whose words are in <see cref="PageTexts"/> under <c>error.{code}.title</c>, <c>.text</c> and <c>.next</c>.</summary>
    public static IResult Refuse(HttpContext http, int status, string code) => Refuse(http, status, code, null);

    private static IResult Refuse(HttpContext http, int status, string code, string? next)
    {
        var texts = http.RequestServices.GetRequiredService<IStringLocalizer<PageTexts>>();
        var words = new ErrorWords(texts[$"error.{code}.title"], texts[$"error.{code}.text"], next ?? texts[$"error.{code}.next"]);
        return WantsPage(http.Request)
            ? Show(http, status, words)
            : JsonError.Result(status, code, $"Request {Correlation.IdOf(http)} was refused.", $"{words.Text} {words.Next}");
    }

    /// <summary>Refuses who tried too often, and says when to try again (RFC 6585 §4).</summary>
    public static IResult TooMany(HttpContext http, DateTimeOffset tryAgain)
    {
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling((tryAgain - now).TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var texts = http.RequestServices.GetRequiredService<IStringLocalizer<PageTexts>>();
        return Refuse(http, StatusCodes.Status429TooManyRequests, "too_many", texts["error.too_many.again", Moments.Minute(tryAgain)]);
    }

    internal static void UseForFailures(IApplicationBuilder app) => app.UseExceptionHandler(new ExceptionHandlerOptions
    {
        StatusCodeSelector = e => e switch
        {
            BadHttpRequestException bad => bad.StatusCode,

            // Neither is the fault of who asks, and both pass: entries expire, and a key is made or comes back.
            OneTimeStoreFullException or KeyDirectoryException => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        },
        ExceptionHandler = AnswerFailureAsync,
    });

    private static Task AnswerFailureAsync(HttpContext http)
    {
        if (http.Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = ComeAgainSeconds;
        }

        return Refuse(http, http.Response.StatusCode, CodeOf(http.Response.StatusCode)).ExecuteAsync(http);
    }

    internal static void UseForStatus(IApplicationBuilder app) => app.UseStatusCodePages(AnswerEmptyStatus);

    // Only people get words for a bare status: what a protocol endpoint answers stays as its specification wants it.
    private static Task AnswerEmptyStatus(StatusCodeContext context)
    {
        var http = context.HttpContext;
        return WantsPage(http.Request)
            ? Refuse(http, http.Response.StatusCode, CodeOf(http.Response.StatusCode)).ExecuteAsync(http)
            : Task.CompletedTask;
    }

    private static bool WantsPage(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    private static string CodeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "sign_in_first",
        StatusCodes.Status403Forbidden => "not_allowed",
        StatusCodes.Status404NotFound => "not_found",
        StatusCodes.Status405MethodNotAllowed => "method",
        StatusCodes.Status410Gone => "gone",
        StatusCodes.Status413PayloadTooLarge => "too_large",
        StatusCodes.Status429TooManyRequests => "too_many",
        >= 500 => "broken",
        _ => "bad_request",
    };
}
