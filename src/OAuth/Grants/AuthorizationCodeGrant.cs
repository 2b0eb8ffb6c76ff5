using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Grants;

/// <summary><c>authorization_code</c> (RFC 6749 §4.1.3). The code is spent first, then compared: a wrong guess costs it.</summary>
internal sealed class AuthorizationCodeGrant(AuthorizationCodes codes, StoredGrants grants, RefusalLog log, TimeProvider time, PersonTokens personTokens) : PersonGrant(personTokens)
{
    public override string GrantType => GrantTypes.AuthorizationCode;

    protected override async Task<Checked<UsableGrant>> RedeemAsync(TokenRequest request, CancellationToken ct)
    {
        if (request.Form["code"] is not { } code)
        {
            return new Refusal(Rule.MissingParameter, OAuthErrors.InvalidRequest, "code is missing");
        }

        var client = request.Client.Client;
        var redemption = await codes.RedeemAsync(code, client.Id, time.GetUtcNow(), ct);
        if (redemption is CodeRedemption.Replayed replayed)
        {
            log.WriteReplay(client.Id, replayed.GrantId);
            return Refuse(Rule.CodeReplay, "the code was used before");
        }

        if (redemption is not CodeRedemption.Redeemed redeemed)
        {
            return Refuse(Rule.CodeUnknown, "the code is unknown or expired");
        }

        if (CodeChecks.Run(redeemed.Binding, request.Form, request.ProofThumbprint, request.Client.InstanceThumbprint) is { } broken)
        {
            return broken;
        }

        return (await OpenAsync(grants, redeemed.Grant, ct)).Refused(out var refusal, out var grant)
            ? refusal
            : new UsableGrant(grant, grant.Content.Scopes, isFirstUse: true);
    }
}
