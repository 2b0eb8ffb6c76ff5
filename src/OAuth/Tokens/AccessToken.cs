using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Storage;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>An access token whose signature, times, audience, proof of possession and grant were checked. Only <see cref="AccessTokenGuard"/> makes one.</summary>
public sealed class AccessToken
{
    private readonly GrantRow? _grant;

    internal AccessToken(AccessTokenClaims claims, GrantRow? grant) =>
        (Claims, ClientId, Scopes, Binding, _grant) = (claims.Json, claims.ClientId, claims.Scopes, claims.Binding, grant);

    /// <summary>All claims of the token.</summary>
    public JsonElement Claims { get; }

    /// <summary><c>sub</c>: as <see cref="TokenContent.Subject"/> gave it; the client's id in a client's own token.</summary>
    public string Subject => Claims.GetProperty("sub").GetString()!;

    public string ClientId { get; }

    /// <summary>True for a client's own token: only where <see cref="Protocol.AccessRequirement.AllowsClients"/> let it in.</summary>
    public bool IsClients => _grant is null;

    /// <summary>The authorization that it came from; <see cref="Storage.StoredGrants"/> has its content.</summary>
    /// <exception cref="InvalidOperationException">It is a client's own token.</exception>
    public string GrantId => Grant.Id;

    /// <summary>The account or case behind the token, as seam 1 named it: from the store, not from the token.</summary>
    /// <exception cref="InvalidOperationException">It is a client's own token.</exception>
    public string Owner => Grant.Subject;

    public IReadOnlyList<string> Scopes { get; }

    /// <summary>What the token is bound to; this request showed it.</summary>
    public TokenBinding Binding { get; }

    /// <summary><c>acr</c> (RFC 9068 §2.2.1), or null.</summary>
    public string? Acr => Claims.StringMember("acr");

    /// <summary><c>act</c>: who acts for the subject (RFC 8693 §4.1); null: the subject itself.</summary>
    public JsonElement? Actor => Claims.ObjectMember("act");

    /// <summary>The grant as the guard found it, a moment ago.</summary>
    /// <exception cref="InvalidOperationException">It is a client's own token.</exception>
    internal GrantRow Grant => _grant ?? throw new InvalidOperationException("Nobody granted a client its own token, and no person stands behind it.");

    /// <summary>The grants of all who act, which hold the token too.</summary>
    internal IReadOnlyList<string> ActorGrantIds => Claims.StringsMember(AccessTokens.ActorGrantsClaim) ?? [];

    /// <summary><c>authorization_details</c> (RFC 9396 §9.1), an array; or null.</summary>
    public JsonElement? AuthorizationDetails => Claims.ArrayMember("authorization_details");

    /// <summary>Redacted: claims may be personal.</summary>
    public override string ToString() => $"access token of {ClientId}";
}

/// <summary>What <see cref="AccessTokenGuard"/> answers.</summary>
public abstract class GuardResult
{
    private GuardResult()
    {
    }

    public sealed class Granted(AccessToken token) : GuardResult
    {
        public AccessToken Token { get; } = token;
    }

    /// <summary>The whole answer: 400, 401 or 403 with <c>WWW-Authenticate</c>, <c>DPoP-Nonce</c> and <c>no-store</c>.</summary>
    public sealed class Refused(IResult result) : GuardResult
    {
        public IResult Result { get; } = result;
    }
}
