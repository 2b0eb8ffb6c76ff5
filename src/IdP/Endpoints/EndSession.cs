using IdentityPlatform.Hosting.Web;
using IdentityPlatform.IdP.Pages;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.IdP.SignIn;
using IdentityPlatform.OAuth.Clients;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Primitives;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary>
/// <c>/endsession</c> (RP-Initiated Logout 1.0): at once for a service that shows an ID token of the signed-in person,
/// with a question otherwise. <c>/signout</c> is the person's own button and the answer to that question.
/// </summary>
public sealed class EndSession(
    Browser browser, IdTokenHints hints, Sectors sectors, Clients clients, IStringLocalizer<Texts> texts)
{
    public const string Path = "/endsession";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (HttpContext http, EndSession end, CancellationToken ct) => end.AskedByServiceAsync(http, name => http.Request.Query[name], ct));

        // A service may also send a form (§2); it comes from another origin, and is given no more than a link could do.
        app.MapPost(Path, (HttpContext http, EndSession end, CancellationToken ct) => PageForm.HandleAsync(http, form => end.AskedByServiceAsync(http, name => form[name], ct), ct));
        app.MapGet("/signout", (HttpContext http, EndSession end, CancellationToken ct) => end.AskedByServiceAsync(http, _ => StringValues.Empty, ct));
        app.MapPost("/signout", (HttpContext http, EndSession end, CancellationToken ct) => PageForm.HandleAsync(http, form => end.ConfirmedAsync(http, name => form[name], ct), ct)).RequireSameOrigin();
    }

    private async Task<IResult> AskedByServiceAsync(HttpContext http, Func<string, StringValues> parameter, CancellationToken ct)
    {
        var wish = await ReadWishAsync(parameter, ct);
        if (wish.Fault)
        {
            return Confirm(http, wish, StatusCodes.Status400BadRequest);
        }

        if (await browser.SessionAsync(http, ct) is not { } session)
        {
            await browser.SignOutAsync(http, ct);
            return Ended(wish);
        }

        return wish.Hint is { } hint && await IsOfAsync(hint, session, ct)
            ? await EndAsync(http, wish, ct)
            : Confirm(http, wish, StatusCodes.Status200OK);
    }

    // RP-Initiated Logout §4: a hint of another session, though the same person's, does not end this one unasked.
    private async Task<bool> IsOfAsync(IdTokenHint hint, Session session, CancellationToken ct) =>
        await sectors.FindAsync(hint.ServiceId, ct) is { } sector
        && hint.Subject == sector.SubjectOf(session.AccountId)
        && (hint.SessionId is null || hint.SessionId == sector.SessionIdOf(session.Id));

    private async Task<IResult> ConfirmedAsync(HttpContext http, Func<string, StringValues> parameter, CancellationToken ct) =>
        await EndAsync(http, await ReadWishAsync(parameter, ct), ct);

    private async Task<IResult> EndAsync(HttpContext http, Wish wish, CancellationToken ct)
    {
        await browser.SignOutAsync(http, ct);
        return Ended(wish);
    }

    // §3: only to an address that is registered, letter by letter, for the service that the hint proves.
    private async Task<Wish> ReadWishAsync(Func<string, StringValues> parameter, CancellationToken ct)
    {
        var (text, target, clientId) = (One(parameter("id_token_hint")), One(parameter("post_logout_redirect_uri")), One(parameter("client_id")));
        if (text is null)
        {
            return Wish.OfPerson;
        }

        return hints.Read(text) is { } hint && (clientId ?? hint.ServiceId) == hint.ServiceId && await MayReturnToAsync(target, hint, ct)
            ? new(false, hint, text, target, One(parameter("state")))
            : Wish.Faulty;
    }

    private async Task<bool> MayReturnToAsync(string? target, IdTokenHint hint, CancellationToken ct) =>
        target is null || (await clients.FindAsync(hint.ServiceId, ct))?.PostLogoutRedirectUris.Contains(target) == true;

    private static SeeOther Ended(Wish wish)
    {
        if (wish.Target is not { } target)
        {
            return new SeeOther("/signed-out");
        }

        return new SeeOther(wish.State is { } state ? QueryHelpers.AddQueryString(target, "state", state) : target);
    }

    private RazorComponentResult<SignOutPage> Confirm(HttpContext http, Wish wish, int status)
    {
        if (wish.Target is { } target)
        {
            SecurityHeaders.AllowFormsToEndAt(http, target);
        }

        return new(new Dictionary<string, object?>
        {
            [nameof(SignOutPage.Notice)] = wish.Fault ? texts["signout.fault"].Value : null,
            [nameof(SignOutPage.Fields)] = wish.Fault ? new Dictionary<string, string>() : wish.Fields,
        })
        {
            StatusCode = status,
        };
    }

    private static string? One(StringValues values) => values is [{ Length: > 0 } value] ? value : null;

    private sealed record Wish(bool Fault, IdTokenHint? Hint, string? HintText, string? Target, string? State)
    {
        /// <summary>No service proves that it asks: where it would go on does not count.</summary>
        public static readonly Wish OfPerson = new(false, null, null, null, null);

        /// <summary>The hint is not ours, or the address is not the service's.</summary>
        public static readonly Wish Faulty = new(true, null, null, null, null);

        /// <summary>What the confirmation sends along, to be checked again when it comes back.</summary>
        public Dictionary<string, string> Fields => new (string Name, string? Value)[] { ("id_token_hint", HintText), ("post_logout_redirect_uri", Target), ("state", State) }
            .Where(member => member.Value is not null)
            .ToDictionary(member => member.Name, member => member.Value!);
    }
}
