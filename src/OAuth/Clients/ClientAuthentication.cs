using IdentityPlatform.OAuth.Endpoints;
using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>Finds out which client is calling (RFC 6749 §2.3): by exactly one method, the one it registered.</summary>
internal sealed class ClientAuthentication(
    Clients clients, ClientAssertions assertions, ClientAttestations attestations, ClientSecrets secrets, CertificateAuthentication certificates)
{
    /// <summary>What every endpoint asks that a client posts a form to: the method, the form, and who sent it.</summary>
    public async Task<Checked<ClientCall>> ReceiveAsync(HttpContext http)
    {
        if (HttpMessage.CheckMethod(http, HttpMethods.Post) is { } wrongMethod)
        {
            return wrongMethod;
        }

        return (await HttpMessage.ReadFormAsync(http)).Refused(out var refusal, out var form)
            || (await CheckAsync(http, form, http.RequestAborted)).Refused(out refusal, out var client)
                ? refusal
                : new ClientCall(form, client);
    }

    private async Task<Checked<AuthenticatedClient>> CheckAsync(HttpContext http, RequestParameters form, CancellationToken ct)
    {
        var asserted = form["client_assertion"] is not null || form["client_assertion_type"] is not null;
        var attested = ClientAttestations.IsPresent(http);
        var header = http.Request.Headers.Authorization.Count > 0;
        var post = form["client_secret"] is not null;
        if ((ReadOnlySpan<bool>)[asserted, attested, header, post] is var ways && ways.Count(true) > 1)
        {
            return new Refusal(Rule.SeveralClientAuthentications, OAuthErrors.InvalidRequest, "the client authenticates in more than one way");
        }

        if (asserted)
        {
            return await assertions.CheckAsync(form, ct);
        }

        if (header || post)
        {
            return await secrets.CheckAsync(http, form, ct);
        }

        return attested ? await attestations.CheckAsync(http, form, ct) : await CheckNamedAsync(http, form, ct);
    }

    internal static Refusal Refuse(Rule rule, string description) => new(rule, OAuthErrors.InvalidClient, description);

    // Nothing in the request proves who it is but perhaps the connection under it. A certificate beside another method only binds tokens.
    private async Task<Checked<AuthenticatedClient>> CheckNamedAsync(HttpContext http, RequestParameters form, CancellationToken ct)
    {
        if (form["client_id"] is not { } id)
        {
            return Refuse(Rule.NoClientAuthentication, "client authentication is missing");
        }

        if (await clients.FindAsync(id, ct) is not { } client)
        {
            return Refuse(Rule.UnknownClient, "the client is unknown");
        }

        if (client.AuthenticationMethod is ClientAuthenticationMethod.TlsClientAuth or ClientAuthenticationMethod.SelfSignedTlsClientAuth)
        {
            return await certificates.CheckAsync(http, client, ct);
        }

        return client.AuthenticationMethod == ClientAuthenticationMethod.None
            ? new AuthenticatedClient(client, null)
            : Refuse(Rule.NoClientAuthentication, "client authentication is missing");
    }
}

/// <summary>A form that a client posted, and the client. Holds secrets: redacted.</summary>
internal sealed class ClientCall(RequestParameters form, AuthenticatedClient sender)
{
    public RequestParameters Form { get; } = form;

    public AuthenticatedClient Sender { get; } = sender;

    public override string ToString() => $"call of {Sender}";
}
