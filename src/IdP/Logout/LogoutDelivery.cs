using System.Data.Common;
using System.Security.Cryptography;
using IdentityPlatform.Hosting;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.IdP.Logout;

/// <summary>
/// Brings the notices of the outbox to the services. The process that ended a session tries at once; what did not arrive then
/// is tried again here, by whichever process comes first, until it arrives or a day is over.
/// </summary>
public sealed partial class LogoutDelivery(
    LogoutOutbox outbox, LogoutTokens tokens, LogoutSender sender, AwayServices away, Clients clients, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<LogoutDelivery> logger) : PeriodicService(Interval, time)
{
    private const int AtOnce = 16;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Sends what was just added to the outbox. The task ends when each has had its first attempt, and never fails: what did not
    /// arrive stays in the outbox.
    /// </summary>
    public Task SendAsync(IReadOnlyList<ClaimedNotice> claimed) =>
        claimed.Count == 0 ? Task.CompletedTask : Task.Run(() => TryAsync(() => Parallel.ForEachAsync(claimed, Limit(lifetime.ApplicationStopping), DeliverAsync)));

    /// <summary>One round over what is due; answers how many notices were tried.</summary>
    internal async Task<int> RunAsync(CancellationToken ct)
    {
        var claimed = await outbox.ClaimAsync(AtOnce, ct);
        await Parallel.ForEachAsync(claimed, Limit(ct), DeliverAsync);
        return claimed.Count;
    }

    /// <inheritdoc/>
    protected override Task RoundAsync(CancellationToken ct) => TryAsync(() => RunAllAsync(ct));

    // A full round means that more is waiting.
    private async Task RunAllAsync(CancellationToken ct)
    {
        while (await RunAsync(ct) == AtOnce)
        {
        }
    }

    // The database may be away for a while, the server may stop: what was claimed comes up again after its lease.
    private async Task TryAsync(Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (DbException e)
        {
            OutboxAway(logger, e);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static ParallelOptions Limit(CancellationToken ct) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };

    private async ValueTask DeliverAsync(ClaimedNotice claimed, CancellationToken ct)
    {
        var id = claimed.Notice.ServiceId;
        if (await clients.FindAsync(id, ct) is not { BackchannelLogoutUri: { } address } service)
        {
            // Removed since: nobody is left to be told.
            await outbox.RemoveAsync(claimed, ct);
            return;
        }

        if (away.Until(id) is { } until)
        {
            await outbox.LeaveAsync(claimed, until, ct);
            return;
        }

        var receipt = tokens.Write(claimed.Notice, service) is { } token ? await sender.SendAsync(address, token, ct) : LogoutReceipt.Failed;
        Remember(id, receipt);
        if (receipt == LogoutReceipt.Failed && Later(claimed) is { } later)
        {
            await outbox.PostponeAsync(claimed, later, ct);
            return;
        }

        if (receipt != LogoutReceipt.Accepted)
        {
            NotDelivered(logger, id, claimed.Attempts, receipt);
        }

        await outbox.RemoveAsync(claimed, ct);
    }

    private void Remember(string serviceId, LogoutReceipt receipt)
    {
        if (receipt == LogoutReceipt.Failed)
        {
            away.IsAway(serviceId);
        }
        else
        {
            away.IsBack(serviceId);
        }
    }

    private DateTimeOffset? Later(ClaimedNotice claimed) =>
        LogoutRetry.Next(claimed.Attempts, claimed.CreatedAt, Time.GetUtcNow(), RandomNumberGenerator.GetInt32(1_000_000) / 1_000_000.0);

    [LoggerMessage(EventId = 20, Level = LogLevel.Warning, Message = "Service {Service} was not told of a logout: {Receipt} at attempt {Attempt}")]
    private static partial void NotDelivered(ILogger logger, string service, long attempt, LogoutReceipt receipt);

    [LoggerMessage(EventId = 21, Level = LogLevel.Warning, Message = "The logout outbox could not be read")]
    private static partial void OutboxAway(ILogger logger, Exception e);
}
