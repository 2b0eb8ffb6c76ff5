using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary><c>POST /credential</c> (OpenID4VCI 1.0 §8) and <c>POST /deferred-credential</c> (§9).</summary>
internal sealed class WalletCredential(
    AccessTokenGuard guard, Entitlements entitlements, IssueCredential issue, IssueDeferred issueDeferred, Signer signer, FillRandom random)
{
    public void Map(WebApplication app)
    {
        app.MapOnly(HttpMethods.Post, IssuerMetadata.CredentialPath, (HttpContext http, CancellationToken ct) => AnswerAsync(http, IssueAsync, ct));
        app.MapOnly(HttpMethods.Post, IssuerMetadata.DeferredPath, (HttpContext http, CancellationToken ct) => AnswerAsync(http, IssueDeferredAsync, ct));
    }

    private async Task<IResult> AnswerAsync(HttpContext http, Func<WalletMessage, AccessToken, CancellationToken, Task<IResult>> answer, CancellationToken ct) =>
        await guard.CheckAsync(http, requiredScope: null, ct) switch
        {
            GuardResult.Granted granted => (await WalletBody.ReadAsync(http, signer, ct)).Failed(out var failure, out var message)
                ? WalletAnswers.Error(failure)
                : await answer(message, granted.Token, ct),
            GuardResult.Refused refused => refused.Result,
            _ => throw new InvalidOperationException("closed"),
        };

    private async Task<IResult> IssueAsync(WalletMessage message, AccessToken token, CancellationToken ct)
    {
        if (CredentialRequest.Parse(message).Failed(out var failure, out var request))
        {
            return WalletAnswers.Error(failure);
        }

        using var entitlement = await entitlements.OfAsync(token, ct);
        return Answer(await issue.RunAsync(request, entitlement, ct), request.ResponseEncryption);
    }

    private async Task<IResult> IssueDeferredAsync(WalletMessage message, AccessToken token, CancellationToken ct)
    {
        if (DeferredRequest.Parse(message).Failed(out var failure, out var request))
        {
            return WalletAnswers.Error(failure);
        }

        using var entitlement = await entitlements.OfAsync(token, ct);
        return Answer(await issueDeferred.RunAsync(request, entitlement, ct), request.ResponseEncryption);
    }

    private IResult Answer(Checked<IssuanceOutcome> outcome, ResponseEncryption? encryption) => outcome.Match(
        passed => passed.Match(
            issued => WalletAnswers.Success(StatusCodes.Status200OK, encryption, random, writer => Write(writer, issued), BytesOf(issued)),
            deferred => WalletAnswers.Success(StatusCodes.Status202Accepted, encryption, random, writer => Write(writer, deferred))),
        WalletAnswers.Error);

    // The writer takes room for a text as if each of its characters were three bytes.
    private static int BytesOf(IssuanceOutcome.Issued issued) => 1024 + issued.Credentials.Sum(credential => credential.Length + 32) + (2 * issued.Credentials.Max(credential => credential.Length));

    private static void Write(Utf8JsonWriter writer, IssuanceOutcome.Issued issued)
    {
        writer.WriteStartArray("credentials");
        foreach (var credential in issued.Credentials)
        {
            writer.WriteStartObject();
            writer.WriteString("credential", credential);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("notification_id", issued.NotificationId);
    }

    private static void Write(Utf8JsonWriter writer, IssuanceOutcome.Deferred deferred)
    {
        writer.WriteString("transaction_id", deferred.TransactionId);
        writer.WriteNumber("interval", (long)deferred.Interval.TotalSeconds);
    }
}
