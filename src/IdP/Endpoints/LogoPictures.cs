using IdentityPlatform.IdP.Services;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary><c>/logo</c>: the picture of a service, from the provider's own address.</summary>
public static class LogoPictures
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/logo", SendAsync);

    private static async Task<IResult> SendAsync(HttpContext http, Logos logos, string? service, CancellationToken ct)
    {
        if (await logos.FindAsync(service, ct) is not { } logo)
        {
            return Results.NotFound();
        }

        http.Response.Headers.CacheControl = "private, max-age=3600";
        return Results.Bytes(logo.Png, Logo.MediaType);
    }
}
