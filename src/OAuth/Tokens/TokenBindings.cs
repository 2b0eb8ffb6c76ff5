using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>What the tokens of a request will be bound to: what the client registered for, and nothing weaker.</summary>
internal sealed class TokenBindings(AuthorizationServerOptions options, DpopProofs proofs, ClientCertificates certificates)
{
    public async Task<Checked<TokenBinding>> OfAsync(HttpContext http, Client client, CancellationToken ct) => client.SenderConstraint switch
    {
        SenderConstraint.Certificate => OfCertificate(http),
        SenderConstraint.None when !DpopProofs.IsPresent(http) => TokenBinding.Unbound,
        SenderConstraint.None or SenderConstraint.Dpop => await OfProofAsync(http, ct),
        _ => throw new InvalidOperationException("closed"),
    };

    private async Task<Checked<TokenBinding>> OfProofAsync(HttpContext http, CancellationToken ct) =>
        (await proofs.CheckAsync(http, options.Issuer + ServerUrls.Token, null, null, ct)).Refused(out var refusal, out var proof)
            ? refusal
            : new TokenBinding.Dpop(proof.KeyThumbprint);

    private Checked<TokenBinding> OfCertificate(HttpContext http)
    {
        // A proof asks for a token of type DPoP (RFC 9449 §5); giving another kind in silence would mislead its sender.
        if (DpopProofs.IsPresent(http))
        {
            return new Refusal(Rule.ProofUnexpected, OAuthErrors.InvalidRequest, "the tokens of this client are bound to its certificate, not to a DPoP key");
        }

        return certificates.ThumbprintOf(http) is { } thumbprint
            ? new TokenBinding.Certificate(thumbprint)
            : new Refusal(Rule.CertificateMissing, OAuthErrors.InvalidRequest, "the client certificate is missing, and the tokens of this client are bound to it");
    }
}
