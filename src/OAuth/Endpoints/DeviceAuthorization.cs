using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tokens;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary><c>POST /device_authorization</c> (RFC 8628 §3.1): a device that has no browser gets a code for itself and one for a person.</summary>
internal sealed class DeviceAuthorization(
    AuthorizationServerOptions options, ClientAuthentication authentication, DpopProofs proofs, ServerTerms terms, DeviceCodes codes, RefusalLog log, TimeProvider time)
{
    public async Task<IResult> HandleAsync(HttpContext http)
    {
        if ((await authentication.ReceiveAsync(http)).Refused(out var refusal, out var call))
        {
            return Refuse(null, refusal);
        }

        var (form, client) = (call.Form, call.Sender);

        if ((await CheckAsync(http, form, client)).Refused(out refusal, out var request))
        {
            return Refuse(client.Client, refusal);
        }

        var expiresAt = time.GetUtcNow() + options.DeviceCodeLifetime;
        var (deviceCode, userCode) = await codes.AddAsync(DeviceRequests.ToRow(request), expiresAt, http.RequestAborted);
        return Answer(deviceCode, userCode);
    }

    private async Task<Checked<AuthorizationRequest>> CheckAsync(HttpContext http, RequestParameters form, AuthenticatedClient client)
    {
        if ((await proofs.BindingOfAsync(http, ServerUrls.DeviceAuthorization, http.RequestAborted)).Refused(out var refusal, out var binding))
        {
            return refusal;
        }

        var thumbprint = (binding as TokenBinding.Dpop)?.Thumbprint;

        var parameters = DeviceRequests.Parameters(form, options);
        if (AuthorizationRequest.Parse(parameters, client.Client, terms.Current, time.GetUtcNow(), thumbprint, client.InstanceThumbprint)
            .Refused(out refusal, out var request))
        {
            return refusal;
        }

        return AuthorizationChecks.RunForDevice(request, client.Client) is { } broken ? broken : request;
    }

    // RFC 8628 §3.2
    private JsonAnswer Answer(string deviceCode, UserCode userCode) => JsonAnswer.Of(StatusCodes.Status200OK, JsonText.Write(writer =>
    {
        var page = options.Issuer + options.DevicePage;
        writer.WriteStartObject();
        writer.WriteString("device_code", deviceCode);
        writer.WriteString("user_code", userCode.Shown);
        writer.WriteString("verification_uri", page);
        writer.WriteString("verification_uri_complete", $"{page}?user_code={userCode.Shown}");
        writer.WriteNumber("expires_in", (long)options.DeviceCodeLifetime.TotalSeconds);
        writer.WriteNumber("interval", DeviceCodes.Interval);
        writer.WriteEndObject();
    }));

    private JsonAnswer Refuse(Client? client, Refusal refusal)
    {
        log.Write(ServerUrls.DeviceAuthorization, client?.Id, refusal);
        return JsonAnswer.Error(refusal);
    }
}
