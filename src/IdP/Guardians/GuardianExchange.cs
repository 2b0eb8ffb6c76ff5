using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.SignIn;
using IdentityPlatform.OAuth;
using IdentityPlatform.Verifier;

namespace IdentityPlatform.IdP.Guardians;

/// <summary>
/// Lets a guardian act for a child at services (RFC 8693): where the guardianship says so, no longer than it lasts, and only while the
/// issuer's list, which is held here, says that the credential was not withdrawn.
/// </summary>
public sealed class GuardianExchange(Guardianships guardianships, CardTrust trust, Accounts.Accounts accounts, HolderLog log, TimeProvider time) : ITokenExchange
{
    /// <inheritdoc/>
    public async Task<ExchangeDecision> DecideAsync(ExchangeRequest request, CancellationToken ct)
    {
        if (await accounts.FindAsync(request.Actor, ct) is null
            || await guardianships.FindAsync(request.Actor, request.Subject, ct) is not { } guardianship
            || !trust.Current.SaysValid(guardianship.Status, Policy.Haip, time.GetUtcNow())
            || guardianship.MayUntil(GuardianPower.Services, time.GetUtcNow()) is not { } until)
        {
            // One answer for all: which of them it was is not the client's to know.
            return new ExchangeDecision.Refused("the actor may not act for the subject");
        }

        await log.AddAsync(request.Subject, HolderLog.GuardianActed, request.Client.Id, [], ct);
        return new ExchangeDecision.Allowed([.. request.Scopes.Where(scope => scope != "offline_access")], until, json =>
        {
            // The powers, and not the day on which they end: it would tell the child's birthday.
            json.WriteStartArray("powers");
            foreach (var power in guardianship.Powers)
            {
                json.WriteStringValue(RepresentationClaims.WordOf(power));
            }

            json.WriteEndArray();
        });
    }
}
