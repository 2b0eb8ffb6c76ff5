using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.Tests.Server;

/// <summary>Clients that differ in what their tokens are: bound to what, for whom, by which grant.</summary>
public static class TokenClients
{
    /// <summary>Confidential, and its tokens are bound to nothing unless a proof comes.</summary>
    public const string Bearer = "bearer";

    /// <summary>Confidential, and its tokens are bound to its certificate.</summary>
    public const string Certified = "certified";

    /// <summary>Public, and its tokens are bound to nothing.</summary>
    public const string Page = "page";

    /// <summary>A service where one person may act for another.</summary>
    public const string Portal = "portal";

    /// <summary>A service that acts in its own name.</summary>
    public const string Service = "service";

    /// <summary>A resource with the scopes <c>read</c> and <c>write</c>.</summary>
    public const string Api = "https://api.example";

    /// <summary>A resource with the scopes <c>read</c> and <c>count</c>.</summary>
    public const string OtherApi = "https://other.example/api";

    public static IEnumerable<JsonObject> All(SigningKey key)
    {
        yield return Change(TestDirectory.Registration(Bearer, key), client => client["dpop_bound_access_tokens"] = false);
        yield return Change(TestDirectory.Registration(Certified, key), client => client["tls_client_certificate_bound_access_tokens"] = true);
        yield return Change(TestDirectory.Registration(Page, key), client =>
        {
            client["token_endpoint_auth_method"] = "none";
            client["dpop_bound_access_tokens"] = false;
            client.Remove("jwks");
        });
        yield return Change(TestDirectory.Registration(Service, key), client =>
        {
            client["grant_types"] = new JsonArray(GrantTypes.ClientCredentials);
            client["scope"] = "openid read write count";
            client["dpop_bound_access_tokens"] = false;
        });
        yield return Change(TestDirectory.Registration(Portal, key), client =>
        {
            client["grant_types"] = new JsonArray(GrantTypes.AuthorizationCode, GrantTypes.RefreshToken, GrantTypes.TokenExchange);
            client["scope"] = "openid profile offline_access read write count";
            client["authorization_details_types"] = new JsonArray("payment");
        });
        yield return Resource("api", key, Api, "read write");
        yield return Resource("other-api", key, OtherApi, "read count");
    }

    public static TestClient BearerOf(TestServer server) => new(server, Bearer, server.Files.ClientOne) { SendsProofs = false };

    public static TestClient CertifiedOf(TestServer server) => new(server, Certified, server.Files.ClientOne)
    {
        SendsProofs = false,
        Certificate = TestKeys.Authority("A client"),
    };

    public static TestClient PageOf(TestServer server) => new(server, Page, server.Files.ClientOne)
    {
        SendsProofs = false,
        Authenticate = request => request.Form["client_id"] = Page,
    };

    public static TestClient PortalOf(TestServer server) => new(server, Portal, server.Files.ClientOne);

    public static TestClient ApiOf(TestServer server) => new(server, "api", server.Files.ClientOne);

    public static TestClient OtherApiOf(TestServer server) => new(server, "other-api", server.Files.ClientOne);

    public static TestClient ServiceOf(TestServer server) => new(server, Service, server.Files.ClientOne) { SendsProofs = false };

    private static JsonObject Resource(string id, SigningKey key, string identifier, string scopes) => Change(TestDirectory.Registration(id, key), client =>
    {
        client["grant_types"] = new JsonArray();
        client["resource"] = identifier;
        client["resource_scopes"] = scopes;
        client.Remove("scope");
    });

    private static JsonObject Change(JsonObject client, Action<JsonObject> change)
    {
        change(client);
        return client;
    }
}
