using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Grants;

/// <summary><c>refresh_token</c> (RFC 6749 §6). Only the unbound token of a public client is replaced when it is used.</summary>
internal sealed class RefreshTokenGrant(RefreshTokens tokens, StoredGrants grants, RefusalLog log, TimeProvider time, PersonTokens personTokens) : PersonGrant(grants, personTokens)
{
    public override string GrantType => GrantTypes.RefreshToken;

    protected override async Task<Checked<UsableGrant>> RedeemAsync(TokenRequest request, CancellationToken ct)
    {
        if (request.Form["refresh_token"] is not { } token)
        {
            return new Refusal(Rule.MissingParameter, OAuthErrors.InvalidRequest, "refresh_token is missing");
        }

        // Another client's token is as unknown as none.
        var stored = await tokens.FindAsync(token, time.GetUtcNow(), ct);
        if (stored is null || stored.ClientId != request.Client.Client.Id)
        {
            return Refuse(Rule.RefreshTokenUnknown, "the refresh token is unknown, expired or revoked");
        }

        if (CheckHolder(request, stored) is { } stranger)
        {
            return stranger;
        }

        if ((await OpenAsync(stored.Grant, ct)).Refused(out var refusal, out var opened))
        {
            return refusal;
        }

        var usable = await UseAsync(request, stored, opened, token, ct);
        if (usable.Refused(out _, out _))
        {
            opened.Dispose();
        }

        return usable;
    }

    private async Task<Checked<UsableGrant>> UseAsync(TokenRequest request, StoredRefreshToken stored, OpenedGrant opened, string token, CancellationToken ct)
    {
        if (Narrow(opened.Grant, request.Form["scope"]).Refused(out var refusal, out var scopes))
        {
            return refusal;
        }

        if (!stored.Rotates)
        {
            return new UsableGrant(opened, scopes) { IsFirstUse = false };
        }

        // Also where it is known to be spent: that ends the grant.
        var successor = await tokens.RotateAsync(token, time.GetUtcNow(), ct);
        return successor is null ? RefuseReplay(request, opened.Grant) : new UsableGrant(opened, scopes) { IsFirstUse = false, Successor = successor };
    }

    private static Refusal? CheckHolder(TokenRequest request, StoredRefreshToken stored) =>
        stored.Binding is not TokenBinding.None && !stored.Binding.IsSameAs(request.Binding)
            ? Refuse(Rule.RefreshTokenKey, "the refresh token is bound to another key or certificate")
            : CodeChecks.InstanceKey(stored.Grant.InstanceKey, request.Client.InstanceThumbprint);

    // RFC 6749 §6: no scope that was not granted.
    private static Checked<string[]> Narrow(Grant grant, string? scope)
    {
        if (scope is null)
        {
            return grant.Content.Scopes.ToArray();
        }

        var asked = TokenRequest.Words(scope);
        return asked.Length > 0 && asked.All(grant.Content.Scopes.Contains)
            ? asked
            : new Refusal(Rule.Scope, OAuthErrors.InvalidScope, "a scope was not granted");
    }

    private Refusal RefuseReplay(TokenRequest request, Grant grant)
    {
        log.WriteRefreshReplay(request.Client.Client.Id, grant.Id);
        return Refuse(Rule.RefreshTokenReplay, "the refresh token was replaced before");
    }
}
