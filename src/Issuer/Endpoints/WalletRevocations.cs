using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary><c>GET /pki/{name}.crl</c> (RFC 5280 §4.2.1.13): a signed file, the same for everybody and without authentication, so that any mirror can serve it.</summary>
internal static class WalletRevocations
{
    // RFC 2585 §4.2.
    private const string MediaType = "application/pkix-crl";

    public static void Map(WebApplication app) => app.MapOnly(HttpMethods.Get, "/pki/{name}.crl", Answer);

    private static IResult Answer(HttpContext http, string name, RevocationLists lists, StatusPolicy policy) => lists.Find(name) is { } list
        ? WalletAnswers.Public(http, MediaType, list.Encoded, Base64UrlText.Encode(SHA256.HashData(list.Encoded.Span).AsSpan(0, 12)), policy.MirrorAge)
        : WalletAnswers.Error(StatusCodes.Status404NotFound, "not_found", "there is no such revocation list");
}
