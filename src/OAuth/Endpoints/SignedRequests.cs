using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary>The parameter <c>request</c> (RFC 9101), at <c>/par</c> and at <c>/authorize</c> alike.</summary>
internal sealed class SignedRequests(AuthorizationServerOptions options, ClientKeys keys, TimeProvider time)
{
    /// <summary>The parameters that count: those of the request object where there is one, else those that came.</summary>
    public async Task<Checked<RequestParameters>> ReadAsync(RequestParameters received, Client client, CancellationToken ct)
    {
        if (received["request"] is not { } text)
        {
            return received;
        }

        if (RequestObject.Parse(text, client).Refused(out var refusal, out var jwt)
            || (await VerifyAsync(jwt, client, ct)).Refused(out refusal, out var verified)
            || (refusal = RequestObjectChecks.Run(verified, received, client, options.Issuer, time.GetUtcNow())) is not null)
        {
            return refusal;
        }

        return RequestObject.ParametersOf(verified);
    }

    // The key comes from the registration; kid only says which.
    private async Task<Checked<VerifiedJwt>> VerifyAsync(SignedJwt jwt, Client client, CancellationToken ct)
    {
        var candidates = await keys.CandidatesAsync(client, jwt.KeyId, ct);
        if (candidates.Count == 0)
        {
            return new Refusal(Rule.RequestObjectKey, OAuthErrors.InvalidRequestObject, "the client has no key with this kid");
        }

        foreach (var key in candidates)
        {
            // Type and algorithm were checked with the client's registration.
            if (jwt.Verify(key, type: null, jwt.Algorithm).Succeeded(out var verified, out _))
            {
                return verified;
            }
        }

        return new Refusal(Rule.RequestObjectSignature, OAuthErrors.InvalidRequestObject, "the signature of the request object does not verify");
    }
}
