using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>Checks the DPoP proof of a request, and takes each proof once (RFC 9449 §4.3 and §11.1).</summary>
internal sealed class DpopProofs(AuthorizationServerOptions options, OneTimeStore store, DpopNonces nonces, TimeProvider time)
{
    private const string HeaderName = "DPoP";
    private const string NonceHeader = "DPoP-Nonce";
    private const string ReplayKind = "dpop";

    /// <summary>True when the request has the header at all.</summary>
    public static bool IsPresent(HttpContext http) => http.Request.Headers.ContainsKey(HeaderName);

    /// <summary>The key of a client that may send a proof to one of this server's endpoints; unbound where it sends none.</summary>
    public async Task<Checked<TokenBinding>> BindingOfAsync(HttpContext http, string path, CancellationToken ct) =>
        IsPresent(http) ? await RequiredBindingOfAsync(http, path, ct) : TokenBinding.Unbound;

    /// <summary>The key of a client that has to send a proof.</summary>
    public async Task<Checked<TokenBinding>> RequiredBindingOfAsync(HttpContext http, string path, CancellationToken ct) =>
        (await CheckAsync(http, options.Issuer + path, null, null, ct)).Refused(out var refusal, out var proof)
            ? refusal
            : new TokenBinding.Dpop(proof.KeyThumbprint);

    /// <summary>The proof that goes with this request; with an access token, also its hash and its key.</summary>
    public async Task<Checked<DpopProof>> CheckAsync(HttpContext http, string url, string? accessToken, string? keyThumbprint, CancellationToken ct)
    {
        var accepted = await AnnounceNonceAsync(http, ct);
        if (!http.Request.Headers.TryGetValue(HeaderName, out var headers))
        {
            return new Refusal(Rule.ProofMissing, OAuthErrors.InvalidDpopProof, "the DPoP header is missing");
        }

        // RFC 9110 §5.3: several lines of a header and one with commas are the same thing; a JWT has no comma.
        if (headers.ToString().Contains(',', StringComparison.Ordinal))
        {
            return new Refusal(Rule.ProofDoubled, OAuthErrors.InvalidDpopProof, "there is more than one DPoP header");
        }

        if (DpopProof.Parse(headers.ToString()).Failed(out var failure, out var proof))
        {
            return new Refusal(Rule.ProofFormat, OAuthErrors.InvalidDpopProof, $"the DPoP proof is not valid: {failure.Fact}");
        }

        var target = new ProofTarget
        {
            Method = http.Request.Method,
            Url = url,
            AliasUrl = options.MutualTlsUrlOf(url),
            Now = time.GetUtcNow(),
            AcceptedNonces = accepted,
            AccessToken = accessToken,
            KeyThumbprint = keyThumbprint,
        };
        if (DpopChecks.Run(proof, target) is { } refusal)
        {
            return refusal;
        }

        // Remembered under the key, so that nobody can spend another client's identifiers.
        var once = await store.TryAddAsync(ReplayKind, StoredHash.TextOf($"{proof.KeyThumbprint}.{proof.Jti}"), TimeRules.ProofMemory, ct);
        return once ? proof : new Refusal(Rule.ProofReplay, OAuthErrors.InvalidDpopProof, "the DPoP proof was used before");
    }

    private async Task<IReadOnlyCollection<string>?> AnnounceNonceAsync(HttpContext http, CancellationToken ct)
    {
        if (!options.RequireDpopNonce)
        {
            return null;
        }

        var accepted = await nonces.AcceptedAsync(ct);
        http.Response.Headers[NonceHeader] = accepted[0];
        return [.. accepted];
    }
}
