using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary><c>POST /notification</c> (OpenID4VCI 1.0 §11).</summary>
internal sealed class WalletNotification(AccessTokenGuard guard, Notifications notifications)
{
    public void Map(WebApplication app) => app.MapOnly(HttpMethods.Post, IssuerMetadata.NotificationPath, AnswerAsync);

    private async Task<IResult> AnswerAsync(HttpContext http, CancellationToken ct) => await guard.CheckAsync(http, requiredScope: null, ct) switch
    {
        GuardResult.Granted granted => await ReceiveAsync(http, granted.Token, ct),
        GuardResult.Refused refused => refused.Result,
        _ => throw new InvalidOperationException("closed"),
    };

    private async Task<IResult> ReceiveAsync(HttpContext http, AccessToken token, CancellationToken ct)
    {
        if ((await WalletBody.ReadJsonAsync(http, ct)).Failed(out var failure, out var message))
        {
            return WalletAnswers.Error(failure with { Error = CredentialError.InvalidNotificationRequest });
        }

        if (NotificationRequest.Parse(message).Failed(out failure, out var request))
        {
            return WalletAnswers.Error(failure);
        }

        if (notifications.Receive(request, token.GrantId) is { } refused)
        {
            return WalletAnswers.Error(refused);
        }

        // §11.2: 204 is recommended.
        http.Response.Headers.CacheControl = "no-store";
        return Results.NoContent();
    }
}
