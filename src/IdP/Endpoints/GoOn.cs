using IdentityPlatform.Hosting.Web;
using IdentityPlatform.IdP.Pages;
using IdentityPlatform.OAuth;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary>
/// The page at the end of a way that cannot go on: what happened, and where to start again. Never a dead end. Its links come from
/// the registration of the service that is named, never from the request.
/// </summary>
public static class GoOn
{
    /// <summary>For an authorization request that cannot go on. What went wrong between the service and us helps nobody here: the log has the rule.</summary>
    public static RazorComponentResult<GoOnPage> For(HttpContext http, AuthorizationProblem problem) =>
        Page(http, StatusCodes.Status400BadRequest, TextOf(problem.Kind), problem.Client?.Id);

    /// <param name="http">The request; its <c>client_id</c> names the service that the person came from.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="what">The texts <c>{what}.title</c> and <c>{what}.text</c>.</param>
    public static RazorComponentResult<GoOnPage> Page(HttpContext http, int status, string what) =>
        Page(http, status, what, http.Request.Query["client_id"] is [{ } client] ? client : null);

    private static RazorComponentResult<GoOnPage> Page(HttpContext http, int status, string what, string? serviceId)
    {
        var texts = http.RequestServices.GetRequiredService<IStringLocalizer<Texts>>();
        return new(new Dictionary<string, object?>
        {
            [nameof(GoOnPage.Title)] = texts[$"{what}.title"].Value,
            [nameof(GoOnPage.Text)] = texts[$"{what}.text"].Value,
            [nameof(GoOnPage.CorrelationId)] = Correlation.IdOf(http),
            [nameof(GoOnPage.ServiceId)] = serviceId,
        })
        {
            StatusCode = status,
        };
    }

    private static string TextOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Request => "request",
        ErrorKind.UnknownService => "unknown_service",
        ErrorKind.Address => "address",
        ErrorKind.RequestUnknown or ErrorKind.RequestExpired => "expired",
        ErrorKind.RequestCompleted => "answered",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
