using System.Text.Json;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>How a client authenticates (RFC 7591 §2, <c>token_endpoint_auth_method</c>).</summary>
public enum ClientAuthenticationMethod
{
    /// <summary><c>private_key_jwt</c> (RFC 7523).</summary>
    PrivateKeyJwt,

    /// <summary><c>attest_jwt_client_auth</c>: a wallet with an attestation of its provider.</summary>
    Attestation,

    /// <summary><c>none</c>: a public client; its tokens are still bound to its DPoP key.</summary>
    None,
}

/// <summary>A registered client.</summary>
public sealed class Client
{
    internal Client(JsonElement registration) => Registration = registration;

    /// <summary><c>client_id</c>.</summary>
    public required string Id { get; init; }

    public required ClientAuthenticationMethod AuthenticationMethod { get; init; }

    /// <summary>The keys of <c>jwks</c>, ready to verify with.</summary>
    public required IReadOnlyList<VerificationKey> Keys { get; init; }

    /// <summary>Exact texts: no pattern, no prefix, no free port.</summary>
    public required IReadOnlyList<string> RedirectUris { get; init; }

    public required IReadOnlyList<string> PostLogoutRedirectUris { get; init; }

    public required IReadOnlyList<string> GrantTypes { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>True unless the client's file says <c>"require_pushed_authorization_requests": false</c>.</summary>
    public required bool RequiresPushedRequests { get; init; }

    /// <summary><c>id_token_signed_response_alg</c>; ES256 where the file says none.</summary>
    public required JwsAlgorithm IdTokenAlgorithm { get; init; }

    /// <summary><c>default_max_age</c> in seconds.</summary>
    public long? DefaultMaxAge { get; init; }

    /// <summary><c>client_name</c>; <see cref="NameFor"/> has translations.</summary>
    public required string Name { get; init; }

    /// <summary>The whole file, for members that only the host uses (RFC 7591 names, <c>sector_identifier_uri</c>, <c>logo_uri</c>, …).</summary>
    public JsonElement Registration { get; }

    /// <summary>The name in a language, from <c>client_name#xx</c> (RFC 7591 §2.2), else <see cref="Name"/>.</summary>
    public string NameFor(string language) =>
        Registration.TryGetProperty($"client_name#{language}", out var name) ? name.GetString()! : Name;

    public override string ToString() => Id;
}
