using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Grants;

/// <summary>The device code (RFC 8628 §3.4): the device asks again and again until the person has answered.</summary>
internal sealed class DeviceCodeGrant(DeviceCodes codes, StoredGrants grants, TimeProvider time, PersonTokens personTokens) : PersonGrant(grants, personTokens)
{
    public override string GrantType => GrantTypes.DeviceCode;

    protected override async Task<Checked<UsableGrant>> RedeemAsync(TokenRequest request, CancellationToken ct)
    {
        if (request.Form["device_code"] is not { } code)
        {
            return new Refusal(Rule.MissingParameter, OAuthErrors.InvalidRequest, "device_code is missing");
        }

        var poll = await codes.PollAsync(code, request.Client.Client.Id, time.GetUtcNow(), ct);
        if (poll is not DevicePoll.Redeemed redeemed)
        {
            return Explain(((DevicePoll.Refused)poll).Fault);
        }

        if (CodeChecks.Key(redeemed.DpopThumbprint, request.ProofThumbprint) is { } otherKey)
        {
            return otherKey;
        }

        if (CodeChecks.InstanceKey(redeemed.Grant.InstanceKey, request.Client.InstanceThumbprint) is { } otherInstance)
        {
            return otherInstance;
        }

        return (await OpenAsync(redeemed.Grant, ct)).Refused(out var refusal, out var opened)
            ? refusal
            : new UsableGrant(opened, opened.Grant.Content.Scopes);
    }

    // RFC 8628 §3.5
    private static Refusal Explain(DeviceFault fault) => fault switch
    {
        DeviceFault.Pending => new(Rule.DeviceCodePending, OAuthErrors.AuthorizationPending, "the person has not answered yet"),
        DeviceFault.Hasty => new(Rule.DeviceCodeHasty, OAuthErrors.SlowDown, "the device asks too often; the interval grew by 5 seconds"),
        DeviceFault.Denied => new(Rule.DeviceCodeDenied, OAuthErrors.AccessDenied, "the person refused"),
        DeviceFault.Expired => new(Rule.DeviceCodeExpired, OAuthErrors.ExpiredToken, "the device code is expired"),
        DeviceFault.Unknown => Refuse(Rule.DeviceCodeUnknown, "the device code is unknown or used"),
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
