using System.Text.Json;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>What the access tokens of a client have to be bound to. The strict one is the default.</summary>
public enum SenderConstraint
{
    /// <summary>A DPoP key (RFC 9449).</summary>
    Dpop,

    /// <summary>A client certificate: <c>"tls_client_certificate_bound_access_tokens": true</c> (RFC 8705 §3).</summary>
    Certificate,

    /// <summary>Nothing: <c>"dpop_bound_access_tokens": false</c>. A DPoP proof that comes all the same binds the token.</summary>
    None,
}

/// <summary>A registered client.</summary>
public sealed class Client
{
    internal Client(JsonElement registration) => Registration = registration;

    internal JwsAlgorithm? RegisteredIdTokenAlgorithm { get; init; }

    /// <summary><c>client_id</c>.</summary>
    public required string Id { get; init; }

    public required ClientAuthenticationMethod AuthenticationMethod { get; init; }

    /// <summary>The keys of <c>jwks</c>, ready to verify with.</summary>
    public required IReadOnlyList<VerificationKey> Keys { get; init; }

    /// <summary>The certificates (<c>x5c</c>) of the keys in <c>jwks</c>: DER.</summary>
    public IReadOnlyList<byte[]> Certificates { get; init; } = [];

    /// <summary><c>jwks_uri</c>: where the keys lie that are not in <c>jwks</c>, or null.</summary>
    public string? JwksUri { get; init; }

    /// <summary><c>client_secret_sha256</c>: the SHA-256 of each secret that is good now.</summary>
    public IReadOnlyList<byte[]> Secrets { get; init; } = [];

    /// <summary><c>tls_client_auth_…</c> (RFC 8705 §2.1.2): whose certificate the client shows, or null.</summary>
    public CertificateSubject? CertificateSubject { get; init; }

    /// <summary>Exact texts: no pattern, no prefix, no free port.</summary>
    public required IReadOnlyList<string> RedirectUris { get; init; }

    public required IReadOnlyList<string> PostLogoutRedirectUris { get; init; }

    public required IReadOnlyList<string> GrantTypes { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>True unless the client's file says <c>"require_pushed_authorization_requests": false</c>.</summary>
    public required bool RequiresPushedRequests { get; init; }

    /// <summary><c>id_token_signed_response_alg</c>. Where the registration says none: ES256, and for a client outside FAPI what OpenID Connect Registration §2 says, RS256.</summary>
    public JwsAlgorithm IdTokenAlgorithm => RegisteredIdTokenAlgorithm ?? (IsFapi ? JwsAlgorithm.ES256 : JwsAlgorithm.RS256);

    /// <summary>True unless the client's file says <c>"require_pkce": false</c>.</summary>
    public bool RequiresPkce { get; init; } = true;

    /// <summary><c>require_signed_request_object</c> (RFC 9101 §10.5).</summary>
    public bool RequiresSignedRequests { get; init; }

    /// <summary><c>request_object_signing_alg</c>: the one algorithm of its request objects, or null for any of FAPI's.</summary>
    public JwsAlgorithm? RequestObjectAlgorithm { get; init; }

    /// <summary><c>token_endpoint_auth_signing_alg</c>: the one algorithm of its assertions, or null for any of FAPI's.</summary>
    public JwsAlgorithm? AssertionAlgorithm { get; init; }

    /// <summary><c>authorization_signed_response_alg</c> (JARM §3); ES256 where the file says none.</summary>
    public JwsAlgorithm ResponseAlgorithm { get; init; } = JwsAlgorithm.ES256;

    /// <summary><c>userinfo_signed_response_alg</c>; null: plain JSON.</summary>
    public JwsAlgorithm? UserInfoAlgorithm { get; init; }

    /// <summary><c>introspection_signed_response_alg</c> (RFC 9701 §6); null: what the request asks for, in ES256.</summary>
    public JwsAlgorithm? IntrospectionAlgorithm { get; init; }

    public SenderConstraint SenderConstraint { get; init; }

    /// <summary><c>authorization_details_types</c> (RFC 9396 §10).</summary>
    public IReadOnlyList<string> AuthorizationDetailsTypes { get; init; } = [];

    /// <summary><c>resource</c>: this client is also a protected resource of this identifier (RFC 8707 §2), and may ask about its tokens.</summary>
    public string? Resource { get; init; }

    /// <summary><c>resource_scopes</c>: the scopes that <see cref="Resource"/> understands.</summary>
    public IReadOnlyList<string> ResourceScopes { get; init; } = [];

    /// <summary><c>sector_identifier_uri</c> (OpenID Connect Core §8.1).</summary>
    public string? SectorIdentifierUri { get; init; }

    /// <summary><c>backchannel_logout_uri</c> (Back-Channel Logout §2.2).</summary>
    public string? BackchannelLogoutUri { get; init; }

    /// <summary>True while nothing of the client's registration is weaker than FAPI 2.0: then its assertions, too, follow FAPI's rules.</summary>
    public bool IsFapi => RequiresPushedRequests && RequiresPkce && SenderConstraint != SenderConstraint.None
        && AuthenticationMethod is not (ClientAuthenticationMethod.ClientSecretBasic or ClientAuthenticationMethod.ClientSecretPost);

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
