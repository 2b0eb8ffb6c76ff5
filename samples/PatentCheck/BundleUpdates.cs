using IdentityPlatform.Verifier.Refresh;

namespace IdentityPlatform.PatentCheck;

/// <summary>Brings newer bundles, one at a time, by the clock or a button, and never because somebody is checked.</summary>
internal sealed partial class BundleUpdates(BundleStore store, CheckSettings settings, TimeProvider time, ILogger<BundleUpdates> log) : BackgroundService
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly BundleRefresher? _refresher = settings.BundleUrl is { } address ? new BundleRefresher(store, address) : null;

    /// <summary>Fetches from the configured address and says what came of it.</summary>
    public async Task<string> FetchAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var result = _refresher is null ? new RefreshResult.Unreachable("no address is configured") : await _refresher.RefreshAsync(ct);
            LogFetched(result);
            return result switch
            {
                RefreshResult.Offered { Offer: BundleOffer.Stored } => "stored",
                RefreshResult.Offered { Offer: BundleOffer.Older or BundleOffer.OlderStatusList } => "older",
                RefreshResult.Offered => "refused",
                _ => "unreachable",
            };
        }
        finally
        {
            _one.Release();
        }
    }

    public override void Dispose()
    {
        _refresher?.Dispose();
        _one.Dispose();
        base.Dispose();
    }

    // A full disk is no reason to stop: what is held stays in use until it is too old.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(settings.RefreshEvery, time);
        do
        {
            try
            {
                await FetchAsync(stoppingToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogFailed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Bundle fetched: {Result}")]
    private partial void LogFetched(RefreshResult result);

    [LoggerMessage(Level = LogLevel.Error, Message = "The bundle could not be kept")]
    private partial void LogFailed(Exception exception);
}
