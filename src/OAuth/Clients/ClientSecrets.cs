using System.Security.Cryptography;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>
/// <c>client_secret_basic</c> and <c>client_secret_post</c> (RFC 6749 §2.3.1). Secrets are made by this server, of 256 random
/// bits: nobody guesses one, so their SHA-256 is kept and no slow hash.
/// </summary>
internal sealed class ClientSecrets(Clients clients)
{
    public async Task<Checked<AuthenticatedClient>> CheckAsync(HttpContext http, RequestParameters form, CancellationToken ct)
    {
        if (http.Request.Headers.Authorization is not { Count: > 0 } header)
        {
            return await CheckAsync(ClientAuthenticationMethod.ClientSecretPost, form["client_id"], form["client_secret"]!, ct);
        }

        var result = await CheckBasicAsync(header.ToString(), form, ct);
        if (result.Refused(out _, out _))
        {
            // RFC 6749 §5.2: who tried it by header is answered by header.
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"clients\"";
        }

        return result;
    }

    private async Task<Checked<AuthenticatedClient>> CheckBasicAsync(string header, RequestParameters form, CancellationToken ct)
    {
        if (BasicCredentials.Parse(header) is not { } credentials)
        {
            return ClientAuthentication.Refuse(Rule.SecretFormat, "the Authorization header is no Basic with a form-encoded client_id and secret");
        }

        return form["client_id"] is { } stated && stated != credentials.ClientId
            ? ClientAuthentication.Refuse(Rule.ClientIdMismatch, "client_id is not the one of the Authorization header")
            : await CheckAsync(ClientAuthenticationMethod.ClientSecretBasic, credentials.ClientId, credentials.Secret, ct);
    }

    private async Task<Checked<AuthenticatedClient>> CheckAsync(ClientAuthenticationMethod method, string? clientId, string secret, CancellationToken ct)
    {
        if (await clients.FindAsync(clientId, ct) is not { } client)
        {
            return ClientAuthentication.Refuse(Rule.UnknownClient, "the client is unknown");
        }

        if (client.AuthenticationMethod != method)
        {
            return ClientAuthentication.Refuse(Rule.ClientAuthenticationMethod, $"the client is not registered for {method.Name()}");
        }

        return IsOneOf(client.Secrets, StoredHash.Of(secret))
            ? new AuthenticatedClient(client, null)
            : ClientAuthentication.Refuse(Rule.SecretWrong, "the client's secret is wrong");
    }

    private static bool IsOneOf(IReadOnlyList<byte[]> secrets, byte[] hash)
    {
        var found = false;
        foreach (var secret in secrets)
        {
            found |= CryptographicOperations.FixedTimeEquals(secret, hash);
        }

        return found;
    }
}
