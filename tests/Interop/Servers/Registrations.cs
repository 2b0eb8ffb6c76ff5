using System.Security.Cryptography;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Interop.Node;

namespace IdentityPlatform.Interop.Servers;

/// <summary>The files of the relying services that the clients of these tests are at the identity provider.</summary>
internal static class Registrations
{
    /// <summary>Writes the example's services and these ones into one directory.</summary>
    public static string Write(string examples, DirectoryInfo directory, params IEnumerable<JsonObject> registrations)
    {
        foreach (var file in Directory.GetFiles(examples, "*.json"))
        {
            File.Copy(file, Path.Combine(directory.FullName, Path.GetFileName(file)));
        }

        foreach (var registration in registrations)
        {
            File.WriteAllText(Path.Combine(directory.FullName, $"{registration["client_id"]}.json"), registration.ToJsonString());
        }

        return directory.FullName;
    }

    /// <summary>The strict one: pushed requests, DPoP and <c>private_key_jwt</c>, as for anybody who asks for nothing weaker.</summary>
    public static JsonObject Service(string id, string callback, ECDsa key)
    {
        var service = Client(id, callback);
        service["scope"] = "openid offline_access";
        service["id_token_signed_response_alg"] = "ES256";
        service["token_endpoint_auth_method"] = "private_key_jwt";
        service["jwks"] = KeySet(Jwk.Of(key, Jwk.Of(key).ThumbprintText()));
        return service;
    }

    /// <summary>FAPI 2.0 Message Signing: what it sends and what it gets is signed.</summary>
    public static JsonObject Fapi(string id, string callback, string signedOut, ECDsa key)
    {
        var service = Service(id, callback, key);
        service["scope"] = "openid profile offline_access";
        service["require_signed_request_object"] = true;
        service["authorization_signed_response_alg"] = "ES256";
        service["userinfo_signed_response_alg"] = "ES256";
        service["post_logout_redirect_uris"] = NodeJson.Array([signedOut]);
        return service;
    }

    /// <summary>
    /// What Debian's mod_auth_openidc (2.4.12) can: it pushes no requests and makes no DPoP proofs, and it signs assertions with
    /// RS256 for the token endpoint. The rest is as strict as for anybody: S256, and signed requests that alone count.
    /// </summary>
    public static JsonObject Apache(Jwk key)
    {
        var apache = Client(ApacheSite.ClientId, ApacheSite.Callback);
        apache["grant_types"] = NodeJson.Array(["authorization_code"]);
        apache["scope"] = "openid profile";
        apache["token_endpoint_auth_method"] = "private_key_jwt";
        apache["token_endpoint_auth_signing_alg"] = "RS256";
        apache["jwks"] = KeySet(key);
        apache["require_pushed_authorization_requests"] = false;
        apache["dpop_bound_access_tokens"] = false;
        apache["require_signed_request_object"] = true;
        apache["request_object_signing_alg"] = "PS256";
        apache["id_token_signed_response_alg"] = "ES256";
        apache["userinfo_signed_response_alg"] = "ES256";
        apache["post_logout_redirect_uris"] = NodeJson.Array([ApacheSite.SignedOut]);
        apache["backchannel_logout_uri"] = ApacheSite.BackchannelLogout;
        return apache;
    }

    /// <summary>Microsoft's classes make no DPoP proofs; the rest is strict.</summary>
    public static JsonObject Microsoft(string algorithm, ECDsa key)
    {
        var service = Service(Town.MicrosoftId(algorithm), Town.MicrosoftCallback(algorithm), key);
        service["scope"] = "openid profile";
        service["dpop_bound_access_tokens"] = false;
        service["id_token_signed_response_alg"] = algorithm;
        service["userinfo_signed_response_alg"] = algorithm;
        service["backchannel_logout_uri"] = Town.MicrosoftCallback(algorithm).Replace("callback", "ended", StringComparison.Ordinal);
        return service;
    }

    /// <summary>A device without a browser (RFC 8628).</summary>
    public static JsonObject Device(string id, ECDsa key)
    {
        var device = Machine(id, "urn:ietf:params:oauth:grant-type:device_code", key);
        device["scope"] = "openid";
        return device;
    }

    /// <summary>A program without a person (RFC 6749 §4.4).</summary>
    public static JsonObject Program(string id, string scope, ECDsa key)
    {
        var program = Machine(id, "client_credentials", key);
        program["scope"] = scope;
        return program;
    }

    /// <summary>A service that tokens are for (RFC 8707), and that may ask about them.</summary>
    public static JsonObject Resource(string id, string resource, string scope, ECDsa key)
    {
        var service = Machine(id, "client_credentials", key);
        service["resource"] = resource;
        service["resource_scopes"] = scope;
        service["introspection_signed_response_alg"] = "ES256";
        return service;
    }

    private static JsonObject Machine(string id, string grantType, ECDsa key)
    {
        var machine = Service(id, Town.ServiceCallback, key);
        machine.Remove("redirect_uris");
        machine.Remove("response_types");
        machine.Remove("scope");
        machine["grant_types"] = NodeJson.Array([grantType]);
        return machine;
    }

    /// <summary>A page in a browser: it can keep no secret, and its library pushes no requests.</summary>
    public static JsonObject Page(string id, string origin)
    {
        var page = Client(id, $"{origin}/{id}/callback");
        page["post_logout_redirect_uris"] = NodeJson.Array([$"{origin}/{id}/bye"]);
        page["token_endpoint_auth_method"] = "none";
        page["require_pushed_authorization_requests"] = false;
        return page;
    }

    /// <summary>A page whose library makes no DPoP proofs either.</summary>
    public static JsonObject UnboundPage(string id, string origin)
    {
        var page = Page(id, origin);
        page["dpop_bound_access_tokens"] = false;
        return page;
    }

    /// <summary>A key set of one.</summary>
    public static JsonObject KeySet(Jwk key) => new() { ["keys"] = new JsonArray(JsonNode.Parse(key.ToJson())) };

    private static JsonObject Client(string id, string callback) => new()
    {
        ["client_id"] = id,
        ["client_name"] = $"Interop {id}",
        ["redirect_uris"] = NodeJson.Array([callback]),
        ["response_types"] = NodeJson.Array(["code"]),
        ["grant_types"] = NodeJson.Array(["authorization_code", "refresh_token"]),
        ["scope"] = "openid profile offline_access",
    };
}
