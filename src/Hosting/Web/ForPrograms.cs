using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.Hosting.Web;

/// <summary>
/// Marks an endpoint that programs call and no person reads: it has no language and no page, and answers each of its errors
/// itself. What the pages need of the pipeline is left out for it.
/// </summary>
public sealed class ForPrograms
{
    private static readonly ForPrograms Mark = new();

    private ForPrograms()
    {
    }

    internal static bool IsMarked(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<ForPrograms>() is not null;

    internal static void Put(EndpointBuilder endpoint) => endpoint.Metadata.Add(Mark);
}

/// <summary>Puts <see cref="ForPrograms"/> on endpoints.</summary>
public static class ForProgramsSetup
{
    /// <summary>For an endpoint of a protocol between programs.</summary>
    public static TBuilder WithoutPages<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(ForPrograms.Put);
        return builder;
    }
}
