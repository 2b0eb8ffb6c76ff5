using System.Data.Common;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Hosting.Audit;

/// <summary>Signs the heads of finished days, at start and every hour.</summary>
internal sealed partial class AuditSealing(AuditLog log, TimeProvider time, ILogger<AuditSealing> logger) : PeriodicService(TimeSpan.FromHours(1), time)
{
    protected override Task AtStartAsync(CancellationToken ct) => RoundAsync(ct);

    protected override async Task RoundAsync(CancellationToken ct)
    {
        try
        {
            await log.SealAsync(ct);
        }
        catch (DbException e)
        {
            LogNotSealed(logger, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The audit chains of finished days could not be sealed; the next try is in an hour.")]
    private static partial void LogNotSealed(ILogger logger, Exception exception);
}
