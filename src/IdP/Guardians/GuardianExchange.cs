using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.OAuth;

namespace IdentityPlatform.IdP.Guardians;

/// <summary>Lets a guardian act for a child at services (RFC 8693): where the guardianship says so, and no longer than it lasts.</summary>
public sealed class GuardianExchange(Guardianships guardianships, Accounts.Accounts accounts, HolderLog log, TimeProvider time) : ITokenExchange
{
    /// <inheritdoc/>
    public async Task<ExchangeDecision> DecideAsync(ExchangeRequest request, CancellationToken ct)
    {
        if (await accounts.FindAsync(request.Actor, ct) is null
            || await guardianships.FindAsync(request.Actor, request.Subject, ct) is not { } guardianship
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
                json.WriteStringValue(NameOf(power));
            }

            json.WriteEndArray();
        });
    }

    private static string NameOf(GuardianPower power) => power switch
    {
        GuardianPower.Services => "services",
        GuardianPower.Cards => "cards",
        GuardianPower.Journeys => "journeys",
        _ => throw new ArgumentOutOfRangeException(nameof(power)),
    };
}
