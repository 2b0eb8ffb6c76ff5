using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary>A device that polls (RFC 8628): the answer is stored for it, and the person sees a page of the host that says so.</summary>
internal sealed class DeviceRecipient(AuthorizationServerOptions options, CodeIssuance issuance, DeviceCodes codes, TimeProvider time, byte[] deviceCode) : Recipient
{
    public override async Task<IResult> GrantAsync(HttpContext http, AuthorizationRequest request, OwnerAuthorization authorization)
    {
        var now = time.GetUtcNow();
        var grant = await issuance.CloseAsync(request, authorization, http.RequestAborted);
        var grantExpiresAt = now + options.DeviceCodeLifetime + options.GrantLifetime(request.Client, authorization.GrantedScopes);
        return End(await codes.ApproveAsync(deviceCode, grant, grantExpiresAt, now, http.RequestAborted) ? "approved" : "expired");
    }

    public override async Task<IResult> RefuseAsync(HttpContext http, Refusal refusal) =>
        End(await codes.DenyAsync(deviceCode, time.GetUtcNow(), http.RequestAborted) ? "denied" : "expired");

    private RedirectAnswer End(string outcome) => RedirectAnswer.ToLocal($"{ServerUrls.PathOf(options.Issuer)}{options.DevicePage}?outcome={outcome}");
}
