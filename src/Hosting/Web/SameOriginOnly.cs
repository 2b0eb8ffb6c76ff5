using IdentityPlatform.Hosting.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.Hosting.Web;

/// <summary>
/// Refuses unsafe requests that did not start on a page of this program. Every browser sends <c>Origin</c> with a POST
/// (Fetch §3.2), so comparing it with the program's own address replaces antiforgery tokens; a missing one is refused too.
/// </summary>
public sealed class SameOriginOnly(PagesOptions options) : IEndpointFilter
{
    private readonly string _origin = options.Origin;

    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return IsSafe(http.Request.Method) || IsOwn(http.Request)
            ? await next(context)
            : ErrorPages.Refuse(http, StatusCodes.Status403Forbidden, "foreign_origin");
    }

    // RFC 9110 §9.2.1.
    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private bool IsOwn(HttpRequest request) =>
        request.Headers.Origin is [{ } origin] && string.Equals(origin, _origin, StringComparison.Ordinal);
}

/// <summary>Puts <see cref="SameOriginOnly"/> on endpoints.</summary>
public static class SameOriginOnlySetup
{
    /// <summary>For every endpoint that acts on a cookie; one that binds a form needs no antiforgery token then.</summary>
    public static TBuilder RequireSameOrigin<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.DisableAntiforgery().AddEndpointFilterFactory((_, next) => context =>
            context.HttpContext.RequestServices.GetRequiredService<SameOriginOnly>().InvokeAsync(context, next));
}
