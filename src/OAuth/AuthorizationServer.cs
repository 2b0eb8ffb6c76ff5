using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.OAuth;

/// <summary>Puts the authorization server into a host.</summary>
public static class AuthorizationServer
{
    /// <summary>Registers the engine. The host registers the seams <see cref="IResourceOwner"/> and <see cref="ITokenContent"/> itself.</summary>
    public static IServiceCollection AddAuthorizationServer(this IServiceCollection services, AuthorizationServerOptions options) =>
        throw new NotImplementedException();

    /// <summary>Maps metadata, <c>/jwks</c>, <c>/par</c>, <c>/authorize</c>, <c>/token</c> and <c>/revoke</c>.</summary>
    public static IEndpointRouteBuilder MapAuthorizationServer(this IEndpointRouteBuilder endpoints) => throw new NotImplementedException();
}
