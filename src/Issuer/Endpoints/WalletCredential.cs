using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary><c>POST /credential</c> (OpenID4VCI 1.0 §8).</summary>
internal sealed class WalletCredential(AccessTokenGuard guard, Entitlements entitlements, IssueCredential issue, Signer signer, FillRandom random)
{
    public void Map(WebApplication app) => app.MapOnly(HttpMethods.Post, IssuerMetadata.CredentialPath, AnswerAsync);

    private async Task<IResult> AnswerAsync(HttpContext http, CancellationToken ct) => await guard.CheckAsync(http, requiredScope: null, ct) switch
    {
        GuardResult.Granted granted => await IssueAsync(http, granted.Token, ct),
        GuardResult.Refused refused => refused.Result,
        _ => throw new InvalidOperationException("closed"),
    };

    private async Task<IResult> IssueAsync(HttpContext http, AccessToken token, CancellationToken ct)
    {
        if ((await WalletBody.ReadAsync(http, signer, ct)).Failed(out var failure, out var message)
            || CredentialRequest.Parse(message).Failed(out failure, out var request)
            || (await issue.RunAsync(request, await entitlements.OfAsync(token, ct), ct)).Failed(out failure, out var credentials))
        {
            return WalletAnswers.Error(failure);
        }

        return WalletAnswers.Success(StatusCodes.Status200OK, request.ResponseEncryption, random, writer => Write(writer, credentials));
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<string> credentials)
    {
        writer.WriteStartArray("credentials");
        foreach (var credential in credentials)
        {
            writer.WriteStartObject();
            writer.WriteString("credential", credential);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
