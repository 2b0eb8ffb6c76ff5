using System.Text.Json;
using IdentityPlatform.Formats;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>An access token whose signature, times, audience, proof of possession and grant were checked. Only <see cref="AccessTokenGuard"/> makes one.</summary>
public sealed class AccessToken
{
    private readonly string? _owner;
    private readonly string? _grantId;

    internal AccessToken(AccessTokenClaims claims, string? owner) =>
        (Claims, ClientId, Scopes, Binding, _grantId, _owner) = (claims.Json, claims.ClientId, claims.Scopes, claims.Binding, claims.GrantId, owner);

    /// <summary>All claims of the token.</summary>
    public JsonElement Claims { get; }

    /// <summary><c>sub</c>: as <see cref="TokenContent.Subject"/> gave it; the client's id in a client's own token.</summary>
    public string Subject => Claims.GetProperty("sub").GetString()!;

    public string ClientId { get; }

    /// <summary>True for a client's own token: only where <see cref="Protocol.AccessRequirement.AllowsClients"/> let it in.</summary>
    public bool IsClients => _grantId is null;

    /// <summary>The authorization that it came from; <see cref="Storage.StoredGrants"/> has its content.</summary>
    /// <exception cref="InvalidOperationException">It is a client's own token.</exception>
    public string GrantId => _grantId ?? throw new InvalidOperationException("Nobody granted a client its own token.");

    /// <summary>The account or case behind the token, as seam 1 named it: from the store, not from the token.</summary>
    /// <exception cref="InvalidOperationException">It is a client's own token.</exception>
    public string Owner => _owner ?? throw new InvalidOperationException("No person stands behind a client's own token.");

    public IReadOnlyList<string> Scopes { get; }

    /// <summary>What the token is bound to; this request showed it.</summary>
    public TokenBinding Binding { get; }

    /// <summary><c>acr</c> (RFC 9068 §2.2.1), or null.</summary>
    public string? Acr => Claims.StringMember("acr");

    /// <summary><c>act</c>: who acts for the subject (RFC 8693 §4.1); null: the subject itself.</summary>
    public JsonElement? Actor => Claims.ObjectMember("act");

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
