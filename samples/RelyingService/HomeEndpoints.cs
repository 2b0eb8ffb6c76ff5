using IdentityPlatform.Hosting.Web;
using IdentityPlatform.RelyingService.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IdentityPlatform.RelyingService;

/// <summary>The one page of the service, and the same as JSON.</summary>
internal static class HomeEndpoints
{
    public static void MapHome(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", async (HttpContext http, Sessions sessions, ServiceSettings settings) =>
        {
            // The sign-in form's answer sends the browser to the provider.
            SecurityHeaders.AllowFormsToEndAt(http, settings.Authority);
            return new RazorComponentResult<HomePage>(new Dictionary<string, object?>
            {
                [nameof(HomePage.Person)] = await sessions.FindAsync(http),
                [nameof(HomePage.Again)] = http.Request.Query["again"].ToString(),
            });
        });
        app.MapGet("/me", async (HttpContext http, Sessions sessions) => await sessions.FindAsync(http) is { } person
            ? Results.Json(new { sub = person.Subject, acr = person.Assurance, name = person.Name, verified_at = person.VerifiedAt })
            : Results.Unauthorized());
    }
}
