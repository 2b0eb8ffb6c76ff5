using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary>Public JSON that changes with the keys only. Caches keep it shortly, so that a new key is seen before it signs.</summary>
internal static class StaticDocument
{
    public static IResult Answer(HttpContext http, byte[] document, RefusalLog log)
    {
        if (HttpMessage.CheckMethod(http, HttpMethods.Get, HttpMethods.Head) is { } refusal)
        {
            log.Write(http.Request.Path, null, refusal);
            return JsonAnswer.Error(refusal);
        }

        http.Response.Headers.CacheControl = "public, max-age=60";
        http.Response.Headers.AccessControlAllowOrigin = "*";
        return Results.Bytes(document, "application/json");
    }
}
