using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary>Turns what the person granted into a stored grant, and a code for it.</summary>
internal sealed class CodeIssuance(AuthorizationServerOptions options, StoredGrants grants, AuthorizationCodes codes, TimeProvider time)
{
    public async Task<AuthorizationResponse> IssueAsync(
        AuthorizationRequest request, VerifiedRedirect redirect, OwnerAuthorization authorization, CancellationToken ct)
    {
        var grant = await CloseAsync(request, authorization, ct);
        var now = time.GetUtcNow();
        var newCode = new NewCode
        {
            Grant = grant,
            Binding = new(request.RedirectUri!, request.CodeChallenge, request.DpopThumbprint, request.ClientInstanceThumbprint),
            ExpiresAt = now + options.CodeLifetime,
            GrantExpiresAt = now + options.CodeLifetime + options.GrantLifetime(request.Client, authorization.GrantedScopes),
        };
        var code = await codes.AddAsync(newCode, now, ct);
        return AuthorizationResponse.Code(redirect, options.Issuer, request.State, code);
    }

    /// <summary>What the person granted, encrypted and not stored yet.</summary>
    /// <exception cref="InvalidOperationException">The host granted more than was asked for.</exception>
    public Task<GrantRow> CloseAsync(AuthorizationRequest request, OwnerAuthorization authorization, CancellationToken ct)
    {
        if (!authorization.GrantedScopes.All(request.Scopes.Contains))
        {
            throw new InvalidOperationException("The host granted a scope that was not asked for.");
        }

        var content = new GrantContent
        {
            Scopes = authorization.GrantedScopes,
            Nonce = request.Nonce,
            AuthTime = authorization.AuthTime.ToUnixTimeSeconds(),
            Acr = authorization.Acr,
            Amr = authorization.Amr,
            SessionId = authorization.SessionId,
            Resources = request.Resources,
            AuthorizationDetails = request.AuthorizationDetails,
            Extra = authorization.Extra,
        };
        return grants.CloseAsync(authorization.Subject, request.Client.Id, request.ClientInstanceThumbprint, content, ct, authorization.EndsWith, authorization.Key);
    }
}
