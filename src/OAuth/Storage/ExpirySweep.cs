using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Storage;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>Deletes what has expired, a little at a time. Nothing depends on it: every statement looks at the time itself.</summary>
internal sealed partial class ExpirySweep(Database database, TimeProvider time, ILogger<ExpirySweep> logger) : PeriodicService(Interval, time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    // A spent code stays for a while after its expiry: its replay still ends the grant.
    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(10);

    // A grant that is revoked expires in that moment: it names a person and a client, and nothing needs it any more.
    private static readonly (string Table, string Key)[] Tables =
    [
        ("oauth_device_codes", "code_hash"),
        ("oauth_preauthorized_codes", "code_hash"),
        ("oauth_refresh_tokens", "token_hash"),
        ("oauth_client_invitations", "token_hash"),
        ("oauth_grants", "id"),
    ];

    /// <summary>One round; answers how many rows went.</summary>
    internal async Task<int> SweepAsync(CancellationToken ct)
    {
        var before = (Time.GetUtcNow() - Keep).ToUnixTimeSeconds();
        var total = 0;
        foreach (var (table, key) in Tables)
        {
            total += await Sweep.DeleteAsync(database, table, key, "expires_at < @before", new { before }, ct);
        }

        return total;
    }

    protected override async Task RoundAsync(CancellationToken ct)
    {
        try
        {
            await SweepAsync(ct);
        }
        catch (System.Data.Common.DbException e)
        {
            // The database may be away for a while; the next round comes.
            SweepFailed(logger, e);
        }
    }

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "Expired grants could not be swept")]
    private static partial void SweepFailed(ILogger logger, Exception e);
}
