using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Pages;
using IdentityPlatform.IdP.SignIn;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary><c>/signin</c>: with a passkey, or on to the card.</summary>
public sealed class SignInPages(
    PasskeyCeremonies passkeys, Accounts.Accounts accounts, Browser browser, PendingRequests pending, Attempts attempts, PasskeyAnswers answers)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/signin", (HttpContext http, SignInPages pages, CancellationToken ct) => pages.PageAsync(http, ct));
        app.MapPost("/signin/options", (HttpContext http, SignInPages pages) => pages.BeginAsync(http)).RequireSameOrigin();
        app.MapPost("/signin", (HttpContext http, SignInPages pages, CancellationToken ct) => pages.CompleteAsync(http, ct)).RequireSameOrigin();
        app.MapPost("/signin/cancel", (HttpContext http, SignInPages pages, CancellationToken ct) => pages.CancelAsync(http, ct)).RequireSameOrigin();
    }

    // Also with a live session: a service may ask for a new sign-in, and the account page does before what cannot be undone.
    private async Task<IResult> PageAsync(HttpContext http, CancellationToken ct)
    {
        var handle = http.Request.Query["request"];
        var found = await pending.FindAsync(handle, ct);
        if (found is null && handle.Count > 0)
        {
            return GoOn.Page(http, StatusCodes.Status410Gone, "expired");
        }

        var meanwhile = false;
        if (found is not null)
        {
            SecurityHeaders.AllowFormsToEndAt(http, found.RedirectUri);
            meanwhile = await browser.SessionAsync(http, ct) is { } session && session.AuthTime >= found.Since;
        }

        return new RazorComponentResult<SignInPage>(new Dictionary<string, object?>
        {
            [nameof(SignInPage.Waiting)] = found,
            [nameof(SignInPage.SignedInMeanwhile)] = meanwhile,
            [nameof(SignInPage.Return)] = found is null ? LocalPath.Of(http.Request.Query["return"]) : LocalPath.Of(found.ResumeUrl),
        });
    }

    private async Task<IResult> BeginAsync(HttpContext http)
    {
        if ((await JsonBody.ReadAsync(http)).Refused(out var refusal, out _))
        {
            return refusal;
        }

        return answers.Begun(await passkeys.BeginSignInAsync(http));
    }

    private async Task<IResult> CompleteAsync(HttpContext http, CancellationToken ct)
    {
        if ((await JsonBody.ReadAsync(http)).Refused(out var refusal, out var json))
        {
            return refusal;
        }

        if (json.StringMember("ceremony") is not { } ceremony || json.ObjectMember("credential") is not { } credential)
        {
            return answers.Refused(PasskeyRefusal.Malformed);
        }

        if (await attempts.PasskeyPauseAsync(http, ct) is { } until)
        {
            return ErrorPages.TooMany(http, until);
        }

        var result = await passkeys.CompleteSignInAsync(http, ceremony, credential.GetRawText());
        return await result.Match(
            signedIn => StartAsync(http, signedIn, LocalPath.Of(json.StringMember("return")), ct),
            refused => RefuseAsync(http, refused.Reason, ct));
    }

    private async Task<IResult> RefuseAsync(HttpContext http, PasskeyRefusal reason, CancellationToken ct) =>
        await attempts.PasskeyFailedAsync(http, ct) is { } until ? ErrorPages.TooMany(http, until) : answers.Refused(reason);

    private async Task<IResult> StartAsync(HttpContext http, SignInResult.SignedIn signedIn, LocalPath next, CancellationToken ct)
    {
        // The passkey of an account that was closed while its removal was under way opens nothing.
        if (await accounts.FindAsync(signedIn.UserId, ct) is null)
        {
            return answers.Refused(PasskeyRefusal.UnknownPasskey);
        }

        var method = signedIn.BackedUp ? SignInMethod.SyncedPasskey : SignInMethod.DevicePasskey;
        await browser.SignInAsync(http, signedIn.UserId, method, HolderLog.Entry(signedIn.UserId, HolderLog.SignedIn), ct);
        return answers.Location(next);
    }

    private Task<IResult> CancelAsync(HttpContext http, CancellationToken ct) => PageForm.HandleAsync(
        http,
        async form =>
        {
            if (await pending.FindAsync(form["request"], ct) is not { } request)
            {
                return GoOn.Page(http, StatusCodes.Status410Gone, "expired");
            }

            await pending.RefuseAsync(request, ct);
            return new SeeOther(request.ResumeUrl);
        },
        ct);
}
