using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Pages;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.IdP.SignIn;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary>The start page, and what a person sees of their own account.</summary>
public sealed class AccountPages(
    Holder holder, Sessions sessions, Consents consents, Identities identities, PasskeyStore passkeys, RelyingServices services,
    AccountGuardians guardians, HolderLog log)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/", (HttpContext http, AccountPages pages, CancellationToken ct) => pages.StartAsync(http, ct));
        app.MapGet("/account", (HttpContext http, AccountPages pages, CancellationToken ct) => pages.AccountAsync(http, ct));
        app.MapGet("/account/log", (HttpContext http, AccountPages pages, CancellationToken ct) => pages.LogAsync(http, ct));
        app.MapGet("/account/close", (HttpContext http, AccountPages pages, CancellationToken ct) => pages.CloseAsync(http, ct));
        app.MapGet("/signed-out", IResult () => new RazorComponentResult<SignedOutPage>());
    }

    private async Task<IResult> StartAsync(HttpContext http, CancellationToken ct) =>
        await holder.FindAsync(http, ct) is null ? new RazorComponentResult<StartPage>() : new SeeOther("/account");

    private Task<IResult> AccountAsync(HttpContext http, CancellationToken ct) => holder.WithAsync(
        http,
        "/account",
        async person =>
        {
            var id = person.Account.Id;
            return new RazorComponentResult<AccountPage>(new Dictionary<string, object?>
            {
                [nameof(AccountPage.Person)] = person,
                [nameof(AccountPage.Passkeys)] = await passkeys.OfUserAsync(id, ct),
                [nameof(AccountPage.Sessions)] = await sessions.ListAsync(id, ct),
                [nameof(AccountPage.Consents)] = await DescribeAsync(await consents.ListAsync(id, ct), ct),
                [nameof(AccountPage.Identity)] = await identities.FindAsync(id, ct),
                [nameof(AccountPage.Guardianships)] = await guardians.OfAsync(id, ct),
            });
        },
        ct);

    private async Task<List<(Consent Consent, RelyingService Service)>> DescribeAsync(IEnumerable<Consent> given, CancellationToken ct)
    {
        var described = new List<(Consent, RelyingService)>();
        foreach (var consent in given)
        {
            described.Add((consent, await services.DescribeAsync(consent.ServiceId, ct)));
        }

        return described;
    }

    private Task<IResult> LogAsync(HttpContext http, CancellationToken ct) => holder.WithAsync(
        http,
        "/account/log",
        async person => new RazorComponentResult<LogPage>(new Dictionary<string, object?>
        {
            [nameof(LogPage.Entries)] = await log.ReadAsync(person.Account.Id, ct),
        }),
        ct);

    private Task<IResult> CloseAsync(HttpContext http, CancellationToken ct) => holder.WithFreshAsync(
        http, "/account/close", _ => Task.FromResult<IResult>(new RazorComponentResult<ClosePage>()), ct);
}
