using System.Globalization;
using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>
/// <c>GET /status/{n}</c> (Token Status List §8), <c>GET /status</c>, which names them all (§9), and <c>GET /bundle</c>: the same bytes
/// for everybody, without authentication, so that nobody learns who checks whom.
/// </summary>
internal static class WalletStatus
{
    private const string MediaType = "application/statuslist+jwt";
    private const string CwtMediaType = CwtStatusListToken.MediaType;

    public static void Map(WebApplication app)
    {
        app.MapOnly(HttpMethods.Get, "/status", Name);
        app.MapOnly(HttpMethods.Get, "/status/{number}", Answer);
        app.MapOnly(HttpMethods.Get, "/bundle", BundleAsync);
    }

    // §9.3: the lists of the moment, for who fetches them all beforehand: a verifier that will be offline, a mirror.
    private static IResult Name(HttpContext http, StatusPublisher publisher, IssuerUrls urls, StatusPolicy policy)
    {
        var body = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStrings("status_lists", publisher.All().Select(list => urls.StatusList(list.Number)));
            writer.WriteEndObject();
        });
        return WalletAnswers.Public(http, "application/json", body, TagOf(body), policy.MirrorAge);
    }

    private static IResult Answer(HttpContext http, string number, StatusPublisher publisher, StatusPolicy policy)
    {
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var listNumber) || publisher.Find(listNumber) is not { } list)
        {
            return WalletAnswers.Error(StatusCodes.Status404NotFound, "not_found", "there is no such status list");
        }

        if (http.Request.Query.ContainsKey("time"))
        {
            // §8.4: optional, and it would let anybody ask for a card's past.
            return WalletAnswers.Error(StatusCodes.Status501NotImplemented, "not_implemented", "past statuses are not told");
        }

        // RFC 9110 §12.5.1: the one that is wanted more; the JWT where nothing is said, because every reader knows it.
        var (jwt, cwt) = (Accepted.Quality(http.Request, MediaType), Accepted.Quality(http.Request, CwtMediaType));
        if (jwt == 0 && cwt == 0)
        {
            return WalletAnswers.Error(StatusCodes.Status406NotAcceptable, "not_acceptable", $"status lists are {MediaType} and {CwtMediaType}");
        }

        http.Response.Headers.Vary = "Accept, Accept-Encoding";
        return cwt > jwt ? WalletAnswers.Public(http, CwtMediaType, list.Cwt, $"{list.Tag}-cwt", policy.MirrorAge) : AnswerJwt(http, list, policy);
    }

    private static IResult AnswerJwt(HttpContext http, PublishedList list, StatusPolicy policy)
    {
        var gzip = TakesGzip(http.Request);
        if (gzip)
        {
            http.Response.Headers.ContentEncoding = "gzip";
        }

        return WalletAnswers.Public(http, MediaType, gzip ? list.Gzip : list.Plain, gzip ? $"{list.Tag}-gzip" : list.Tag, policy.MirrorAge);
    }

    private static async Task<IResult> BundleAsync(HttpContext http, BundlePublisher bundles, StatusPolicy policy, CancellationToken ct)
    {
        if (await bundles.CurrentAsync(ct) is not { } bundle)
        {
            return WalletAnswers.Error(StatusCodes.Status404NotFound, "not_found", "bundles of this issuer are published elsewhere");
        }

        return WalletAnswers.Public(http, "application/json", bundle, TagOf(bundle), policy.MirrorAge);
    }

    private static string TagOf(byte[] body) => Base64UrlText.Encode(SHA256.HashData(body).AsSpan(0, 12));

    private static bool TakesGzip(HttpRequest request) =>
        request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "gzip" && coding.Quality is not 0);
}
