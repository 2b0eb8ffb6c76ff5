using System.Data.Common;
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
    /// <summary>
    /// <c>sub</c> of the access token. For this server's own resources, at an OpenID Provider, the same (pairwise) one as in the
    /// ID token; for <see cref="TokenGrant.Resource"/> the one by which that resource knows the person.
    /// </summary>
    public required string Subject { get; init; }

    /// <summary><c>acr</c> of the access token: what holds now (RFC 9068 §2.2.1); null: none.</summary>
    public string? Acr { get; init; }

    /// <summary><c>authorization_details</c> with what the host adds to them, such as <c>credential_identifiers</c>; null: as granted.</summary>
    public JsonElement? AuthorizationDetails { get; init; }

    /// <summary>Writes further claims of the access token.</summary>
    public Action<Utf8JsonWriter>? AccessTokenClaims { get; init; }

    /// <summary>The signed ID token.</summary>
    public string? IdToken { get; init; }

    /// <summary>
    /// What the host keeps of it in the main database, in the one unit of work that spends what the client brought: all of it
    /// happens or nothing does. Not called at a refresh.
    /// </summary>
    public Func<DbConnection, DbTransaction, Task>? KeepAsync { get; init; }
}
