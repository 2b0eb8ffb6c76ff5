using System.Globalization;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.Refresh;

namespace IdentityPlatform.Issuer.Events;

/// <summary>Whose cards are shown for a ticket: configuration section <c>Cards</c>.</summary>
public sealed class ShownCardSettings
{
    private ShownCardSettings(SettingsReader reader, bool development)
    {
        Type = reader.Required("Cards:Type");
        BundleUrl = Uri.TryCreate(reader.Required("Cards:BundleUrl"), UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback))
            ? uri
            : throw new SettingsException("Cards:BundleUrl", "is no https address.");
        BundleRoot = ReadKey(reader, development);
        Directory = Path.GetFullPath(reader.Required("Cards:Directory"));
        RefreshEvery = reader.Find("Cards:RefreshSeconds") is not { } text ? TimeSpan.FromMinutes(1)
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 86_400 ? TimeSpan.FromSeconds(seconds)
            : throw new SettingsException("Cards:RefreshSeconds", "is no whole number from 1 to 86400.");
    }

    /// <summary>The card's <c>vct</c>.</summary>
    public string Type { get; }

    /// <summary>Where its issuer publishes the bundle.</summary>
    public Uri BundleUrl { get; }

    /// <summary>The pinned root of that bundle.</summary>
    public Jwk BundleRoot { get; }

    /// <summary>Where the bundle is kept.</summary>
    public string Directory { get; }

    /// <summary>How often it is fetched, whether anybody shows a card or not.</summary>
    public TimeSpan RefreshEvery { get; }

    /// <summary>Reads the section.</summary>
    /// <exception cref="SettingsException">Names the key.</exception>
    public static ShownCardSettings Read(IConfiguration configuration, bool development)
    {
        SettingsReader.RefuseUnknown(configuration, "Cards", "Type", "BundleUrl", "BundleRoot", "Directory", "RefreshSeconds");
        return new(new SettingsReader(configuration), development);
    }

    private static Jwk ReadKey(SettingsReader reader, bool development)
    {
        const string setting = "Cards:BundleRoot";
        var file = Path.GetFullPath(reader.Required(setting));
        if (!File.Exists(file) || StrictJson.ParseObject(File.ReadAllBytes(file)).Failed(out _, out var json) || Jwk.Parse(json.Element).Failed(out _, out var jwk))
        {
            throw new SettingsException(setting, $"{file} holds no public JWK.");
        }

        return development || !ExampleKeys.Contains(jwk) ? jwk : throw new SettingsException(setting, $"{file} is a key of keys.example, which everybody has.");
    }
}

/// <summary>What shown cards are checked against: their issuer's bundle, fetched by the clock and never because of a visitor, and kept on disk.</summary>
public sealed partial class ShownCards(ShownCardSettings settings, TimeProvider time, ILogger<ShownCards> logger) : BackgroundService
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly BundleStore _store = BundleStore.Open(settings.Directory, [settings.BundleRoot], time);

    /// <summary>The trust to check with now: nobody's, until there is a bundle.</summary>
    public Trust Current => _store.Trust;

    /// <summary>Takes a bundle that came another way than by the clock.</summary>
    public BundleOffer Offer(ReadOnlySpan<byte> bundle) => _store.Offer(bundle);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var refresher = new BundleRefresher(_store, settings.BundleUrl);
        var reached = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            var result = await refresher.RefreshAsync(stoppingToken);
            var now = result is RefreshResult.Offered { Offer: BundleOffer.Stored or BundleOffer.Older };
            if (now != reached)
            {
                LogRefresh(logger, reached = now, result.GetType().Name);
            }

            await Task.Delay(now || settings.RefreshEvery < Soon ? settings.RefreshEvery : Soon, time, stoppingToken);
        }
    }

    [LoggerMessage(LogLevel.Information, "The bundle of the cards' issuer is up to date: {UpToDate} ({Result}).")]
    private static partial void LogRefresh(ILogger logger, bool upToDate, string result);
}
