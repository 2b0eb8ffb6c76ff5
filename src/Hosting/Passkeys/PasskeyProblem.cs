using System.Diagnostics;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>The answer of an endpoint whose ceremony was refused: 4xx, a code, and words in the person's language for the script to show.</summary>
public static class PasskeyProblem
{
    /// <summary>The JSON error of a refusal; its code is <c>passkey_</c> and the name of the refusal in snake_case.</summary>
    public static IResult Of(HttpContext http, PasskeyRefusal refusal)
    {
        var texts = http.RequestServices.GetRequiredService<IStringLocalizer<PageTexts>>();
        return JsonError.Result(StatusOf(refusal), CodeOf(refusal), $"The passkey ceremony was refused: {refusal}.", texts[$"passkey.refused.{refusal}"]);
    }

    private static int StatusOf(PasskeyRefusal refusal) => refusal switch
    {
        PasskeyRefusal.Malformed or PasskeyRefusal.UnknownCeremony => StatusCodes.Status400BadRequest,
        PasskeyRefusal.AlreadyRegistered or PasskeyRefusal.TooManyPasskeys => StatusCodes.Status409Conflict,
        PasskeyRefusal.OtherBrowser or PasskeyRefusal.ForeignOrigin or PasskeyRefusal.ForeignRelyingParty or PasskeyRefusal.UserNotVerified
            or PasskeyRefusal.UnknownPasskey or PasskeyRefusal.CounterWentBack or PasskeyRefusal.NotVerified => StatusCodes.Status403Forbidden,
        _ => throw new UnreachableException(),
    };

    private static string CodeOf(PasskeyRefusal refusal) => "passkey" + string.Concat(
        refusal.ToString().Select(c => char.IsUpper(c) ? $"_{char.ToLowerInvariant(c)}" : c.ToString()));
}
