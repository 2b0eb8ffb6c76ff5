using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Endpoints;
using IdentityPlatform.OAuth.Grants;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IdentityPlatform.OAuth;

/// <summary>Puts the authorization server into a host.</summary>
public static class AuthorizationServer
{
    /// <summary>The engine's tables, for the host's migration.</summary>
    public static MigrationSet Migrations { get; } = new("oauth", typeof(AuthorizationServer).Assembly);

    /// <summary>
    /// Registers the engine on the host's database, one-time store, signer and clock. The host registers the seams
    /// <see cref="IResourceOwner"/> and <see cref="ITokenContent"/> itself, as singletons or scoped, and <see cref="ITokenExchange"/> where it offers that.
    /// </summary>
    /// <exception cref="SettingsException">A client's file is wrong: names the setting, the file and the member.</exception>
    public static IServiceCollection AddAuthorizationServer(this IServiceCollection services, AuthorizationServerOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options).AddSingleton<ServerTerms>().AddSingleton<RefusalLog>();
        AddClients(services, options);
        AddStorage(services);
        AddTokens(services, options);
        AddEndpoints(services, options);
        return services;
    }

    /// <summary>Maps metadata, <c>/jwks</c>, <c>/par</c>, <c>/authorize</c>, <c>/token</c>, <c>/revoke</c> and <c>/introspect</c>; <c>/register</c> and the device endpoint where they are on.</summary>
    /// <exception cref="SettingsException">A client's file asks for signatures of an algorithm without a key: names the client and the member.</exception>
    public static IEndpointRouteBuilder MapAuthorizationServer(this IEndpointRouteBuilder endpoints)
    {
        var options = endpoints.ServiceProvider.GetRequiredService<AuthorizationServerOptions>();
        CheckAlgorithms(endpoints.ServiceProvider.GetRequiredService<ClientDirectory>(), options, endpoints.ServiceProvider.GetRequiredService<Signer>());
        var path = ServerUrls.PathOf(options.Issuer);
        endpoints.Map<Metadata>(ServerUrls.AuthorizationServerMetadata + path, (endpoint, http) => Task.FromResult(endpoint.Handle(http))).WithoutPages();
        if (options.OpenIdConnect)
        {
            endpoints.Map<Metadata>(path + ServerUrls.OpenIdConfiguration, (endpoint, http) => Task.FromResult(endpoint.Handle(http))).WithoutPages();
        }

        endpoints.Map<Jwks>(path + ServerUrls.Jwks, (endpoint, http) => Task.FromResult(endpoint.Handle(http))).WithoutPages();
        endpoints.MapCrossOrigin<PushedAuthorization>(path + ServerUrls.PushedAuthorization, (endpoint, http) => endpoint.HandleAsync(http));
        endpoints.Map<Authorization>(path + ServerUrls.Authorize, (endpoint, http) => endpoint.HandleAsync(http, Seam<IResourceOwner>(http)));
        endpoints.MapCrossOrigin<Token>(path + ServerUrls.Token, (endpoint, http) => endpoint.HandleAsync(http, Seam<ITokenContent>(http)));
        endpoints.MapCrossOrigin<Revocation>(path + ServerUrls.Revocation, (endpoint, http) => endpoint.HandleAsync(http));
        endpoints.Map<Introspection>(path + ServerUrls.Introspection, (endpoint, http) => endpoint.HandleAsync(http)).WithoutPages();
        endpoints.MapOffered(options, path);
        return endpoints;
    }

    private static void AddClients(IServiceCollection services, AuthorizationServerOptions options) => services
        .AddSingleton(ReadClients(options))
        .AddSingleton(s => new Clients.Clients(s.GetRequiredService<ClientDirectory>(), s.GetRequiredService<RegisteredClients>()))
        .AddSingleton<RegisteredClients>()
        .AddSingleton<ClientInvitations>()
        .AddSingleton<SelfRegistration>()
        .AddSingleton(_ => new OutboundHttp(options.Outbound))
        .AddSingleton<RemoteKeys>()
        .AddSingleton<ClientKeys>()
        .AddSingleton<ClientCertificates>()
        .AddSingleton<ClientAssertions>()
        .AddSingleton<ClientAttestations>()
        .AddSingleton<ClientSecrets>()
        .AddSingleton<CertificateAuthentication>()
        .AddSingleton<ClientAuthentication>();

    private static void AddStorage(IServiceCollection services) => services
        .AddSingleton<StoredGrants>()
        .AddSingleton<AuthorizationCodes>()
        .AddSingleton<RefreshTokens>()
        .AddSingleton<PreAuthorizedCodes>()
        .AddSingleton<DeviceCodes>()
        .AddSingleton<PushedRequests>()
        .AddHostedService<ExpirySweep>();

    private static void AddTokens(IServiceCollection services, AuthorizationServerOptions options) => services
        .AddSingleton<GrantHandler, AuthorizationCodeGrant>()
        .AddSingleton<GrantHandler, RefreshTokenGrant>()
        .AddSingleton<GrantHandler, PreAuthorizedCodeGrant>()
        .AddSingleton<GrantHandler, DeviceCodeGrant>()
        .AddSingleton<GrantHandler, ClientCredentialsGrant>()
        .AddSingleton<GrantHandler, TokenExchangeGrant>()
        .AddSingleton<DpopNonces>()
        .AddSingleton<DpopProofs>()
        .AddSingleton<TokenBindings>()
        .AddSingleton<ProtectedResources>()
        .AddSingleton<PersonTokens>()
        .AddSingleton<AccessTokens>()
        .AddSingleton<AccessTokenReader>()
        .AddSingleton<LiveTokens>()
        .AddSingleton<TokenFacts>()
        .AddSingleton(s => new AccessTokenGuard(
            options, s.GetRequiredService<AccessTokenReader>(), s.GetRequiredService<DpopProofs>(), s.GetRequiredService<ClientCertificates>(),
            s.GetRequiredService<LiveTokens>(), s.GetRequiredService<RefusalLog>(), s.GetRequiredService<TimeProvider>()));

    private static void AddEndpoints(IServiceCollection services, AuthorizationServerOptions options) => services
        .AddSingleton(s => new CrossOrigin(s.GetRequiredService<ClientDirectory>(), s.GetRequiredService<RefusalLog>()))
        .AddSingleton<Metadata>()
        .AddSingleton<Jwks>()
        .AddSingleton<SignedRequests>()
        .AddSingleton<AuthorizationAnswers>()
        .AddSingleton<Recipients>()
        .AddSingleton<CodeIssuance>()
        .AddSingleton<DeviceAuthorization>()
        .AddSingleton(s => new DeviceRequests(
            options, s.GetRequiredService<Clients.Clients>(), s.GetRequiredService<ServerTerms>(), s.GetRequiredService<DeviceCodes>(),
            s.GetRequiredService<PushedRequests>(), s.GetRequiredService<OneTimeStore>(), s.GetRequiredService<TimeProvider>()))
        .AddSingleton<PushedAuthorization>()
        .AddSingleton<Authorization>()
        .AddSingleton<Token>()
        .AddSingleton<Revocation>()
        .AddSingleton<Introspection>()
        .AddSingleton<Registration>()
        .AddSingleton<RegistrationManagement>();

    // What a host may leave out.
    private static void MapOffered(this IEndpointRouteBuilder endpoints, AuthorizationServerOptions options, string path)
    {
        if (options.Registration is not null)
        {
            endpoints.Map<Registration>(path + ServerUrls.Registration, (endpoint, http) => endpoint.HandleAsync(http)).WithoutPages();
            endpoints.Map<RegistrationManagement>(path + ServerUrls.Registration + "/{client}", (endpoint, http) => endpoint.HandleAsync(http)).WithoutPages();
        }

        if (options.DevicePage is not null)
        {
            endpoints.Map<DeviceAuthorization>(path + ServerUrls.DeviceAuthorization, (endpoint, http) => endpoint.HandleAsync(http)).WithoutPages();
        }
    }

    // What a public client's page in a browser calls by itself, always by POST.
    private static void MapCrossOrigin<TEndpoint>(this IEndpointRouteBuilder endpoints, string pattern, Func<TEndpoint, HttpContext, Task<IResult>> handle)
        where TEndpoint : class
    {
        var origins = endpoints.ServiceProvider.GetRequiredService<CrossOrigin>();
        endpoints.Map<TEndpoint>(pattern, (endpoint, http) => origins.AnswerAsync(http, () => handle(endpoint, http), HttpMethods.Post)).WithoutPages();
    }

    // Made at start, so that a missing key stops the server and not the first request. Methods are the endpoints' own
    // matter: what they refuse is answered in the form of their specification.
    private static IEndpointConventionBuilder Map<TEndpoint>(this IEndpointRouteBuilder endpoints, string pattern, Func<TEndpoint, HttpContext, Task<IResult>> handle)
        where TEndpoint : class
    {
        var endpoint = endpoints.ServiceProvider.GetRequiredService<TEndpoint>();
        return endpoints.Map(pattern, async http => await (await handle(endpoint, http)).ExecuteAsync(http));
    }

    private static T Seam<T>(HttpContext http)
        where T : notnull => http.RequestServices.GetRequiredService<T>();

    private static void CheckAlgorithms(ClientDirectory clients, AuthorizationServerOptions options, Signer signer)
    {
        foreach (var client in clients.All)
        {
            if (ClientAlgorithms.FindUnsigned(client, options, signer) is var (member, algorithm))
            {
                throw new SettingsException("Clients:Directory", $"has the client {client.Id} with {member} {algorithm.Name()}, and there is no active key for it.");
            }
        }
    }

    private static ClientDirectory ReadClients(AuthorizationServerOptions options)
    {
        try
        {
            return ClientDirectory.Load(options.ClientsDirectory, options.AllowExampleKeys);
        }
        catch (ClientFileException e)
        {
            throw new SettingsException("Clients:Directory", e.Message);
        }
    }
}
