using System.Collections.Concurrent;
using IdentityPlatform.Playground.Programs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>All programs of the playground with files of their own, and a Chromium for the people in front of them.</summary>
public sealed class BrowserTown : IAsyncLifetime
{
    public const string Name = "in a browser";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("town-");
    private readonly ConcurrentDictionary<string, bool> _seen = new();
    private readonly Dictionary<string, DeskCrew> _crews = [];
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private Neighbourhood _town = null!;
    private Mirror _mirror = null!;
    private WebApplication _phone = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _chromium = null!;

    internal Neighbourhood Town => _town;

    internal IPlaywright Playwright => _playwright;

    public async ValueTask InitializeAsync()
    {
        var places = Places.Find(_data.FullName);
        _town = new(places, new Dictionary<string, string> { ["Clients:Directory"] = PlainClients.Write(places) });
        _mirror = new(_town.Http, _town.CardIssuer.Url);
        await _mirror.StartAsync(CancellationToken.None);
        await _town.StartAsync(CancellationToken.None);
        _phone = await StartPhoneAsync();
        _playwright = await Microsoft.Playwright.Playwright.CreateAsync();
        _chromium = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        _playwright.Dispose();
        await _phone.DisposeAsync();
        await _mirror.DisposeAsync();
        await _town.DisposeAsync();
        _oneAtATime.Dispose();
        _data.Delete(recursive: true);
    }

    /// <summary>Somebody new with a browser, cookies and an authenticator of their own.</summary>
    internal async Task<Visitor> ArriveAsync(string language)
    {
        var context = await _chromium.NewContextAsync(new()
        {
            Locale = language,
            ExtraHTTPHeaders = new Dictionary<string, string> { ["Accept-Language"] = language },
            ViewportSize = new() { Width = 390, Height = 844 },
        });
        context.SetDefaultTimeout(60_000);
        return await Visitor.ArriveAsync(this, context, language);
    }

    /// <summary>The two officers of the centre who speak this language: the same people in every story.</summary>
    internal async Task<DeskCrew> CrewAsync(string language)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            return _crews.TryGetValue(language, out var crew) ? crew : _crews[language] = await DeskCrew.EnrolAsync(this, language);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>True the first time that a page is seen in a language: what was looked at once need not be looked at again.</summary>
    internal bool IsNew(string page, string language) => _seen.TryAdd($"{page} {language}", true);

    // Where a phone would show its wallet again.
    private static async Task<WebApplication> StartPhoneAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(new Uri(Neighbourhood.WalletCallback).GetLeftPart(UriPartial.Authority));
        var app = builder.Build();
        app.Map("/{**path}", () => Results.Content("<!DOCTYPE html><title>Wallet</title>", "text/html"));
        await app.StartAsync();
        return app;
    }
}

/// <summary>The ports are fixed, so nothing else that starts the programs may run meanwhile.</summary>
[CollectionDefinition(BrowserTown.Name, DisableParallelization = true)]
public sealed class BrowserCollection : ICollectionFixture<BrowserTown>;
