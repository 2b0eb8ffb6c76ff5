using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.IdP.SignIn;
using IdentityPlatform.OAuth.Storage;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary>What a person does with their own account, by the forms of its page.</summary>
public sealed class AccountActions(
    Holder holder, Accounts.Accounts accounts, SessionEnds sessions, Consents consents, Identities identities, PasskeyStore passkeys,
    StoredGrants grants, Browser browser, HolderLog log)
{
    private const string AccountPath = "/account";

    public static void Map(IEndpointRouteBuilder app)
    {
        Post(app, "/account/sessions/end", (actions, person, form, ct) => actions.EndSessionAsync(person, form, ct));
        app.MapPost("/account/sessions/end-all", (HttpContext http, AccountActions actions, CancellationToken ct) => actions.EndAllAsync(http, ct)).RequireSameOrigin();
        Post(app, "/account/consents/withdraw", (actions, person, form, ct) => actions.WithdrawAsync(person, form, ct));
        Post(app, "/account/identity/forget", (actions, person, _, ct) => actions.ForgetIdentityAsync(person, ct));
        Post(app, "/account/passkeys/remove", (actions, person, form, ct) => actions.RemovePasskeyAsync(person, form, ct), fresh: true);
        app.MapPost("/account/close", (HttpContext http, AccountActions actions, CancellationToken ct) => actions.CloseAsync(http, ct)).RequireSameOrigin();
    }

    private static void Post(
        IEndpointRouteBuilder app, string path, Func<AccountActions, HolderSession, PageForm, CancellationToken, Task> act, bool fresh = false) =>
        app.MapPost(path, (HttpContext http, AccountActions actions, CancellationToken ct) => PageForm.HandleAsync(
            http, form => actions.ActAsync(http, person => act(actions, person, form, ct), fresh, ct), ct)).RequireSameOrigin();

    private Task<IResult> ActAsync(HttpContext http, Func<HolderSession, Task> act, bool fresh, CancellationToken ct)
    {
        return fresh ? holder.WithFreshAsync(http, AccountPath, ThenBack, ct) : holder.WithAsync(http, AccountPath, ThenBack, ct);

        async Task<IResult> ThenBack(HolderSession person)
        {
            await act(person);
            return new SeeOther(AccountPath);
        }
    }

    private async Task EndSessionAsync(HolderSession person, PageForm form, CancellationToken ct)
    {
        if (form["session"] is { } session)
        {
            var why = session == person.Session.Hash ? SessionEnd.SignedOut : SessionEnd.EndedElsewhere;
            await sessions.EndAsync(person.Account.Id, session, why, ct);
        }
    }

    // In every browser, this one too.
    private Task<IResult> EndAllAsync(HttpContext http, CancellationToken ct) => holder.WithAsync(
        http,
        AccountPath,
        async person =>
        {
            await (await sessions.EndAllAsync(person.Account.Id, SessionEnd.SignedOut, ct)).WaitBrieflyAsync(ct);
            browser.Forget(http);
            return new SeeOther("/signed-out");
        },
        ct);

    // Tokens that the service still holds end with the consent.
    private async Task WithdrawAsync(HolderSession person, PageForm form, CancellationToken ct)
    {
        if (form["service"] is { } service && await consents.WithdrawAsync(person.Account.Id, service, ct))
        {
            await grants.RevokeOfSubjectAsync(person.Account.Id, service, ct);
            await log.AddAsync(person.Account.Id, HolderLog.ConsentWithdrawn, service, [], ct);
        }
    }

    private async Task ForgetIdentityAsync(HolderSession person, CancellationToken ct)
    {
        if (await identities.ForgetAsync(person.Account.Id, ct))
        {
            await log.AddAsync(person.Account.Id, HolderLog.IdentityForgotten, ct);
        }
    }

    // The last passkey stays: without one nobody could open the account again.
    private async Task RemovePasskeyAsync(HolderSession person, PageForm form, CancellationToken ct)
    {
        if (form["passkey"] is { } passkey && await passkeys.RemoveUnlessLastAsync(person.Account.Id, passkey, ct))
        {
            await log.AddAsync(person.Account.Id, HolderLog.PasskeyRemoved, ct);
        }
    }

    private Task<IResult> CloseAsync(HttpContext http, CancellationToken ct) => holder.WithFreshAsync(
        http,
        "/account/close",
        async person =>
        {
            await log.AddAsync(person.Account.Id, HolderLog.AccountClosed, ct);
            await passkeys.RemoveAllAsync(person.Account.Id, ct);

            // Before the key goes: without it nobody could read any more which services have to be told.
            var ended = await sessions.EndAllAsync(person.Account.Id, SessionEnd.AccountClosed, ct);
            await grants.RevokeOfSubjectAsync(person.Account.Id, null, ct);
            await accounts.CloseAsync(person.Account.Id, ct);
            browser.Forget(http);
            await ended.WaitBrieflyAsync(ct);
            return new SeeOther("/signed-out?closed=yes");
        },
        ct);
}
