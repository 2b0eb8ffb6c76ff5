using System.Text.Json;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.OAuth.Tokens;
using Microsoft.Net.Http.Headers;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary><c>POST /credential</c> (OpenID4VCI 1.0 §8).</summary>
internal static class WalletCredential
{
    // One byte more than a request may have tells "full" from "too much".
    private const int ReadLimit = CredentialRequest.MaxBytes + 1;

    public static void Map(WebApplication app) => app.MapOnly(HttpMethods.Post, IssuerMetadata.CredentialPath, AnswerAsync);

    private static async Task<IResult> AnswerAsync(
        HttpContext http, AccessTokenGuard guard, Entitlements entitlements, IssueCredential issue, CancellationToken ct)
    {
        switch (await guard.CheckAsync(http, requiredScope: null, ct))
        {
            case GuardResult.Granted granted:
                return await IssueAsync(http, await entitlements.OfAsync(granted.Token, ct), issue, ct);
            case GuardResult.Refused refused:
                return refused.Result;
            default:
                throw new InvalidOperationException("closed");
        }
    }

    private static async Task<IResult> IssueAsync(HttpContext http, Entitlement entitlement, IssueCredential issue, CancellationToken ct)
    {
        if (RefuseMediaType(http.Request.ContentType) is { } failure)
        {
            return WalletAnswers.Error(failure);
        }

        var body = new byte[ReadLimit];
        var length = await http.Request.Body.ReadAtLeastAsync(body, ReadLimit, throwOnEndOfStream: false, ct);
        return (await issue.RunAsync(body.AsMemory(0, length), entitlement, ct)).Match(
            credentials => WalletAnswers.Json(StatusCodes.Status200OK, writer => Write(writer, credentials)),
            WalletAnswers.Error);
    }

    // §8.2: application/json; application/jwt would be an encrypted request, which the metadata does not offer.
    private static CredentialFailure? RefuseMediaType(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || type.MediaType != "application/json")
        {
            return type?.MediaType == "application/jwt"
                ? new CredentialFailure(CredentialError.InvalidEncryptionParameters, CredentialRule.NoEncryption, "requests are not encrypted here")
                : new CredentialFailure(CredentialError.InvalidCredentialRequest, CredentialRule.Json, "the content type is application/json");
        }

        return null;
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
