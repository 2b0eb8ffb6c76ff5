using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Pages;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.IdP.SignIn;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary><c>/consent</c>: what a service will learn, and the person's yes or no.</summary>
public sealed class ConsentPages(
    Browser browser, PendingRequests pending, Consents consents, Sectors sectors, Identities identities, RelyingServices services, HolderLog log,
    TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/consent", (HttpContext http, ConsentPages pages, CancellationToken ct) => pages.PageAsync(http, ct));
        app.MapPost("/consent", (HttpContext http, ConsentPages pages, CancellationToken ct) => pages.AnswerAsync(http, ct)).RequireSameOrigin();
    }

    private async Task<IResult> PageAsync(HttpContext http, CancellationToken ct)
    {
        if (await pending.FindAsync(http.Request.Query["request"], ct) is not { } request)
        {
            return Expired(http);
        }

        if (await browser.SessionAsync(http, ct) is not { } session)
        {
            return new SeeOther(request.ResumeUrl);
        }

        SecurityHeaders.AllowFormsToEndAt(http, request.RedirectUri);
        var identity = await identities.FindAsync(session.AccountId, ct);
        return new RazorComponentResult<ConsentPage>(new Dictionary<string, object?>
        {
            [nameof(ConsentPage.Waiting)] = request,
            [nameof(ConsentPage.Service)] = await services.DescribeAsync(request.ServiceId, ct),
            [nameof(ConsentPage.Shared)] = ReleasedClaims.Of(request.Claims, identity),
        });
    }

    private Task<IResult> AnswerAsync(HttpContext http, CancellationToken ct) => PageForm.HandleAsync(
        http,
        async form =>
        {
            if (await pending.FindAsync(form["request"], ct) is not { } request)
            {
                return Expired(http);
            }

            if (await browser.SessionAsync(http, ct) is not { } session)
            {
                return new SeeOther(request.ResumeUrl);
            }

            SecurityHeaders.AllowFormsToEndAt(http, request.RedirectUri);
            return form["decision"] switch
            {
                "agree" => await AgreeAsync(session, request, form, ct),
                "refuse" => await RefuseAsync(session, request, ct),
                _ => ErrorPages.Refuse(http, StatusCodes.Status400BadRequest, "bad_request"),
            };
        },
        ct);

    private async Task<IResult> AgreeAsync(Session session, PendingRequest request, PageForm form, CancellationToken ct)
    {
        // The person agreed to what the page showed; data that arrived since then, in another tab, is asked about again.
        var shown = (form["claims"] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var claims = request.Claims.Where(shown.Contains).ToList();
        var sector = await sectors.OfAsync(request.ServiceId, ct);
        await consents.GiveAsync(session.AccountId, sector, new(request.ServiceId, request.Scopes, claims, time.GetUtcNow()), ct);
        return new SeeOther(request.ResumeUrl);
    }

    private async Task<IResult> RefuseAsync(Session session, PendingRequest request, CancellationToken ct)
    {
        await pending.RefuseAsync(request, ct);
        await log.AddAsync(session.AccountId, HolderLog.ConsentRefused, request.ServiceId, [], ct);
        return new SeeOther(request.ResumeUrl);
    }

    private static RazorComponentResult<GoOnPage> Expired(HttpContext http) => GoOn.Page(http, StatusCodes.Status410Gone, "expired");
}
