using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary>Sends the browser on: with 303, so that nothing that was posted is posted on (RFC 9700 §4.12).</summary>
internal sealed class RedirectAnswer : IResult, IStatusCodeHttpResult
{
    private readonly string _location;

    private RedirectAnswer(string location) => _location = location;

    public int? StatusCode => StatusCodes.Status303SeeOther;

    /// <summary>To the client.</summary>
    public static RedirectAnswer To(AuthorizationResponse response) => new(response.Location);

    /// <summary>To a page of the host.</summary>
    /// <exception cref="InvalidOperationException">The host named another server.</exception>
    public static RedirectAnswer ToLocal(string localUrl) =>
        localUrl.StartsWith('/') && !localUrl.StartsWith("//", StringComparison.Ordinal) && !localUrl.StartsWith("/\\", StringComparison.Ordinal)
            ? new(localUrl)
            : throw new InvalidOperationException("A page of the host has a path on this server.");

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCodes.Status303SeeOther;
        response.Headers.Location = _location;
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
        return Task.CompletedTask;
    }
}

/// <summary>A page of the host under the engine's status, never cached.</summary>
internal sealed class PageAnswer(IResult page, int status) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        httpContext.Response.Headers.CacheControl = "no-store";
        return page.ExecuteAsync(httpContext);
    }
}
