using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;

namespace IdentityPlatform.OAuth.Clients;

/// <summary><c>private_key_jwt</c> (RFC 7523 §2.2, OpenID Connect Core §9).</summary>
internal sealed class ClientAssertions(AuthorizationServerOptions options, Clients clients, ClientKeys keys, OneTimeStore store, TimeProvider time)
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private const string ReplayKind = "assertion";

    public async Task<Checked<AuthenticatedClient>> CheckAsync(RequestParameters form, CancellationToken ct)
    {
        if (form["client_assertion_type"] != AssertionType || form["client_assertion"] is not { } compact)
        {
            return ClientAuthentication.Refuse(Rule.AssertionType, "client_assertion and client_assertion_type belong together, of type jwt-bearer");
        }

        if (SignedJwt.Parse(compact).Failed(out var failure, out var received))
        {
            return ClientAuthentication.Refuse(Rule.AssertionFormat, $"the client assertion is not valid: {failure.Fact}");
        }

        if ((await FindClientAsync(received, form, ct)).Refused(out var refusal, out var client)
            || (await VerifyAsync(received, client, ct)).Refused(out refusal, out var assertion))
        {
            return refusal;
        }

        if (ClientAssertionChecks.Run(assertion, client.Id, options.Issuer, EndpointsFor(client), time.GetUtcNow()) is { } fault)
        {
            return fault;
        }

        // RFC 7523 §3(7). Remembered until no clock would accept it again.
        var lifetime = DateTimeOffset.FromUnixTimeSeconds(assertion.Claims.LongMember("exp")!.Value) - time.GetUtcNow() + TimeRules.Skew + TimeRules.Skew;
        var id = StoredHash.TextOf($"{client.Id} {assertion.Claims.StringMember("jti")}");
        return await store.TryAddAsync(ReplayKind, id, lifetime, ct)
            ? new AuthenticatedClient(client, null)
            : ClientAuthentication.Refuse(Rule.AssertionReplay, "the client assertion was used before");
    }

    // FAPI 2.0 §5.4.1 leaves RS256 out: it is for a client that registered it, and registration lets no client of FAPI do so.
    private static JwsAlgorithm[] AlgorithmsOf(Client client) => client.AssertionAlgorithm is { } only
        ? [only]
        : [JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512, JwsAlgorithm.PS256];

    private string[]? EndpointsFor(Client client)
    {
        var token = options.Issuer + ServerUrls.Token;
        return client.IsFapi ? null : options.MutualTlsUrlOf(token) is { } alias ? [token, alias] : [token];
    }

    private async Task<Checked<Client>> FindClientAsync(SignedJwt assertion, RequestParameters form, CancellationToken ct)
    {
        var id = assertion.UnverifiedClaims.StringMember("sub");
        if (id is null)
        {
            return ClientAuthentication.Refuse(Rule.AssertionIssuer, "sub of the assertion is missing");
        }

        if (form["client_id"] is { } stated && stated != id)
        {
            return ClientAuthentication.Refuse(Rule.ClientIdMismatch, "client_id is not sub of the assertion");
        }

        if (await clients.FindAsync(id, ct) is not { } client)
        {
            return ClientAuthentication.Refuse(Rule.UnknownClient, "the client is unknown");
        }

        return client.AuthenticationMethod == ClientAuthenticationMethod.PrivateKeyJwt
            ? client
            : ClientAuthentication.Refuse(Rule.ClientAuthenticationMethod, "the client is not registered for private_key_jwt");
    }

    // The key comes from the registration; kid only says which.
    private async Task<Checked<VerifiedJwt>> VerifyAsync(SignedJwt assertion, Client client, CancellationToken ct)
    {
        var candidates = await keys.CandidatesAsync(client, assertion.KeyId, ct);
        if (candidates.Count == 0)
        {
            return ClientAuthentication.Refuse(Rule.AssertionKey, "the client has no key with this kid");
        }

        FormatFailure? last = null;
        foreach (var key in candidates)
        {
            var result = assertion.Verify(key, type: null, AlgorithmsOf(client));
            if (result.Succeeded(out var verified, out last))
            {
                return verified;
            }
        }

        return ClientAuthentication.Refuse(Rule.AssertionSignature, $"the client assertion is not valid: {last!.Fact}");
    }
}
