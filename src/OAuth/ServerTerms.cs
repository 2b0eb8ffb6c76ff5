using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth;

/// <summary>What requests can name at this server: from the host's options, and from the resources that the operator registered.</summary>
internal sealed class ServerTerms
{
    private readonly MadeOfKeys<RequestTerms> _terms;

    public ServerTerms(AuthorizationServerOptions options, Clients.Clients clients, Signer signer)
    {
        ResponseRole = ResponseRoleOf(options);

        // RFC 9126 §5: a client that registers itself later may be one that need not push.
        TakesPushedRequestsAlone = options.Registration is null && clients.Files.All(client => client.RequiresPushedRequests);
        string[] scopes = [.. options.Scopes.Concat(clients.Files.SelectMany(client => client.ResourceScopes)).Distinct(StringComparer.Ordinal)];

        // This server is a resource too: the one of tokens that name none.
        string[] resources = [options.Issuer, .. clients.Files.Select(client => client.Resource).OfType<string>()];
        var details = new Dictionary<string, AuthorizationDetailCheck>(options.AuthorizationDetailsTypes, StringComparer.Ordinal);
        if (options.CredentialConfigurations.Count > 0)
        {
            details.Add(AuthorizationDetails.CredentialType, AuthorizationDetails.CredentialCheck(options.CredentialConfigurations));
        }

        _terms = new(signer, keys => new()
        {
            Scopes = scopes,
            Resources = resources,
            AuthorizationDetails = details,
            FormPost = options.FormPostPage is not null,
            ResponseAlgorithms = keys.Algorithms(ResponseRole),
        });
    }

    /// <summary>The key role of signed answers: at an OpenID Provider the one of ID tokens, whose keys clients know already.</summary>
    public KeyRole ResponseRole { get; }

    /// <summary>True where no client may send its request through the browser, whatever it registered before this server closed registration.</summary>
    public bool TakesPushedRequestsAlone { get; }

    /// <summary>As things are now: keys come and go.</summary>
    public RequestTerms Current => _terms.Value;

    /// <summary>The same, before there is a server.</summary>
    public static KeyRole ResponseRoleOf(AuthorizationServerOptions options) => options.OpenIdConnect ? KeyRole.IdentityTokens : KeyRole.AccessTokens;
}
