using System.Text.Json;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth;

/// <summary>Seam 2: what a token may carry.</summary>
public interface ITokenContent
{
    /// <summary>The content of the tokens of this grant now; null when nothing may be issued any more (account closed): <c>invalid_grant</c>.</summary>
    Task<TokenContent?> ForAsync(TokenGrant grant, CancellationToken ct);
}

/// <summary>What the host puts into the token response.</summary>
public sealed class TokenContent
{
    /// <summary><c>sub</c> of the access token: at an OpenID Provider the same (pairwise) one as in the ID token.</summary>
    public required string Subject { get; init; }

    /// <summary><c>aud</c> of the access token; the issuer where empty (RFC 9068 §3).</summary>
    public IReadOnlyList<string> Audience { get; init; } = [];

    /// <summary>Writes further claims of the access token.</summary>
    public Action<Utf8JsonWriter>? AccessTokenClaims { get; init; }

    /// <summary>The signed ID token.</summary>
    public string? IdToken { get; init; }

    /// <summary>Writes further members of the token response, such as <c>authorization_details</c>.</summary>
    public Action<Utf8JsonWriter>? ResponseMembers { get; init; }
}
