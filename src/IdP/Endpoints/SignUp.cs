using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Pages;
using IdentityPlatform.IdP.SignIn;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary><c>/signup</c>: a new account with a passkey and nothing else.</summary>
public sealed class SignUp(
    PasskeyCeremonies passkeys, Accounts.Accounts accounts, Browser browser, PendingRequests pending, OneTimeStore store, Seal seal,
    Attempts attempts, PasskeyAnswers answers, IStringLocalizer<Texts> texts)
{
    private const string Kind = "idp-signup";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/signup", (HttpContext http, SignUp signUp, CancellationToken ct) => signUp.PageAsync(http, ct));
        app.MapPost("/signup/options", (HttpContext http, SignUp signUp, CancellationToken ct) => signUp.BeginAsync(http, ct)).RequireSameOrigin();
        app.MapPost("/signup", (HttpContext http, SignUp signUp, CancellationToken ct) => signUp.CompleteAsync(http, ct)).RequireSameOrigin();
    }

    private async Task<IResult> PageAsync(HttpContext http, CancellationToken ct)
    {
        var handle = http.Request.Query["request"];
        var found = await pending.FindAsync(handle, ct);
        if (found is null && handle.Count > 0)
        {
            return GoOn.Page(http, StatusCodes.Status410Gone, "expired");
        }

        return new RazorComponentResult<SignUpPage>(new Dictionary<string, object?> { [nameof(SignUpPage.Waiting)] = found });
    }

    private async Task<IResult> BeginAsync(HttpContext http, CancellationToken ct)
    {
        if ((await JsonBody.ReadAsync(http)).Refused(out var refusal, out var json))
        {
            return refusal;
        }

        var displayName = json.StringMember("display_name")?.Trim() ?? "";
        if (displayName.Length > Account.MaxDisplayName || displayName.Any(char.IsControl))
        {
            return JsonError.Result(StatusCodes.Status400BadRequest, "invalid_display_name", "display_name is too long or holds control characters.", texts["signup.name.invalid"]);
        }

        if (await attempts.StartAccountAsync(http, ct) is { } until)
        {
            return ErrorPages.TooMany(http, until);
        }

        var accountId = Account.NewId();
        var label = displayName.Length > 0 ? displayName : texts["signup.name.default"].Value;
        var start = await passkeys.BeginRegistrationAsync(http, accountId, label, label);
        await store.PutAsync(Kind, start.CeremonyId, seal.Protect(Encoding.UTF8.GetBytes(displayName), Kind), Lifetime, ct);
        return answers.Begun(start);
    }

    private async Task<IResult> CompleteAsync(HttpContext http, CancellationToken ct)
    {
        if ((await JsonBody.ReadAsync(http)).Refused(out var refusal, out var json))
        {
            return refusal;
        }

        if (json.StringMember("ceremony") is not { } ceremony || json.ObjectMember("credential") is not { } credential
            || await store.TakeAsync(Kind, ceremony, ct) is not { } displayName)
        {
            return answers.Refused(PasskeyRefusal.UnknownCeremony);
        }

        var result = await passkeys.CompleteRegistrationAsync(http, ceremony, credential.GetRawText());
        return await result.Match(
            registered => OpenAsync(http, registered, Encoding.UTF8.GetString(seal.Unprotect(displayName, Kind)!), json, ct),
            refused => Task.FromResult(answers.Refused(refused.Reason)));
    }

    private async Task<IResult> OpenAsync(HttpContext http, RegistrationResult.Registered registered, string displayName, JsonElement json, CancellationToken ct)
    {
        await accounts.OpenAsync(registered.UserId, displayName, ct);
        var method = registered.Passkey.BackedUp ? SignInMethod.SyncedPasskey : SignInMethod.DevicePasskey;
        await browser.SignInAsync(http, registered.UserId, method, HolderLog.Entry(registered.UserId, HolderLog.AccountOpened), ct);
        return answers.Location(LocalPath.Of(json.StringMember("return")));
    }
}
