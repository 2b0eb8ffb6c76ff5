using System.Collections.Frozen;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>
/// Whom access tokens can be for (RFC 8707): this server, and the resources that its operator registered. A token is for one of
/// them alone (RFC 9700 §2.3): two that share a token could act as its client towards each other, and join what they know.
/// </summary>
internal sealed class ProtectedResources
{
    private readonly string _issuer;
    private readonly FrozenDictionary<string, Client> _byIdentifier;
    private readonly FrozenDictionary<string, Client[]> _byScope;

    // Clients that registered themselves are no resources: anyone could claim the identifier of another.
    public ProtectedResources(AuthorizationServerOptions options, Clients.Clients clients)
    {
        _issuer = options.Issuer;
        var resources = clients.Files.Where(client => client.Resource is not null).ToList();
        _byIdentifier = resources.ToFrozenDictionary(client => client.Resource!, StringComparer.Ordinal);
        _byScope = resources.SelectMany(client => client.ResourceScopes).Distinct(StringComparer.Ordinal)
            .ToFrozenDictionary(scope => scope, scope => resources.Where(client => client.ResourceScopes.Contains(scope)).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The resource of this identifier, or null.</summary>
    public Client? Find(string identifier) => _byIdentifier.GetValueOrDefault(identifier);

    /// <summary>True for a scope of some resource.</summary>
    public bool HasScope(string scope) => _byScope.ContainsKey(scope);

    /// <summary>The resource that a token for a person is for: one of those that were granted, or this server.</summary>
    public Checked<TokenTarget> Choose(IReadOnlyList<string> asked, IReadOnlyList<string> granted)
    {
        if (asked.Count > 1)
        {
            return Refuse("an access token is for one resource: ask for one at a time");
        }

        // RFC 8707 §2.2: a resource that was not granted is not to be had later. This server itself always is.
        var identifier = asked.Count == 1 ? asked[0] : granted.Count > 0 ? granted[0] : _issuer;
        return identifier == _issuer || granted.Contains(identifier)
            ? Of(identifier)
            : Refuse("the resource was not granted");
    }

    /// <summary>The resource that a client's own token is for: the one it names, or the one whose scopes it asks for (RFC 9068 §3).</summary>
    public Checked<TokenTarget> ChooseForClient(IReadOnlyList<string> asked, IReadOnlyList<string> scopes)
    {
        if (asked.Count > 1)
        {
            return Refuse("an access token is for one resource: ask for one at a time");
        }

        if (asked.Count == 1)
        {
            return Of(asked[0]);
        }

        Client? only = null;
        foreach (var scope in scopes)
        {
            if (!_byScope.TryGetValue(scope, out var owners) || owners.Length > 1 || (only is not null && only != owners[0]))
            {
                return Refuse("the scopes are of more than one resource: name the resource");
            }

            only = owners[0];
        }

        return new TokenTarget(only?.Resource ?? _issuer, only);
    }

    private Checked<TokenTarget> Of(string identifier)
    {
        if (identifier == _issuer)
        {
            return new TokenTarget(_issuer, null);
        }

        return Find(identifier) is { } resource ? new TokenTarget(identifier, resource) : Refuse("the resource is unknown here");
    }

    private static Refusal Refuse(string description) => new(Rule.Target, OAuthErrors.InvalidTarget, description);
}

/// <summary>Whom a token is for.</summary>
internal sealed class TokenTarget(string identifier, Client? resource)
{
    /// <summary><c>aud</c>.</summary>
    public string Identifier { get; } = identifier;

    /// <summary>The resource's registration; null: this server itself.</summary>
    public Client? Resource { get; } = resource;

    /// <summary>The scopes that mean something there. This server's own tokens carry all that was granted.</summary>
    public IReadOnlyList<string> Narrow(IReadOnlyList<string> scopes)
    {
        if (Resource is null)
        {
            return scopes;
        }

        var understood = Resource.ResourceScopes;
        return scopes.All(understood.Contains) ? scopes : [.. scopes.Where(understood.Contains)];
    }

    public override string ToString() => Identifier;
}
