using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>Finds out which client is calling (RFC 6749 §2.3): by exactly one method, the one it registered.</summary>
internal sealed class ClientAuthentication(Clients clients, ClientAssertions assertions, ClientAttestations attestations)
{
    public async Task<Checked<AuthenticatedClient>> CheckAsync(HttpContext http, RequestParameters form, CancellationToken ct)
    {
        // client_secret_basic is not supported; ignoring the header would treat the caller as somebody else.
        if (http.Request.Headers.ContainsKey("Authorization") || form["client_secret"] is not null)
        {
            // RFC 6749 §5.2: who tried it by header is answered by header.
            http.Response.Headers.WWWAuthenticate = http.Request.Headers.ContainsKey("Authorization") ? "Basic realm=\"clients\"" : default;
            return Refuse(Rule.ClientAuthenticationMethod, "client secrets are not supported");
        }

        var asserted = form["client_assertion"] is not null || form["client_assertion_type"] is not null;
        var attested = ClientAttestations.IsPresent(http);
        if (asserted && attested)
        {
            return new Refusal(Rule.SeveralClientAuthentications, OAuthErrors.InvalidRequest, "the client authenticates in more than one way");
        }

        if (asserted)
        {
            return await assertions.CheckAsync(form, ct);
        }

        return attested ? await attestations.CheckAsync(http, form, ct) : await PublicAsync(form, ct);
    }

    internal static Refusal Refuse(Rule rule, string description) => new(rule, OAuthErrors.InvalidClient, description);

    private async Task<Checked<AuthenticatedClient>> PublicAsync(RequestParameters form, CancellationToken ct)
    {
        if (form["client_id"] is not { } id)
        {
            return Refuse(Rule.NoClientAuthentication, "client authentication is missing");
        }

        if (await clients.FindAsync(id, ct) is not { } client)
        {
            return Refuse(Rule.UnknownClient, "the client is unknown");
        }

        return client.AuthenticationMethod == ClientAuthenticationMethod.None
            ? new AuthenticatedClient(client, null)
            : Refuse(Rule.NoClientAuthentication, "client authentication is missing");
    }
}
