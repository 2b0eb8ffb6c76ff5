using System.Collections.Frozen;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary>
/// Lets the pages of public clients read what endpoints answer them (Fetch §3.2, the CORS protocol). A page counts as a
/// client's when the client, registered without authentication, has a redirect URI at the page's origin: whoever may be
/// handed the code there may also redeem it there. Everybody else gets no header of CORS, and cookies never take part.
/// </summary>
public sealed class CrossOrigin
{
    private const string RequestHeaders = "Authorization, Content-Type, DPoP";
    private const string ResponseHeaders = "DPoP-Nonce, WWW-Authenticate";
    private const string MaxAgeSeconds = "600";

    private readonly FrozenSet<string> _origins;
    private readonly RefusalLog _log;

    internal CrossOrigin(ClientDirectory clients, RefusalLog log) =>
        (_origins, _log) = (clients.All.SelectMany(OriginsOf).ToFrozenSet(StringComparer.Ordinal), log);

    /// <summary>Answers the browser's question before a request itself, and the request by its endpoint.</summary>
    /// <param name="http">The request.</param>
    /// <param name="answer">The endpoint.</param>
    /// <param name="methods">What the endpoint is asked by.</param>
    public Task<IResult> AnswerAsync(HttpContext http, Func<Task<IResult>> answer, params string[] methods)
    {
        if (http.Request.Headers.Origin is [{ } origin] && _origins.Contains(origin))
        {
            Allow(http.Response.Headers, origin);
            if (IsPreflight(http.Request))
            {
                return Task.FromResult(AnswerPreflight(http, methods));
            }
        }

        return HttpMessage.CheckMethod(http, methods) is { } refusal ? Task.FromResult<IResult>(Refuse(http, refusal)) : answer();
    }

    // Fetch §3.2.2: any answer that a page reads has to allow its origin, refusals too.
    private static void Allow(IHeaderDictionary headers, string origin)
    {
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlExposeHeaders = ResponseHeaders;
        headers.Vary = "Origin";
    }

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.AccessControlRequestMethod.Count > 0;

    private static IResult AnswerPreflight(HttpContext http, string[] methods)
    {
        var headers = http.Response.Headers;
        headers.AccessControlAllowMethods = string.Join(", ", methods);
        headers.AccessControlAllowHeaders = RequestHeaders;
        headers.AccessControlMaxAge = MaxAgeSeconds;
        return Results.NoContent();
    }

    private JsonAnswer Refuse(HttpContext http, Refusal refusal)
    {
        _log.Write(http.Request.Path, null, refusal);
        return JsonAnswer.Error(refusal);
    }

    // An app's own scheme has no origin (URL §4.7), and an app needs none of this.
    private static IEnumerable<string> OriginsOf(Client client) => client.AuthenticationMethod == ClientAuthenticationMethod.None
        ? client.RedirectUris.Select(uri => new Uri(uri)).Where(uri => uri.Scheme is "https" or "http").Select(uri => uri.GetLeftPart(UriPartial.Authority))
        : [];
}
