using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>What the tokens of a request will be bound to: what the client registered for, and nothing weaker.</summary>
internal sealed class TokenBindings(AuthorizationServerOptions options, DpopProofs proofs)
{
    public async Task<Checked<TokenBinding>> OfAsync(HttpContext http, Client client, CancellationToken ct) => client.SenderConstraint switch
    {
        SenderConstraint.Certificate => OfCertificate(http),
        SenderConstraint.None when !DpopProofs.IsPresent(http) => TokenBinding.Unbound,
        _ => await OfProofAsync(http, ct),
    };

    /// <summary>Base64url of the SHA-256 of the certificate that the connection was made with (RFC 8705 §3.1), or null.</summary>
    internal static string? CertificateOf(HttpContext http) =>
        http.Connection.ClientCertificate is { } certificate ? Base64UrlText.Encode(SHA256.HashData(certificate.RawData)) : null;

    private async Task<Checked<TokenBinding>> OfProofAsync(HttpContext http, CancellationToken ct) =>
        (await proofs.CheckAsync(http, options.Issuer + ServerUrls.Token, null, null, ct)).Refused(out var refusal, out var proof)
            ? refusal
            : new TokenBinding.Dpop(proof.KeyThumbprint);

    private static Checked<TokenBinding> OfCertificate(HttpContext http)
    {
        // A proof asks for a token of type DPoP (RFC 9449 §5); giving another kind in silence would mislead its sender.
        if (DpopProofs.IsPresent(http))
        {
            return new Refusal(Rule.ProofUnexpected, OAuthErrors.InvalidRequest, "the tokens of this client are bound to its certificate, not to a DPoP key");
        }

        return CertificateOf(http) is { } thumbprint
            ? new TokenBinding.Certificate(thumbprint)
            : new Refusal(Rule.CertificateMissing, OAuthErrors.InvalidRequest, "the client certificate is missing, and the tokens of this client are bound to it");
    }
}
