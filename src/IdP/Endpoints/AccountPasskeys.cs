using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Pages;
using IdentityPlatform.IdP.SignIn;
using Microsoft.Extensions.Localization;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary><c>/account/passkeys</c>: one more passkey for an account, on another device as a rule.</summary>
public sealed class AccountPasskeys(PasskeyCeremonies passkeys, Holder holder, HolderLog log, PasskeyAnswers answers, IStringLocalizer<Texts> texts)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/account/passkeys/options", (HttpContext http, AccountPasskeys own, CancellationToken ct) => own.BeginAsync(http, ct)).RequireSameOrigin();
        app.MapPost("/account/passkeys", (HttpContext http, AccountPasskeys own, CancellationToken ct) => own.CompleteAsync(http, ct)).RequireSameOrigin();
    }

    private async Task<IResult> BeginAsync(HttpContext http, CancellationToken ct)
    {
        if (await holder.FindAsync(http, ct) is not { IsFresh: true } person)
        {
            return SignInFirst();
        }

        var label = person.Account.DisplayName ?? texts["signup.name.default"].Value;
        return answers.Begun(await passkeys.BeginRegistrationAsync(http, person.Account.Id, label, label));
    }

    private async Task<IResult> CompleteAsync(HttpContext http, CancellationToken ct)
    {
        if ((await JsonBody.ReadAsync(http)).Refused(out var refusal, out var json))
        {
            return refusal;
        }

        if (await holder.FindAsync(http, ct) is not { IsFresh: true } person)
        {
            return SignInFirst();
        }

        if (json.StringMember("ceremony") is not { } ceremony || json.ObjectMember("credential") is not { } credential)
        {
            return answers.Refused(PasskeyRefusal.Malformed);
        }

        var result = await passkeys.CompleteRegistrationAsync(http, ceremony, credential.GetRawText());
        return await result.Match(
            async registered =>
            {
                await log.AddAsync(registered.UserId, HolderLog.PasskeyAdded, ct);
                return answers.Location(LocalPath.Account);
            },
            refused => Task.FromResult(answers.Refused(refused.Reason)));
    }

    private IResult SignInFirst() =>
        JsonError.Result(StatusCodes.Status401Unauthorized, "sign_in_first", "This needs a sign-in of the last minutes.", texts["fresh.needed"]);
}
