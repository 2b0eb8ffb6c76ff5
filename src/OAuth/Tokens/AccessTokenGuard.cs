using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>
/// Admits requests with an access token of this server (RFC 9068 §4), shown in the way that its binding asks for (RFC 9449 §7,
/// RFC 8705 §3, RFC 6750 §2). A token is not stored, so it cannot be deleted; it names its client and its grant, and the guard
/// looks these up, without a cache: what was revoked is refused from the next request on, on every node.
/// </summary>
public sealed class AccessTokenGuard
{
    private readonly AuthorizationServerOptions _options;
    private readonly AccessTokenReader _reader;
    private readonly DpopProofs _proofs;
    private readonly ClientCertificates _certificates;
    private readonly LiveTokens _tokens;
    private readonly RefusalLog _log;
    private readonly TimeProvider _time;

    internal AccessTokenGuard(
        AuthorizationServerOptions options,
        AccessTokenReader reader,
        DpopProofs proofs,
        ClientCertificates certificates,
        LiveTokens tokens,
        RefusalLog log,
        TimeProvider time) =>
        (_options, _reader, _proofs, _certificates, _tokens, _log, _time) = (options, reader, proofs, certificates, tokens, log, time);

    /// <param name="http">The request to the resource.</param>
    /// <param name="requiredScope">A scope that the token must have, or null.</param>
    /// <param name="ct">The request's end.</param>
    public Task<GuardResult> CheckAsync(HttpContext http, string? requiredScope, CancellationToken ct) =>
        CheckAsync(http, new AccessRequirement { Scope = requiredScope }, ct);

    /// <param name="http">The request to the resource.</param>
    /// <param name="requirement">What the resource asks of the token.</param>
    /// <param name="ct">The request's end.</param>
    public async Task<GuardResult> CheckAsync(HttpContext http, AccessRequirement requirement, CancellationToken ct)
    {
        if ((await PresentedToken.FindAsync(http)).Refused(out var refusal, out var presented))
        {
            return Refuse(http, null, refusal, new(requirement));
        }

        var challenge = new Challenge(requirement, presented.Scheme);
        if (_reader.ReadOwn(presented.Text).Refused(out refusal, out var claims))
        {
            return Refuse(http, null, refusal, challenge);
        }

        if (await CheckPossessionAsync(http, presented, claims, ct) is { } fault)
        {
            return Refuse(http, claims.ClientId, fault, challenge);
        }

        if ((await _tokens.AdmitAsync(claims, ct)).Refused(out refusal, out var token))
        {
            return Refuse(http, claims.ClientId, refusal, challenge);
        }

        return CheckRequirement(claims, requirement) is { } lacking
            ? Refuse(http, claims.ClientId, lacking, challenge)
            : new GuardResult.Granted(token);
    }

    // What the token is bound to has to be shown, in the scheme that goes with it.
    private async Task<Refusal?> CheckPossessionAsync(HttpContext http, PresentedToken presented, AccessTokenClaims claims, CancellationToken ct)
    {
        // RFC 9449 §7.2: a DPoP-bound token sent as Bearer is refused; §7.1: the DPoP scheme is for such tokens alone.
        var isBoundToKey = claims.Binding is TokenBinding.Dpop;
        if (isBoundToKey != (presented.Scheme == PresentedToken.DpopScheme))
        {
            var scheme = isBoundToKey ? PresentedToken.DpopScheme : PresentedToken.BearerScheme;
            return new(Rule.TokenScheme, OAuthErrors.InvalidToken, $"this access token is to be sent with the {scheme} scheme");
        }

        switch (claims.Binding)
        {
            case TokenBinding.Dpop dpop:
                var url = ServerUrls.OriginOf(_options.Issuer) + http.Request.PathBase + http.Request.Path;
                return (await _proofs.CheckAsync(http, url, presented.Text, dpop.Thumbprint, ct)).Refused(out var refusal, out _) ? refusal : null;
            case TokenBinding.Certificate certificate when certificate.Thumbprint != _certificates.ThumbprintOf(http):
                return new(Rule.TokenCertificate, OAuthErrors.InvalidToken, "the access token is bound to another client certificate");
            default:
                return null;
        }
    }

    private Refusal? CheckRequirement(AccessTokenClaims claims, AccessRequirement requirement)
    {
        if (claims.GrantId is null && !requirement.AllowsClients)
        {
            return new(Rule.TokenOwner, OAuthErrors.InvalidToken, "this resource belongs to people, and no person stands behind the access token");
        }

        return requirement.Scope is { } scope && !claims.Scopes.Contains(scope)
            ? new(Rule.TokenScope, OAuthErrors.InsufficientScope, "the access token lacks a scope")
            : StepUpChecks.Run(requirement, claims.Json.StringMember("acr"), claims.Json.LongMember("auth_time"), _time.GetUtcNow());
    }

    private GuardResult.Refused Refuse(HttpContext http, string? client, Refusal refusal, Challenge challenge)
    {
        _log.Write(http.Request.Path, client, refusal);
        return new(new ResourceRefusal(refusal, challenge));
    }
}
