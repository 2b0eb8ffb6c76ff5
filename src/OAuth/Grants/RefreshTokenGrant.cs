using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Grants;

/// <summary><c>refresh_token</c> (RFC 6749 §6). The token stays the same: it is of use to the holder of its key alone.</summary>
internal sealed class RefreshTokenGrant(RefreshTokens tokens, StoredGrants grants, TimeProvider time, PersonTokens personTokens) : PersonGrant(personTokens)
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

        if (stored.Binding is not TokenBinding.None && !stored.Binding.IsSameAs(request.Binding))
        {
            return Refuse(Rule.RefreshTokenKey, "the refresh token is bound to another key or certificate");
        }

        if (CodeChecks.InstanceKey(stored.Grant.InstanceKey, request.Client.InstanceThumbprint) is { } otherInstance)
        {
            return otherInstance;
        }

        if ((await OpenAsync(grants, stored.Grant, ct)).Refused(out var refusal, out var grant)
            || Narrow(grant, request.Form["scope"]).Refused(out refusal, out var scopes))
        {
            return refusal;
        }

        return new UsableGrant(grant, scopes, isFirstUse: false);
    }

    // RFC 6749 §6: no scope that was not granted.
    private static Checked<string[]> Narrow(Grant grant, string? scope)
    {
        var asked = scope?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [.. grant.Content.Scopes];
        return asked.Length > 0 && asked.All(grant.Content.Scopes.Contains)
            ? asked
            : new Refusal(Rule.Scope, OAuthErrors.InvalidScope, "a scope was not granted");
    }
}
