using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>An access token whose signature, times, audience, proof of possession and grant were checked. Only <see cref="AccessTokenGuard"/> makes one.</summary>
public sealed class AccessToken
{
    internal AccessToken(JsonElement claims, string clientId, string grantId, string owner, IReadOnlyList<string> scopes, string thumbprint) =>
        (Claims, ClientId, GrantId, Owner, Scopes, DpopThumbprint) = (claims, clientId, grantId, owner, scopes, thumbprint);

    /// <summary>All claims of the token.</summary>
    public JsonElement Claims { get; }

    /// <summary><c>sub</c>: as <see cref="TokenContent.Subject"/> gave it.</summary>
    public string Subject => Claims.GetProperty("sub").GetString()!;

    public string ClientId { get; }

    /// <summary>The authorization that it came from; <see cref="Storage.StoredGrants"/> has its content.</summary>
    public string GrantId { get; }

    /// <summary>The account or case behind the token, as seam 1 named it: from the store, not from the token.</summary>
    public string Owner { get; }

    public IReadOnlyList<string> Scopes { get; }

    public string DpopThumbprint { get; }

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
