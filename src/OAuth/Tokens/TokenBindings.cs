using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>What the tokens of a request will be bound to: what the client registered for, and nothing weaker.</summary>
internal sealed class TokenBindings(DpopProofs proofs, ClientCertificates certificates)
{
    public async Task<Checked<TokenBinding>> OfAsync(HttpContext http, Client client, CancellationToken ct) => client.SenderConstraint switch
    {
        SenderConstraint.Certificate => OfCertificate(http),
        SenderConstraint.None => await proofs.BindingOfAsync(http, ServerUrls.Token, ct),
        SenderConstraint.Dpop => await proofs.RequiredBindingOfAsync(http, ServerUrls.Token, ct),
        _ => throw new InvalidOperationException("closed"),
    };

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
