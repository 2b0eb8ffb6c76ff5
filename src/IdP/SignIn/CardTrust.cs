using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.Refresh;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>
/// What cards are checked against: the card issuer's bundle, fetched on a schedule that has nothing to do with anybody's
/// sign-in (SG3), and kept on disk, so that cards can be checked while the issuer is away.
/// </summary>
public sealed partial class CardTrust : BackgroundService
{
    // A bundle that could not be had is asked for again soon; sooner still where the operator's own interval is shorter.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly BundleStore? _store;
    private readonly BundleRefresher? _refresher;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ILogger<CardTrust> _logger;

    public CardTrust(CardSettings settings, TimeProvider time, ILogger<CardTrust> logger)
    {
        (_interval, _time, _logger) = (settings.RefreshEvery, time, logger);
        if (settings.BundleUrl is { } url)
        {
            _store = BundleStore.Open(settings.Directory, settings.BundleRoots, time);
            _refresher = new BundleRefresher(_store, url);
        }
    }

    /// <summary>The trust to check with now: nobody's, until there is a bundle.</summary>
    public Trust Current => _store?.Trust ?? Trust.Empty;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _refresher?.Dispose();
        base.Dispose();
    }

    /// <summary>Offers a bundle that came another way than by the schedule.</summary>
    public BundleOffer? Offer(ReadOnlyMemory<byte> bundle) => _store?.Offer(bundle);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var reached = true;
        while (_refresher is not null && !stoppingToken.IsCancellationRequested)
        {
            var result = await _refresher.RefreshAsync(stoppingToken);
            var now = result is RefreshResult.Offered { Offer: BundleOffer.Stored };
            if (now != reached)
            {
                reached = now;
                LogRefresh(now, result.GetType().Name);
            }

            await Task.Delay(now || _interval < Soon ? _interval : Soon, _time, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The bundle of the card issuer is up to date: {UpToDate} ({Result}).")]
    private partial void LogRefresh(bool upToDate, string result);
}
