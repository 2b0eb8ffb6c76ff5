using System.Globalization;
using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.People;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>A person's sign-in, through the OpenID Provider of <c>SignIn:Authority</c>.</summary>
internal static class SignInEndpoints
{
    private const string Kind = "signin";
    private const string Cookie = "signin";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapGet("/signin", StartAsync);
        app.MapGet("/signin/callback", CompleteAsync);
        app.MapPost("/signout", SignOutAsync).RequireSameOrigin();
    }

    /// <summary>The way to the sign-in that comes back to this request's address.</summary>
    public static string PathFor(HttpContext http) => $"/signin?return={Uri.EscapeDataString(http.Request.Path + http.Request.QueryString)}";

    /// <summary>True for a path of this program: browsers read "//host" and "/\host" as another host.</summary>
    public static bool IsLocal(string? path) =>
        path is ['/', ..] && !path.StartsWith("//", StringComparison.Ordinal) && !path.Contains('\\', StringComparison.Ordinal) && !path.Any(char.IsControl);

    private static async Task<IResult> StartAsync(HttpContext http, OpenIdClient client, OneTimeStore store, Cookies cookies, string? @return)
    {
        var language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        SignInStart start;
        try
        {
            start = await client.StartAsync(new SignInRequest("openid") { UiLocales = language }, http.RequestAborted);
        }
        catch (HttpRequestException)
        {
            return ErrorPages.Refuse(http, StatusCodes.Status503ServiceUnavailable, "broken");
        }

        // The secret in the cookie binds the answer to this browser: a link with somebody else's answer signs nobody in (RFC 9700 §4.7).
        var secret = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));
        var kept = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteBase64String("state", start.State.ToBytes());
            writer.WriteString("return", IsLocal(@return) ? @return : "/application");
            writer.WriteEndObject();
        });
        await store.PutAsync(Kind, KeyOf(secret, start.State.State), kept, Lifetime, http.RequestAborted);
        cookies.Set(http, Cookie, secret, Lifetime);
        return DeskAnswers.SeeOther(start.RedirectUrl);
    }

    private static async Task<IResult> CompleteAsync(
        HttpContext http, OpenIdClient client, OneTimeStore store, Cookies cookies, PersonRegister people, PersonSessions sessions, OpenIdClientOptions options)
    {
        var secret = cookies.Find(http, Cookie);
        var state = Single(http, "state");
        if (secret is null || state is null || await store.TakeAsync(Kind, KeyOf(secret, state), http.RequestAborted) is not { } kept)
        {
            return ErrorPages.Refuse(http, StatusCodes.Status400BadRequest, "bad_request");
        }

        var json = StrictJson.ParseObject(kept).OrThrow().Element;
        var started = SignInState.FromBytes(json.Member("state")!.Value.GetBytesFromBase64());
        var outcome = await client.CompleteAsync(started, name => Single(http, name), http.RequestAborted);
        cookies.Clear(http, Cookie);
        if (outcome is SignInOutcome.Failed { Error: "access_denied" })
        {
            // The person refused: nothing is wrong, and the start page says what the sign-in is for.
            return DeskAnswers.SeeOther("/");
        }

        if (outcome is not SignInOutcome.SignedIn signedIn)
        {
            return ErrorPages.Refuse(http, StatusCodes.Status400BadRequest, "bad_request");
        }

        using (signedIn.Tokens)
        {
            // The tokens end here: the issuer wanted to know who came, and asks the provider nothing else.
            if (await people.ArriveAsync(options.Authority, signedIn.Subject, http.RequestAborted) is not { } person)
            {
                return DeskAnswers.Declined(http, asPage: true, DeskRefusal.Sealed);
            }

            await sessions.StartAsync(http, person.Id);
        }

        return DeskAnswers.SeeOther(json.StringMember("return")!);
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, PersonSessions sessions)
    {
        await sessions.EndAsync(http);
        return DeskAnswers.SeeOther("/");
    }

    private static string KeyOf(string secret, string state) => Base64UrlText.Encode(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{secret}|{state}")));

    // A doubled parameter is none.
    private static string? Single(HttpContext http, string name) => http.Request.Query[name] is [{ } value] ? value : null;
}
