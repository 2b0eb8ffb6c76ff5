using IdentityPlatform.Verifier.Presentation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>Registers and maps OpenID4VP.</summary>
public static class PresentationEndpoints
{
    /// <summary>Registers <see cref="Presentations"/>.</summary>
    public static IServiceCollection AddPresentations(this IServiceCollection services, PresentationOptions options) => services.AddPresentations(_ => options);

    /// <summary>Registers <see cref="Presentations"/> with options that need other services.</summary>
    public static IServiceCollection AddPresentations(this IServiceCollection services, Func<IServiceProvider, PresentationOptions> options) =>
        services.AddSingleton(provider => new Presentations(options(provider), provider.GetService<TimeProvider>() ?? TimeProvider.System));

    /// <summary>Maps what wallets call: the request object and the response.</summary>
    public static RouteGroupBuilder MapPresentations(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup(app.ServiceProvider.GetRequiredService<Presentations>().Options.Path);
        group.AddEndpointFilter(AddHeaders);
        group.MapGet("/request/{handle}", WalletEndpoints.GetRequest);
        group.MapPost("/request/{handle}", WalletEndpoints.PostRequest);
        group.MapPost("/response/{handle}", WalletEndpoints.PostResponse);
        return group;
    }

    /// <summary>
    /// Maps what wallets call and, for a page with one question, <c>POST start</c> and <c>GET result/{id}</c>, bound to the browser by a cookie; and for browsers
    /// that have the Digital Credentials API <c>GET script.js</c>, which asks through it, and <c>POST dc/{id}</c>, to which it hands the answer.
    /// </summary>
    /// <param name="app">The program.</param>
    /// <param name="query">The question.</param>
    /// <param name="release">What the browser gets for an outcome.</param>
    public static RouteGroupBuilder MapPresentations(
        this IEndpointRouteBuilder app, DcqlQuery query, Func<HttpContext, PresentationOutcome, Task<IResult>> release)
    {
        var group = app.MapPresentations();
        group.MapPost("/start", (HttpContext http, Presentations presentations) => BrowserEndpoints.StartAsync(http, presentations, query));
        group.MapPost("/dc/{id}", BrowserEndpoints.PostDcApi);
        group.MapGet("/script.js", BrowserEndpoints.GetScript);
        group.MapGet("/result/{id}", async (string id, HttpContext http, Presentations presentations) => await release(http, await presentations.TakeAsync(http, id)));
        return group;
    }

    // What is answered here is for one reader: no cache keeps it, no address with a response code goes on to another page, nothing is read as another type.
    private static ValueTask<object?> AddHeaders(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var headers = context.HttpContext.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return next(context);
    }
}
