using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Grants;

/// <summary>The pre-authorised code (OpenID4VCI 1.0 §6.1): given across a desk, with a transaction code that was spoken.</summary>
internal sealed class PreAuthorizedCodeGrant(AuthorizationServerOptions options, PreAuthorizedCodes codes, StoredGrants grants, PersonTokens personTokens) : PersonGrant(grants, personTokens)
{
    public override string GrantType => GrantTypes.PreAuthorizedCode;

    protected override async Task<Checked<UsableGrant>> RedeemAsync(TokenRequest request, CancellationToken ct)
    {
        if (request.Form["pre-authorized_code"] is not { } code)
        {
            return new Refusal(Rule.MissingParameter, OAuthErrors.InvalidRequest, "pre-authorized_code is missing");
        }

        var attempt = new PreAuthorizedTry
        {
            Code = code,
            TxCode = request.Form["tx_code"],
            ClientId = request.Client.Client.Id,
            InstanceThumbprint = request.Client.InstanceThumbprint,
            GrantLifetime = options.GrantLifetime(request.Client.Client, []),
        };
        var redemption = await codes.RedeemAsync(attempt, ct);
        if (redemption is not PreAuthorizedRedemption.Redeemed redeemed)
        {
            return Explain(((PreAuthorizedRedemption.Refused)redemption).Fault);
        }

        return (await OpenAsync(redeemed.Grant, ct)).Refused(out var refusal, out var opened)
            ? refusal
            : new UsableGrant(opened, opened.Grant.Content.Scopes);
    }

    // OpenID4VCI 1.0 §6.3
    private static Refusal Explain(PreAuthorizedFault fault) => fault switch
    {
        PreAuthorizedFault.TxCodeMissing => new(Rule.TxCodeMissing, OAuthErrors.InvalidRequest, "tx_code is missing"),
        PreAuthorizedFault.TxCodeUnexpected => new(Rule.TxCodeUnexpected, OAuthErrors.InvalidRequest, "tx_code is not expected"),
        PreAuthorizedFault.TxCodeWrong => Refuse(Rule.TxCodeWrong, "tx_code is wrong"),
        PreAuthorizedFault.Unknown => Refuse(Rule.PreAuthorizedCodeUnknown, "the code is unknown, expired, used, or was guessed at too often"),
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
