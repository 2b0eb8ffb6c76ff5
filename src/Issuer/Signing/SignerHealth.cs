using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>
/// The signer answers and a key signs. Without it no card is minted, and yet the node is not to be taken away: status lists, pages and
/// the promise to mint later (OpenID4VCI 1.0 §9) need no signer.
/// </summary>
internal sealed class SignerHealth(SignerLink signer) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await signer.AskAsync(new TellKeys(), cancellationToken) is SignerAnswer.Keys { Told.ActiveId: not null }
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded("no key signs cards");
        }
        catch (SignerException)
        {
            return HealthCheckResult.Degraded("the signer does not answer");
        }
    }
}
