using System.Data.Common;
using IdentityPlatform.Hosting;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Guardians;
using IdentityPlatform.IdP.Logout;
using IdentityPlatform.IdP.SignIn;

namespace IdentityPlatform.IdP;

/// <summary>Removes what has ended by time, and completes the card index once after a card issuer was configured.</summary>
public sealed partial class Housekeeping(
    SessionEnds sessions, Identities identities, Guardianships guardianships, LogoutOutbox outbox, CardSubjects cardSubjects, TimeProvider time, ILogger<Housekeeping> logger) : PeriodicService(Interval, time)
{
    // Services learn of an expired session within this time.
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override Task AtStartAsync(CancellationToken ct) => cardSubjects.IndexExistingAccountsAsync(ct);

    /// <inheritdoc/>
    protected override async Task RoundAsync(CancellationToken ct)
    {
        try
        {
            await sessions.SweepAsync(ct);
            await identities.SweepAsync(ct);
            await guardianships.SweepAsync(ct);
            await outbox.SweepAsync(ct);
        }
        catch (DbException e)
        {
            // The database may be away for a while; the next round comes.
            SweepFailed(logger, e);
        }
    }

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning, Message = "What has ended could not be swept")]
    private static partial void SweepFailed(ILogger logger, Exception e);
}
