using IdentityPlatform.Verifier.Refresh;

namespace IdentityPlatform.EventDoor;

/// <summary>Brings newer bundles, one at a time: by the operator's button, by the schedule, or from a file.</summary>
internal sealed partial class BundleUpdates(BundleStore store, DoorSettings settings, ILogger<BundleUpdates> log) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly BundleRefresher? _refresher = settings.BundleUrl is { } address ? new BundleRefresher(store, address) : null;

    /// <summary>Fetches from the configured address.</summary>
    public async Task<RefreshResult> FetchAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var result = _refresher is null ? new RefreshResult.Unreachable("no address is configured") : await _refresher.RefreshAsync(ct);
            LogFetched(result);
            return result;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Takes what somebody brought in a file: it is trusted no more than what the network brings.</summary>
    public BundleOffer Take(ReadOnlyMemory<byte> file)
    {
        var offer = store.Offer(file);
        LogOffered(offer);
        return offer;
    }

    public void Dispose()
    {
        _refresher?.Dispose();
        _one.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Bundle fetched: {Result}")]
    private partial void LogFetched(RefreshResult result);

    [LoggerMessage(Level = LogLevel.Information, Message = "Bundle brought: {Offer}")]
    private partial void LogOffered(BundleOffer offer);
}

/// <summary>Fetches when nothing is held, and then by the clock: never because somebody stands at the door.</summary>
internal sealed partial class BundleSchedule(
    BundleUpdates updates, BundleStore store, DoorSettings settings, TimeProvider time, ILogger<BundleSchedule> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.BundleUrl is null)
        {
            return;
        }

        if (store.Trust.Bundle is null)
        {
            await FetchAsync(stoppingToken);
        }

        using var timer = new PeriodicTimer(settings.RefreshEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await FetchAsync(stoppingToken);
        }
    }

    // A full disk is no reason to close the door: what it holds stays in use until it is too old.
    private async Task FetchAsync(CancellationToken ct)
    {
        try
        {
            await updates.FetchAsync(ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailed(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The bundle could not be kept")]
    private partial void LogFailed(Exception exception);
}
