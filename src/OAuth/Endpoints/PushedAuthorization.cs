using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tokens;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary><c>POST /par</c> (RFC 9126): the authorization request over a channel on which the client proves who it is.</summary>
internal sealed class PushedAuthorization(
    AuthorizationServerOptions options, ClientAuthentication authentication, DpopProofs proofs, ServerTerms terms, SignedRequests signedRequests,
    PushedRequests requests, RefusalLog log, TimeProvider time)
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

        var handle = await requests.PushAsync(request, http.RequestAborted);
        return JsonAnswer.Of(StatusCodes.Status201Created, JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("request_uri", PushedRequests.Prefix + handle);
            writer.WriteNumber("expires_in", (long)options.PushedRequestLifetime.TotalSeconds);
            writer.WriteEndObject();
        }));
    }

    private async Task<Checked<AuthorizationRequest>> CheckAsync(HttpContext http, RequestParameters form, AuthenticatedClient client)
    {
        // RFC 9126 §2.1: a request_uri cannot be pushed.
        if (form["request_uri"] is not null)
        {
            return new Refusal(Rule.RequestUriParameter, OAuthErrors.InvalidRequest, "request_uri cannot be pushed");
        }

        // RFC 9449 §10.1: a proof that comes with the request binds what comes of it.
        if ((await proofs.BindingOfAsync(http, ServerUrls.PushedAuthorization, http.RequestAborted)).Refused(out var refusal, out var binding))
        {
            return refusal;
        }

        var thumbprint = (binding as TokenBinding.Dpop)?.Thumbprint;

        if ((await signedRequests.ReadAsync(form, client.Client, http.RequestAborted)).Refused(out refusal, out var parameters))
        {
            return refusal;
        }

        if (VerifiedRedirect.For(client.Client, parameters["redirect_uri"]) is null)
        {
            return new Refusal(Rule.RedirectUri, OAuthErrors.InvalidRequest, "redirect_uri is missing or not registered");
        }

        var parsed = AuthorizationRequest.Parse(parameters, client.Client, terms.Current, time.GetUtcNow(), thumbprint, client.InstanceThumbprint);
        if (parsed.Refused(out refusal, out var request))
        {
            return refusal;
        }

        return AuthorizationChecks.Run(request, client.Client) is { } broken ? broken : request;
    }

    private JsonAnswer Refuse(Client? client, Refusal refusal)
    {
        log.Write(ServerUrls.PushedAuthorization, client?.Id, refusal);
        return JsonAnswer.Error(refusal);
    }
}
