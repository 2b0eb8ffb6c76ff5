using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Wallet.Issuance;

/// <summary>What the wallet needs of an issuer's and its authorization server's metadata (OpenID4VCI 1.0 §12.2, RFC 8414).</summary>
public sealed class IssuerMetadata
{
    private readonly JsonElement _issuer;
    private readonly JsonElement _server;

    private IssuerMetadata(JsonElement issuer, JsonElement server) => (_issuer, _server) = (issuer, server);

    /// <summary>The credential issuer identifier.</summary>
    public string Issuer => _issuer.GetProperty("credential_issuer").GetString()!;

    /// <summary>The authorization server's issuer identifier.</summary>
    public string AuthorizationServer => _server.GetProperty("issuer").GetString()!;

    /// <summary>The credential endpoint.</summary>
    public string CredentialEndpoint => _issuer.GetProperty("credential_endpoint").GetString()!;

    /// <summary>The nonce endpoint.</summary>
    public string NonceEndpoint => _issuer.GetProperty("nonce_endpoint").GetString()!;

    /// <summary>The pushed authorization request endpoint.</summary>
    public string PushedAuthorizationRequestEndpoint => _server.GetProperty("pushed_authorization_request_endpoint").GetString()!;

    /// <summary>The authorization endpoint.</summary>
    public string AuthorizationEndpoint => _server.GetProperty("authorization_endpoint").GetString()!;

    /// <summary>The token endpoint.</summary>
    public string TokenEndpoint => _server.GetProperty("token_endpoint").GetString()!;

    /// <summary>How many copies one request may ask for.</summary>
    public int BatchSize => (int)(_issuer.ObjectMember("batch_credential_issuance")?.LongMember("batch_size") ?? 1);

    /// <summary>The scope of a configuration (HAIP §4: every configuration has one).</summary>
    public string ScopeOf(string configuration) =>
        _issuer.GetProperty("credential_configurations_supported").GetProperty(configuration).GetProperty("scope").GetString()!;

    /// <summary>Fetches both documents; each names itself by the identifier that it was asked under.</summary>
    /// <exception cref="FormatException">A document is malformed or names another issuer.</exception>
    public static async Task<IssuerMetadata> FetchAsync(string issuer, HttpClient http, CancellationToken ct)
    {
        var credential = await FetchAsync(WellKnown(issuer, "openid-credential-issuer"), "credential_issuer", issuer, http, ct);
        var authorizationServer = credential.StringsMember("authorization_servers") is [var first, ..] ? first : issuer;
        var server = await FetchAsync(WellKnown(authorizationServer, "oauth-authorization-server"), "issuer", authorizationServer, http, ct);
        return new(credential, server);
    }

    // RFC 8414 §3.1, OpenID4VCI 1.0 §12.2.2: the well-known part goes between host and path.
    private static Uri WellKnown(string identifier, string name)
    {
        var uri = new Uri(identifier);
        return new($"{uri.GetLeftPart(UriPartial.Authority)}/.well-known/{name}{uri.AbsolutePath.TrimEnd('/')}");
    }

    private static async Task<JsonElement> FetchAsync(Uri url, string member, string identifier, HttpClient http, CancellationToken ct)
    {
        var json = StrictJson.ParseObject(await http.GetByteArrayAsync(url, ct), 512 * 1024).OrThrow().Element;
        return json.StringMember(member) == identifier ? json : throw new FormatException($"{url} names another {member}.");
    }
}
