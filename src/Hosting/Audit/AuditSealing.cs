using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Hosting.Audit;

/// <summary>Signs the heads of finished days, at start and every hour.</summary>
internal sealed partial class AuditSealing(AuditLog log, TimeProvider time, ILogger<AuditSealing> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
        do
        {
            try
            {
                await log.SealAsync(stoppingToken);
            }
            catch (DbException e)
            {
                LogNotSealed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The audit chains of finished days could not be sealed; the next try is in an hour.")]
    private static partial void LogNotSealed(ILogger logger, Exception exception);
}
