using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth;

/// <summary>What requests can name at this server: from the host's options, and from the resources that the operator registered.</summary>
internal sealed class ServerTerms
{
    private readonly AuthorizationServerOptions _options;
    private readonly Signer _signer;
    private readonly string[] _scopes;
    private readonly string[] _resources;
    private readonly Dictionary<string, AuthorizationDetailCheck> _details;

    public ServerTerms(AuthorizationServerOptions options, Clients.Clients clients, Signer signer)
    {
        (_options, _signer) = (options, signer);
        _scopes = [.. options.Scopes.Concat(clients.Files.SelectMany(client => client.ResourceScopes)).Distinct(StringComparer.Ordinal)];

        // This server is a resource too: the one of tokens that name none.
        _resources = [options.Issuer, .. clients.Files.Select(client => client.Resource).OfType<string>()];
        _details = new(options.AuthorizationDetailsTypes, StringComparer.Ordinal);
        if (options.CredentialConfigurations.Count > 0)
        {
            _details.Add(AuthorizationDetails.CredentialType, AuthorizationDetails.CredentialCheck(options.CredentialConfigurations));
        }
    }

    /// <summary>The key role of signed answers: at an OpenID Provider the one of ID tokens, whose keys clients know already.</summary>
    public KeyRole ResponseRole => _options.OpenIdConnect ? KeyRole.IdentityTokens : KeyRole.AccessTokens;

    /// <summary>As things are now: keys come and go.</summary>
    public RequestTerms Current => new()
    {
        Scopes = _scopes,
        Resources = _resources,
        AuthorizationDetails = _details,
        FormPost = _options.FormPostPage is not null,
        ResponseAlgorithms = [.. Enum.GetValues<JwsAlgorithm>().Where(algorithm => _signer.FindActive(ResponseRole, algorithm) is not null)],
    };
}
