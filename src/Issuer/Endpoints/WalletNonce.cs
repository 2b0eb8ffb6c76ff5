using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Protocol;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary><c>POST /nonce</c> (OpenID4VCI 1.0 §7): no token, no body.</summary>
internal static class WalletNonce
{
    public static void Map(WebApplication app) => app.MapOnly(HttpMethods.Post, IssuerMetadata.NoncePath, AnswerAsync);

    private static async Task<IResult> AnswerAsync(Nonces nonces, CancellationToken ct)
    {
        var nonce = await nonces.IssueAsync(ct);
        return WalletAnswers.Json(StatusCodes.Status200OK, writer => writer.WriteString("c_nonce", nonce));
    }
}
