using IdentityPlatform.Hosting.Web;
using IdentityPlatform.IdP.Pages;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary>The page at the end of a way that cannot go on: what happened, and where to start again. Never a dead end.</summary>
public static class GoOn
{
    /// <param name="http">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="what">The texts <c>{what}.title</c> and <c>{what}.text</c>.</param>
    public static RazorComponentResult<GoOnPage> Page(HttpContext http, int status, string what)
    {
        var texts = http.RequestServices.GetRequiredService<IStringLocalizer<Texts>>();
        return new(new Dictionary<string, object?>
        {
            [nameof(GoOnPage.Title)] = texts[$"{what}.title"].Value,
            [nameof(GoOnPage.Text)] = texts[$"{what}.text"].Value,
            [nameof(GoOnPage.CorrelationId)] = Correlation.IdOf(http),
            [nameof(GoOnPage.ServiceId)] = http.Request.Query["client_id"] is [{ } client] ? client : null,
        })
        {
            StatusCode = status,
        };
    }
}
