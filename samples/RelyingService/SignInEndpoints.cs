using System.Globalization;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.RelyingService;

/// <summary>Sending the browser to the provider, and its return.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapPost("/signin", StartAsync).RequireSameOrigin();
        app.MapGet("/signin/callback", CompleteAsync);
        app.MapPost("/signout", EndAsync).RequireSameOrigin();
        app.MapPost("/signin/ended", EndedAsync);
    }

    private static async Task<IResult> StartAsync(HttpContext http, OpenIdClient client, Sessions sessions)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var request = new SignInRequest(form["scope"] == "profile" ? "openid profile" : "openid")
        {
            UiLocales = CultureInfo.CurrentUICulture.Name,
            Prompt = form["prompt"] == "login" ? "login" : null,
        };
        var start = await client.StartAsync(request, http.RequestAborted);
        await sessions.KeepAsync(http, start.State);
        return Results.Redirect(start.RedirectUrl);
    }

    private static async Task<IResult> CompleteAsync(HttpContext http, OpenIdClient client, Sessions sessions)
    {
        // RFC 6749 §3.1: a parameter sent twice is as none.
        string? Parameter(string name) => http.Request.Query[name] is [var only] ? only : null;
        if (await sessions.TakeAsync(http, Parameter("state")) is not { } state)
        {
            // A back button or an old tab: the start page goes on.
            return Results.Redirect("/?again=expired");
        }

        var outcome = await client.CompleteAsync(state, Parameter, http.RequestAborted);
        if (outcome is not SignInOutcome.SignedIn signedIn)
        {
            return Results.Redirect(outcome is SignInOutcome.Failed { Error: "access_denied" } ? "/?again=declined" : "/?again=failed");
        }

        using var tokens = signedIn.Tokens;
        var userInfo = await client.UserInfoAsync(tokens, signedIn.Subject, http.RequestAborted);
        await sessions.StartAsync(http, signedIn, userInfo);
        return Results.Redirect("/");
    }

    private static async Task<IResult> EndAsync(HttpContext http, Sessions sessions)
    {
        await sessions.EndAsync(http);
        return Results.Redirect("/");
    }

    // The provider calls (Back-Channel Logout §2.5): no browser, no cookie, no origin. The signature says who it is.
    private static async Task<IResult> EndedAsync(HttpContext http, LogoutTokens tokens, Sessions sessions)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (!http.Request.HasFormContentType || await tokens.ReadAsync((await http.Request.ReadFormAsync(http.RequestAborted))["logout_token"]) is not { } sid)
        {
            return Results.BadRequest();
        }

        await sessions.EndAllAsync(sid, http.RequestAborted);
        return Results.Ok();
    }
}
