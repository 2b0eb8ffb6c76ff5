using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Pages;
using IdentityPlatform.Issuer.People;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary><c>GET /wallet/consent</c> and <c>POST /wallet/consent</c>: the person says yes or no to the wallet that wants the card.</summary>
internal static class WalletConsent
{
    // The longest handle and word that the page itself sends.
    private const int MaxFormBytes = 4 * 1024;

    public static void Map(WebApplication app)
    {
        app.MapGet(WalletConsents.Path, ShowAsync);
        app.MapPost(WalletConsents.Path, AnswerAsync).RequireSameOrigin().DisableAntiforgery();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, WalletConsents consents, PersonSessions sessions, Deployment deployment, CancellationToken ct)
    {
        var handle = http.Request.Query["request"].ToString();
        if (await QuestionAsync(http, handle, consents, sessions, ct) is not { } question)
        {
            return Gone(http);
        }

        SecurityHeaders.AllowFormsToEndAt(http, question.RedirectUri);
        return new RazorComponentResult<WalletConsentPage>(new Dictionary<string, object?>
        {
            [nameof(WalletConsentPage.Question)] = question,
            [nameof(WalletConsentPage.Card)] = deployment.TypeOf(question.Type),
            [nameof(WalletConsentPage.Handle)] = handle,
        });
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, WalletConsents consents, PersonSessions sessions, CancellationToken ct)
    {
        if (!http.Request.HasFormContentType || http.Request.ContentLength is not <= MaxFormBytes)
        {
            return ErrorPages.Refuse(http, StatusCodes.Status400BadRequest, "bad_request");
        }

        var form = await http.Request.ReadFormAsync(ct);
        var (handle, decision) = (form["request"].ToString(), form["decision"].ToString());
        if (decision is not ("yes" or "no"))
        {
            return ErrorPages.Refuse(http, StatusCodes.Status400BadRequest, "bad_request");
        }

        if (await QuestionAsync(http, handle, consents, sessions, ct) is not { } question)
        {
            return Gone(http);
        }

        await consents.AnswerAsync(handle, question.PersonId, decision == "yes", ct);
        // 303, so that the browser comes back with GET (RFC 9110 §15.4.4).
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = question.ResumeUrl;
        http.Response.Headers.CacheControl = "no-store";
        return Results.Empty;
    }

    // The question is shown to the person it was asked, and to nobody else.
    private static async Task<WalletQuestion?> QuestionAsync(
        HttpContext http, string handle, WalletConsents consents, PersonSessions sessions, CancellationToken ct) =>
        await sessions.FindAsync(http, ct) is { } session && await consents.QuestionAsync(handle, ct) is { } question && question.PersonId == session.PersonId
            ? question
            : null;

    private static IResult Gone(HttpContext http)
    {
        var texts = http.RequestServices.GetRequiredService<IStringLocalizer<WalletTexts>>();
        return ErrorPages.Show(
            http,
            StatusCodes.Status410Gone,
            new ErrorWords(texts["consent.gone.title"], texts["consent.gone.text"], texts["consent.gone.next"]));
    }
}
