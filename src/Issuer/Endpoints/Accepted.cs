using Microsoft.Net.Http.Headers;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>What media types a request wants (RFC 9110 §12.5.1).</summary>
internal static class Accepted
{
    /// <summary>How much a type is wanted, from 0 to 1: of the ranges that cover it the most specific one counts. Without a wish all are.</summary>
    public static double Quality(HttpRequest request, string type)
    {
        var accepted = request.GetTypedHeaders().Accept;
        return accepted.Count == 0
            ? 1
            : accepted.Select(range => (Rank: Rank(range, type), Quality: range.Quality ?? 1)).Where(range => range.Rank > 0).DefaultIfEmpty().MaxBy(range => range.Rank).Quality;
    }

    private static int Rank(MediaTypeHeaderValue range, string type)
    {
        if (range.MediaType == type)
        {
            return 3;
        }

        return range.MatchesAllTypes ? 1 : range.MatchesAllSubTypes && range.Type == "application" ? 2 : 0;
    }
}
