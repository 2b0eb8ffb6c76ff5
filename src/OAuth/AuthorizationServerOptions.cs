using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth;

/// <summary>What one authorization server is. Everything else follows the specifications.</summary>
public sealed class AuthorizationServerOptions
{
    /// <summary>The issuer identifier, without a trailing slash: the public base URL of the server (RFC 8414 §2).</summary>
    public required string Issuer { get; init; }

    /// <summary>The directory with one JSON file a client, RFC 7591 member names.</summary>
    public required string ClientsDirectory { get; init; }

    /// <summary>The scopes that are advertised and granted. Unknown ones in a request are ignored.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Draws errors that may not redirect.</summary>
    public required ErrorPage ErrorPage { get; init; }

    /// <summary>Draws the page of <c>form_post</c>; without it that response mode is not offered.</summary>
    public FormPostPage? FormPostPage { get; init; }

    /// <summary>The types of authorization details that the host understands (RFC 9396), each with its check.</summary>
    public IReadOnlyDictionary<string, AuthorizationDetailCheck> AuthorizationDetailsTypes { get; init; } = new Dictionary<string, AuthorizationDetailCheck>();

    /// <summary>The credential configurations that <c>openid_credential</c> may ask for (OpenID4VCI 1.0 §5.1.1). None: that type is unknown.</summary>
    public IReadOnlyCollection<string> CredentialConfigurations { get; init; } = [];

    /// <summary>True for an OpenID Provider: discovery at <c>/.well-known/openid-configuration</c>, <c>nonce</c>, ID tokens; refresh tokens need <c>offline_access</c>.</summary>
    public bool OpenIdConnect { get; init; }

    /// <summary>The grant types of the token endpoint.</summary>
    public IReadOnlyList<string> GrantTypes { get; init; } = [OAuth.GrantTypes.AuthorizationCode, OAuth.GrantTypes.RefreshToken];

    /// <summary><c>acr_values_supported</c>.</summary>
    public IReadOnlyList<string> AcrValues { get; init; } = [];

    /// <summary>Writes further members of the metadata document: subject types, userinfo and end-session endpoints, claims, languages. A member of the engine that comes again stops the start.</summary>
    public Action<Utf8JsonWriter>? Metadata { get; init; }

    /// <summary>Anchors of the attesters whose wallet attestations authenticate a client (HAIP §4.4.1). None: that method is off.</summary>
    public IReadOnlyList<X509Certificate2> AttesterAnchors { get; init; } = [];

    /// <summary>Client certificates (RFC 8705); null: none are read.</summary>
    public MutualTls? MutualTls { get; init; }

    /// <summary>What calls to addresses of clients may reach: <c>jwks_uri</c>, <c>sector_identifier_uri</c>.</summary>
    public OutboundOptions Outbound { get; init; } = new();

    /// <summary>Dynamic registration (RFC 7591); null: clients are files alone.</summary>
    public RegistrationOptions? Registration { get; init; }

    /// <summary>Told the id of a client that ended its registration: what the host keeps about it goes too.</summary>
    public Func<IServiceProvider, string, CancellationToken, Task>? ClientRemoved { get; init; }

    /// <summary>True lets clients register the keys of keys.example, which everybody has: in Development, and nowhere else.</summary>
    public bool AllowExampleKeys { get; init; }

    /// <summary>True: every DPoP proof needs a nonce of this server (RFC 9449 §8).</summary>
    public bool RequireDpopNonce { get; init; }

    /// <summary>The path of the host's page where a person enters the code of a device (RFC 8628 §3.3); null: devices cannot ask.</summary>
    public string? DevicePage { get; init; }

    /// <summary>How long a device may wait for its person.</summary>
    public TimeSpan DeviceCodeLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a pushed request may wait for its first opening: <c>expires_in</c> of RFC 9126.</summary>
    public TimeSpan PushedRequestLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a person may take between pushing and completing: sign-up, consent, another provider.</summary>
    public TimeSpan InteractionLifetime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>FAPI 2.0 §5.3.2.1: at most 60 seconds.</summary>
    public TimeSpan CodeLifetime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>At most five minutes: nothing is stored for an access token.</summary>
    public TimeSpan AccessTokenLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a refresh token lives.</summary>
    public TimeSpan RefreshTokenLifetime { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The URL under which the same endpoint is reached with a client certificate (RFC 8705 §5), or null.</summary>
    internal string? MutualTlsUrlOf(string url) => MutualTls is { } tls && url.StartsWith(ServerUrls.OriginOf(Issuer) + "/", StringComparison.Ordinal)
        ? tls.PublicUrl + url[ServerUrls.OriginOf(Issuer).Length..]
        : null;

    /// <summary>Refresh tokens go to clients that registered for them; at an OpenID Provider the person also has to grant <c>offline_access</c> (Core §11).</summary>
    internal bool AllowsRefresh(Client client, IReadOnlyList<string> scopes) =>
        GrantTypes.Contains(OAuth.GrantTypes.RefreshToken)
        && client.GrantTypes.Contains(OAuth.GrantTypes.RefreshToken)
        && (!OpenIdConnect || scopes.Contains("offline_access"));

    /// <summary>How long tokens of a grant can live once it is redeemed.</summary>
    internal TimeSpan GrantLifetime(Client client, IReadOnlyList<string> scopes) =>
        AllowsRefresh(client, scopes) ? RefreshTokenLifetime + AccessTokenLifetime : AccessTokenLifetime;
}
