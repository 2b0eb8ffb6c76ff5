using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.SignIn;

namespace IdentityPlatform.IdP;

/// <summary>Removes what has ended by time, and completes the card index once after a card issuer was configured.</summary>
public sealed class Housekeeping(Sessions sessions, Identities identities, CardSubjects cardSubjects, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await cardSubjects.IndexExistingAccountsAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await sessions.SweepAsync(stoppingToken);
            await identities.SweepAsync(stoppingToken);
            await Task.Delay(Interval, time, stoppingToken);
        }
    }
}
