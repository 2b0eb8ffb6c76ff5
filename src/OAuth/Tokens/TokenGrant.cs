using System.Text.Json;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>A grant whose tokens are being made: what the person granted, to whom, and how it is being used now.</summary>
public sealed class TokenGrant
{
    public required Client Client { get; init; }

    /// <summary>The account or case, as seam 1 named it.</summary>
    public required string Subject { get; init; }

    /// <summary>The key of that person, for as long as the request lasts.</summary>
    public required PersonKey Key { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The <c>nonce</c> of the authentication request: for the first ID token only, null at a refresh.</summary>
    public string? Nonce { get; init; }

    public DateTimeOffset? AuthTime { get; init; }

    public string? Acr { get; init; }

    public IReadOnlyList<string> Amr { get; init; } = [];

    public string? SessionId { get; init; }

    /// <summary>One of <see cref="GrantTypes"/>.</summary>
    public required string GrantType { get; init; }

    /// <summary>The id of the authorization: the same in all tokens that came from it.</summary>
    public required string AuthorizationId { get; init; }

    /// <summary>What the access token is bound to.</summary>
    public required TokenBinding Binding { get; init; }

    /// <summary>The resource that the access token is for (RFC 8707); null: this server's own.</summary>
    public Client? Resource { get; init; }

    /// <summary><c>authorization_details</c> as granted (RFC 9396 §2), an array; or null.</summary>
    public JsonElement? AuthorizationDetails { get; init; }

    /// <summary>Whatever the host gave along at seam 1.</summary>
    public JsonElement? Extra { get; init; }

    /// <summary>Redacted: a grant is personal.</summary>
    public override string ToString() => $"grant of {Client.Id} by {GrantType}";
}
