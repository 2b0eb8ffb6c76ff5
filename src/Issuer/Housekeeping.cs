using System.Data.Common;
using System.Security.Cryptography;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Events;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Sessions;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer;

/// <summary>Does what the calendar asks for, and removes what is over. Nothing that a person asks for waits for it: every answer looks at the time itself.</summary>
public sealed partial class Housekeeping(
    CardSweep cards,
    CaseSweep cases,
    Erasure erasure,
    BrowserSessions sessions,
    OfferService offers,
    DeferredIssuances deferred,
    CardStatus copies,
    StatusIndexes entries,
    TicketHolds tickets,
    TimeProvider time,
    ILogger<Housekeeping> logger) : PeriodicService(Interval, time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>One round.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await cards.RunAsync(ct);
        await cases.RunAsync(ct);
        await erasure.FollowDeathsAsync(ct);
        await erasure.SweepAsync(ct);
        await sessions.SweepAsync(ct);
        await offers.SweepAsync(ct);
        await deferred.SweepAsync(ct);
        await copies.SweepAsync(ct);
        await entries.RetireAsync(Days.Of(Time.GetUtcNow()), ct);
        await tickets.SweepAsync(ct);
    }

    /// <inheritdoc/>
    protected override async Task RoundAsync(CancellationToken ct)
    {
        try
        {
            await RunAsync(ct);
        }
        catch (Exception e) when (e is DbException or KeyDirectoryException or CryptographicException)
        {
            // The database may be away for a while, or no key may sign status lists; the next round comes.
            LogFailed(logger, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What is due could not be done")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
