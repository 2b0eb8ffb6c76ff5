using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>
/// Admits requests with a DPoP-bound access token of this server (RFC 9068 §4, RFC 9449 §7).
/// A token is not stored, so it cannot be deleted; it names its grant, and the guard looks that up, by primary key and
/// without a cache: what was revoked is refused from the next request on, on every node.
/// </summary>
public sealed class AccessTokenGuard
{
    private const string Scheme = "DPoP ";

    private readonly AuthorizationServerOptions _options;
    private readonly AccessTokenReader _reader;
    private readonly DpopProofs _proofs;
    private readonly StoredGrants _grants;
    private readonly RefusalLog _log;

    internal AccessTokenGuard(AuthorizationServerOptions options, AccessTokenReader reader, DpopProofs proofs, StoredGrants grants, RefusalLog log) =>
        (_options, _reader, _proofs, _grants, _log) = (options, reader, proofs, grants, log);

    /// <param name="http">The request to the resource.</param>
    /// <param name="requiredScope">A scope that the token must have, or null.</param>
    /// <param name="ct">The request's end.</param>
    public async Task<GuardResult> CheckAsync(HttpContext http, string? requiredScope, CancellationToken ct)
    {
        if (FindToken(http).Refused(out var refusal, out var token)
            || _reader.Read(token).Refused(out refusal, out var claims)
            || (await CheckUseAsync(http, token, claims, ct)).Refused(out refusal, out var owner))
        {
            return Refuse(http, null, refusal, requiredScope);
        }

        if (requiredScope is not null && !claims.Scopes.Contains(requiredScope))
        {
            var missing = new Refusal(Rule.TokenScope, OAuthErrors.InsufficientScope, "the access token lacks a scope");
            return Refuse(http, claims.ClientId, missing, requiredScope);
        }

        return new GuardResult.Granted(new(claims.Json, claims.ClientId, claims.GrantId, owner, claims.Scopes, claims.Thumbprint));
    }

    private static Checked<string> FindToken(HttpContext http)
    {
        // RFC 6750 §2.3 allowed it, FAPI 2.0 §5.3.3 does not: URLs end up in logs.
        if (http.Request.Query.ContainsKey("access_token"))
        {
            return new Refusal(Rule.TokenInQuery, OAuthErrors.InvalidRequest, "an access token does not belong into a URL");
        }

        var headers = http.Request.Headers.Authorization;
        if (headers.Count != 1)
        {
            return headers.Count == 0
                ? new Refusal(Rule.TokenMissing, OAuthErrors.InvalidToken, "the access token is missing")
                : new Refusal(Rule.TokenFormat, OAuthErrors.InvalidRequest, "there is more than one Authorization header");
        }

        // Schemes are compared without case (RFC 9110 §11.1). A bound token sent as Bearer is refused (RFC 9449 §7.2).
        var value = headers.ToString();
        return value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? value[Scheme.Length..].Trim(' ')
            : new Refusal(Rule.TokenScheme, OAuthErrors.InvalidToken, "the access token is to be sent with the DPoP scheme");
    }

    private async Task<Checked<string>> CheckUseAsync(HttpContext http, string token, AccessTokenClaims claims, CancellationToken ct)
    {
        var url = ServerUrls.OriginOf(_options.Issuer) + http.Request.PathBase + http.Request.Path;
        if ((await _proofs.CheckAsync(http, url, token, claims.Thumbprint, ct)).Refused(out var refusal, out _))
        {
            return refusal;
        }

        return await _grants.OwnerAsync(claims.GrantId, ct) is { } owner
            ? owner
            : new Refusal(Rule.TokenRevoked, OAuthErrors.InvalidToken, "the access token was revoked");
    }

    private GuardResult.Refused Refuse(HttpContext http, string? client, Refusal refusal, string? requiredScope)
    {
        _log.Write(http.Request.Path, client, refusal);
        return new(new ResourceRefusal(refusal, requiredScope));
    }
}
