using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Protocol;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary><c>GET /offers/{id}</c>: the <c>credential_offer_uri</c> (OpenID4VCI 1.0 §4.1.3). The id is a secret, and the answer is not cached.</summary>
internal static class WalletOffer
{
    public static void Map(WebApplication app) => app.MapOnly(HttpMethods.Get, $"{IssuerMetadata.OfferPath}/{{id}}", AnswerAsync);

    private static async Task<IResult> AnswerAsync(HttpContext http, string id, OfferService offers, CancellationToken ct)
    {
        if (await offers.FindAsync(id, ct) is not { } offer)
        {
            return WalletAnswers.Error(StatusCodes.Status404NotFound, "not_found", "there is no such offer, or it has ended");
        }

        http.Response.Headers.CacheControl = "no-store";
        return Results.Bytes(offer, "application/json");
    }
}
