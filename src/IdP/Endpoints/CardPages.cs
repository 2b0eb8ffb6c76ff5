using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.IdP.Guardians;
using IdentityPlatform.IdP.Pages;
using IdentityPlatform.IdP.SignIn;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary><c>/card</c>: a credential is shown from a wallet, on this device or another: the card to sign in, or that of a guardian.</summary>
public sealed class CardPages(
    CardSignIn signIn, GuardianCards guardians, Holder holder, CardRequests requests, CardSettings settings, OneTimeStore store, Attempts attempts, PasskeyAnswers answers,
    IStringLocalizer<Texts> texts)
{
    /// <summary>Where a wallet on the same device sends the browser back to.</summary>
    public const string ReturnPath = "/card/done";

    private const string RefusalKind = "idp-card-refusal";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/card/start", (HttpContext http, CardPages pages, CancellationToken ct) => pages.StartAsync(http, ct)).RequireSameOrigin();
        app.MapGet("/card", (HttpContext http, CardPages pages, CancellationToken ct) => pages.PageAsync(http, ct));
        app.MapGet(ReturnPath, (HttpContext http, CardPages pages, CancellationToken ct) => pages.DoneAsync(http, ct));
        app.MapPost("/card/result", (HttpContext http, CardPages pages, CancellationToken ct) => pages.ResultAsync(http, ct)).RequireSameOrigin();
        app.MapGet("/card/refused", (HttpContext http, CardPages pages, CancellationToken ct) => pages.RefusedAsync(http, ct));
    }

    private Task<IResult> StartAsync(HttpContext http, CancellationToken ct) => PageForm.HandleAsync(
        http,
        async form =>
        {
            var purpose = PurposeOf(form);
            if (!settings.IsOn || (purpose == CardPurpose.Child && !guardians.IsOn))
            {
                return ErrorPages.Show(http, StatusCodes.Status404NotFound, new(texts["card.title"], texts["card.off"], texts["card.refused.next"]));
            }

            if (await attempts.StartCardAsync(http, ct) is { } until)
            {
                return ErrorPages.TooMany(http, until);
            }

            return purpose == CardPurpose.Child
                ? await holder.WithAsync(http, LocalPath.Account.Value, _ => AskAsync(http, purpose, LocalPath.Account, ct), ct)
                : await AskAsync(http, purpose, LocalPath.Of(form["return"]), ct);
        },
        ct);

    private async Task<IResult> AskAsync(HttpContext http, CardPurpose purpose, LocalPath next, CancellationToken ct)
    {
        var asked = purpose == CardPurpose.Child ? guardians.StartAsync(http, ct) : signIn.StartAsync(http, purpose == CardPurpose.Name, ct);
        if (await asked is not { } started)
        {
            return ErrorPages.Refuse(http, StatusCodes.Status503ServiceUnavailable, "too_many");
        }

        var request = new CardRequest(next, purpose, started.Scan.WalletLink, started.Open.WalletLink);
        await requests.KeepAsync(started.Scan.Id, request, ct);
        await requests.KeepAsync(started.Open.Id, request, ct);
        return new SeeOther($"/card?id={started.Scan.Id}");
    }

    private static CardPurpose PurposeOf(PageForm form) =>
        form["for"] == "child" ? CardPurpose.Child : form["name"] == "yes" ? CardPurpose.Name : CardPurpose.Account;

    private async Task<IResult> PageAsync(HttpContext http, CancellationToken ct)
    {
        var id = One(http, "id");
        return await requests.FindAsync(id, ct) is { } request
            ? new RazorComponentResult<CardPage>(new Dictionary<string, object?> { [nameof(CardPage.Request)] = request, [nameof(CardPage.Id)] = id })
            : new SeeOther(Refusal(CardAnswer.Gone, null, null));
    }

    private async Task<IResult> DoneAsync(HttpContext http, CancellationToken ct)
    {
        var id = One(http, "id") ?? "";
        var next = await NextAsync(http, id, ct);
        return new SeeOther(next ?? $"/card?id={Uri.EscapeDataString(id)}");
    }

    private async Task<IResult> ResultAsync(HttpContext http, CancellationToken ct)
    {
        if ((await JsonBody.ReadAsync(http)).Refused(out var refusal, out var json))
        {
            return refusal;
        }

        var next = await NextAsync(http, json.StringMember("id") ?? "", ct);
        return next is null ? answers.Waiting() : answers.Location(LocalPath.Of(next));
    }

    private async Task<IResult> RefusedAsync(HttpContext http, CancellationToken ct)
    {
        var reason = One(http, "reason") is { Length: <= 128 } key ? await store.FindAsync(RefusalKind, key, ct) : null;
        return new RazorComponentResult<CardRefusedPage>(new Dictionary<string, object?>
        {
            [nameof(CardRefusedPage.Reason)] = reason is null ? texts[KeyOf(One(http, "why"))].Value : System.Text.Encoding.UTF8.GetString(reason),
            [nameof(CardRefusedPage.Return)] = LocalPath.Of(One(http, "return")),
            [nameof(CardRefusedPage.ForChild)] = One(http, "for") == "child",
        });
    }

    // Where the browser goes on, or null while the wallet is silent.
    private async Task<string?> NextAsync(HttpContext http, string id, CancellationToken ct)
    {
        if (await requests.FindAsync(id, ct) is not { } request)
        {
            return Refusal(CardAnswer.Gone, null, null);
        }

        var (answer, reason) = await (request.Purpose == CardPurpose.Child ? guardians.CompleteAsync(http, id, ct) : signIn.CompleteAsync(http, id, ct));
        if (answer is CardAnswer.Waiting)
        {
            return null;
        }

        return answer is CardAnswer.Taken ? request.Return.Value : Refusal(answer, request, reason is null ? null : await KeepReasonAsync(reason, ct));
    }

    // The words may name what was wrong with the card: they are kept for minutes, under an unguessable key, and not in the address.
    private async Task<string> KeepReasonAsync(string reason, CancellationToken ct)
    {
        var key = Base64UrlText.Encode(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
        await store.PutAsync(RefusalKind, key, System.Text.Encoding.UTF8.GetBytes(reason), TimeSpan.FromMinutes(10), ct);
        return key;
    }

    private static string Refusal(CardAnswer answer, CardRequest? request, string? reason) =>
        $"/card/refused?why={answer}&return={Uri.EscapeDataString((request?.Return ?? LocalPath.Account).Value)}"
        + (request?.Purpose == CardPurpose.Child ? "&for=child" : "") + (reason is null ? "" : $"&reason={reason}");

    private static string KeyOf(string? why) => why switch
    {
        nameof(CardAnswer.UnknownAccount) => "card.unknown",
        nameof(CardAnswer.OtherAccount) => "card.other",
        nameof(CardAnswer.UnknownChild) => "card.child.unknown",
        nameof(CardAnswer.NoGuardian) => "card.child.unfit",
        nameof(CardAnswer.Declined) => "card.declined",
        nameof(CardAnswer.Rejected) => "card.rejected",
        _ => "card.gone",
    };

    private static string? One(HttpContext http, string name) => http.Request.Query[name] is [{ Length: > 0 } value] ? value : null;
}
