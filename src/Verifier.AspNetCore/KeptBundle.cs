using IdentityPlatform.Verifier.Refresh;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>
/// A bundle that keeps itself up to date as long as the program runs: when it starts, and then by the clock, never because somebody is
/// checked. An operator's button and a file that somebody brings serve as well. What is held stays in use until it is too old.
/// </summary>
public sealed partial class KeptBundle : BackgroundService
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly BundleStore _store;
    private readonly BundleSource _source;
    private readonly BundleRefresher? _refresher;
    private readonly TimeProvider _time;
    private readonly ILogger<KeptBundle> _log;
    private RefreshResult? _last;

    /// <summary>Opens what is kept.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Is told what came of an attempt where it is not what came of the one before: versions, and never anything about a check.</param>
    /// <exception cref="InvalidDataException">The kept file is damaged or is not signed by a pinned root.</exception>
    /// <exception cref="ArgumentException">The address is none that a bundle is fetched from.</exception>
    public KeptBundle(BundleSource source, TimeProvider time, ILogger<KeptBundle> log)
    {
        (_source, _time, _log) = (source, time, log);
        _store = BundleStore.Open(source.Directory, source.Roots, time);
        _refresher = source.Address is { } address ? new BundleRefresher(_store, address) : null;
    }

    /// <summary>What it makes a verifier trust now; nobody, until there is a bundle.</summary>
    public Trust Trust => _store.Trust;

    /// <summary>Fetches now, as for an operator's button. One fetch runs at a time.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<RefreshResult> RefreshAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var result = _refresher is null ? new RefreshResult.Unreachable("no address is configured") : await _refresher.RefreshAsync(cancellationToken);
            if (result != _last)
            {
                _last = result;
                LogFetched(result);
            }

            return result;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Takes what somebody brought in a file: it is trusted no more than what the network brings.</summary>
    /// <param name="utf8">The file. It is kept, not copied: the caller changes it no more.</param>
    public BundleOffer Offer(ReadOnlyMemory<byte> utf8)
    {
        var offer = _store.Offer(utf8);
        LogOffered(offer);
        return offer;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _refresher?.Dispose();
        _one.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_refresher is not null && !stoppingToken.IsCancellationRequested)
        {
            var reached = await TryRefreshAsync(stoppingToken);
            await Task.Delay(reached || _source.Every < _source.SoonAgain ? _source.Every : _source.SoonAgain, _time, stoppingToken);
        }
    }

    // A full disk is no reason to stop checking.
    private async Task<bool> TryRefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RefreshAsync(cancellationToken) is RefreshResult.Offered;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailed(e);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Bundle fetched: {Result}")]
    private partial void LogFetched(RefreshResult result);

    [LoggerMessage(Level = LogLevel.Information, Message = "Bundle brought: {Offer}")]
    private partial void LogOffered(BundleOffer offer);

    [LoggerMessage(Level = LogLevel.Error, Message = "The bundle could not be kept")]
    private partial void LogFailed(Exception exception);
}

/// <summary>Registers bundles that keep themselves up to date.</summary>
public static class KeptBundles
{
    /// <summary>Registers a <see cref="KeptBundle"/> and its schedule.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="source">Where the bundle comes from.</param>
    /// <param name="key">Tells several apart (<c>GetRequiredKeyedService</c>); null for the only one.</param>
    public static IServiceCollection AddBundle(this IServiceCollection services, BundleSource source, object? key = null)
    {
        services.AddKeyedSingleton(key, (provider, _) => new KeptBundle(source, provider.GetService<TimeProvider>() ?? TimeProvider.System, provider.GetRequiredService<ILogger<KeptBundle>>()));
        return services.AddSingleton<IHostedService>(provider => key is null ? provider.GetRequiredService<KeptBundle>() : provider.GetRequiredKeyedService<KeptBundle>(key));
    }
}
