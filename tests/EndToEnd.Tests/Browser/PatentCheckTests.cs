using System.Net.Sockets;
using Deque.AxeCore.Playwright;
using IdentityPlatform.Playground.Programs;
using IdentityPlatform.Wallet.Cards;
using IdentityPlatform.Wallet.Presentation;
using Microsoft.Playwright;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>The check of patents on a small phone, as an employer and an inspector use it: every level, every verdict, by daylight and in the dark.</summary>
public sealed class PatentCheckTests : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("patent-check-");
    private readonly WorkPatents _patents = new();
    private readonly HttpClient _http = new();
    private ChildProgram _check = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _chromium = null!;
    private string _language = "en";
    private string _face = "";

    private IPage Page => _chromium.Contexts[0].Pages[0];

    public async ValueTask InitializeAsync()
    {
        var url = $"http://localhost:{FreePort()}";
        var root = Path.Combine(_data.FullName, "root.jwk");
        await File.WriteAllTextAsync(root, _patents.Root);
        _check = new(Places.Find(_data.FullName), "check", "samples/PatentCheck", url, new Dictionary<string, string>
        {
            ["PublicUrl"] = url,
            ["PatentCheck:Directory"] = _data.FullName,
            ["PatentCheck:BundleRoot"] = root,
            ["PatentCheck:BundleUrl"] = "",
        });
        await _check.StartAsync(CancellationToken.None);
        _playwright = await Microsoft.Playwright.Playwright.CreateAsync();
        _chromium = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
    }

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        _playwright.Dispose();
        await _check.DisposeAsync();
        _patents.Dispose();
        _http.Dispose();
        _data.Delete(recursive: true);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    [InlineData("hy")]
    public async Task Every_level_and_every_verdict_is_read_on_a_small_phone(string language)
    {
        await OpenAsync(language);
        await LookAsync("choose");
        Assert.True(await IsInViewAsync("form button"), "the button is out of reach");
        await ReachLevelsAsync();

        // L0: allowed to the end of the last paid day of the region, and in no other region.
        await CheckAsync("l0", WorkPatents.West, _patents.Wallet(_face, 0, WorkPatents.West, WorkPatents.East), "VerdictAllowed", "l0", ["occupation", "authorized_regions", "paid_until"]);
        await CheckAsync("l0", WorkPatents.East, _patents.Wallet(_face, 0, WorkPatents.West, WorkPatents.East), "VerdictRefused", "not-paid", null, "Permission.NotPaid");
        await CheckAsync("l0", "RU-MOW", _patents.Wallet(_face, 30, WorkPatents.West), "VerdictRefused", "other-region", null, "Permission.OtherRegion");
        await CheckAsync("l0-contract", WorkPatents.West, _patents.Wallet(_face, 30, WorkPatents.West), "VerdictAllowed", null, ["family_name", "given_name", "occupation", "authorized_regions", "paid_until"]);

        // L1: a face, and no name.
        await CheckAsync("l1", WorkPatents.West, _patents.Wallet(_face, 30, WorkPatents.West), "VerdictAllowed", "l1", ["authorized_regions", "paid_until"]);
        Assert.Equal(_face, await Page.GetAttributeAsync("#face", "src"));

        // L2: the holder reads the ground first.
        await CheckAsync(
            "l2", WorkPatents.West, _patents.Wallet(_face, 30, WorkPatents.West), "VerdictAllowed", "l2",
            ["family_name", "given_name", "document_number", "identity_document", "authorized_regions", "paid_until"], ground: "complaint");

        await CheckAsync("l1", WorkPatents.West, _patents.Forged(_face), "VerdictRejected", "forged", []);
        await CheckAsync("l1", WorkPatents.West, null, "VerdictDeclined", "declined", [], "Declined");

        await TryMdocAsync();
        await TryBothAsync();

        // Nothing of what was shown stays on the page.
        await Page.Locator("#next").ClickAsync();
        Assert.Equal("", await Page.Locator("#facts").InnerHTMLAsync());
        Assert.Null(await Page.GetAttributeAsync("#face", "src"));
    }

    // The other form of the same patent: the same questions, the same facts and the same face.
    private async Task TryMdocAsync()
    {
        await CheckAsync("l0", WorkPatents.West, _patents.MdocWallet(_face, 0, WorkPatents.West, WorkPatents.East), "VerdictAllowed", "mdoc-l0", ["occupation", "authorized_regions", "paid_until"]);
        await CheckAsync("l0", WorkPatents.East, _patents.MdocWallet(_face, 0, WorkPatents.West, WorkPatents.East), "VerdictRefused", null, null, "Permission.NotPaid");
        await CheckAsync("l0", "RU-MOW", _patents.MdocWallet(_face, 30, WorkPatents.West), "VerdictRefused", null, null, "Permission.OtherRegion");
        await CheckAsync(
            "l2", WorkPatents.West, _patents.MdocWallet(_face, 30, WorkPatents.West), "VerdictAllowed", "mdoc-l2",
            ["family_name", "given_name", "document_number", "identity_document", "authorized_regions", "paid_until"], ground: "court-order");
        Assert.Equal(_face, await Page.GetAttributeAsync("#face", "src"));
        await CheckAsync("l1", WorkPatents.West, _patents.ForgedMdoc(_face), "VerdictRejected", null, []);
        await CheckAsync("l1", WorkPatents.West, _patents.MdocWallet(_face, 30, WorkPatents.West), "VerdictAllowed", "mdoc-l1", ["authorized_regions", "paid_until"]);
        Assert.Equal(_face, await Page.GetAttributeAsync("#face", "src"));
    }

    // A wallet shows both forms: an older or a forged copy decides nothing, and is told.
    private async Task TryBothAsync()
    {
        var allowed = _patents.MdocWallet(_face, 30, WorkPatents.West);
        await CheckAsync("l1", WorkPatents.West, allowed, "VerdictAllowed", "both-forged", ["authorized_regions", "paid_until"], beside: _patents.Forged(_face));
        Assert.True(await Page.Locator("#also li").CountAsync() == 1 && await Page.Locator("#also").IsVisibleAsync());
        await CheckAsync("l1", WorkPatents.West, _patents.MdocWallet(_face, 30, WorkPatents.West), "VerdictAllowed", null, null, beside: _patents.Wallet(_face, -2, WorkPatents.West));
        Assert.Equal(
            Words.Patent(_language, "Permission.NotPaid").Replace("{0}", Words.Patent(_language, $"Region.{WorkPatents.West}"), StringComparison.Ordinal),
            await Page.Locator("#also li").InnerTextAsync());
        await CheckAsync("l1", WorkPatents.West, _patents.MdocWallet(_face, 30, WorkPatents.West), "VerdictAllowed", null, null, beside: _patents.Wallet(_face, 30, WorkPatents.West));
        Assert.False(await Page.Locator("#also").IsVisibleAsync());
    }

    private async Task OpenAsync(string language)
    {
        _language = language;
        await _chromium.NewPageAsync(new() { ViewportSize = new() { Width = 360, Height = 740 }, DeviceScaleFactor = 2, HasTouch = true });
        Page.SetDefaultTimeout(60_000);
        await Page.GotoAsync($"{_check.Url}/?lang={language}");
        await LookAsync("no-bundle");
        using var body = new ByteArrayContent(_patents.Bundle());
        (await _http.PutAsync(new Uri($"{_check.Url}/bundle"), body)).EnsureSuccessStatusCode();
        await Page.ReloadAsync();
        _face = await Page.EvaluateAsync<string>(
            """
            () => {
              const canvas = document.createElement("canvas");
              [canvas.width, canvas.height] = [240, 320];
              const pen = canvas.getContext("2d");
              const disc = (colour, x, y, wide, high) => { pen.fillStyle = colour; pen.beginPath(); pen.ellipse(x, y, wide, high, 0, 0, 7); pen.fill(); };
              pen.fillStyle = "#cdd6e0"; pen.fillRect(0, 0, 240, 320);
              disc("#30465e", 120, 330, 105, 110); disc("#d9a883", 120, 140, 62, 82);
              disc("#222", 96, 128, 7, 5); disc("#222", 144, 128, 7, 5); disc("#a8534a", 120, 180, 20, 5);
              return canvas.toDataURL("image/jpeg", 0.8);
            }
            """);
    }

    /// <summary>One check from the choice to its verdict; null for a wallet whose holder declines.</summary>
    private async Task CheckAsync(
        string level, string region, WalletFile? wallet, string verdict, string? shot, string[]? facts, string? reason = null, string? ground = null, WalletFile? beside = null)
    {
        await BeginAsync(level, region, ground);
        await AnswerAsync(await Page.GetAttributeAsync("#link", "href") ?? "", wallet, ground, beside);
        await Page.GetByRole(AriaRole.Heading, new() { Name = Words.Patent(_language, verdict), Exact = true }).WaitForAsync();
        Assert.True(await IsInViewAsync("#verdict-title"), "the verdict is not in view");
        if (reason is not null)
        {
            Assert.Contains(Words.Patent(_language, reason).Replace("{0}", Words.Patent(_language, $"Region.{region}"), StringComparison.Ordinal), await Page.InnerTextAsync("#verdict-text"), StringComparison.Ordinal);
        }

        if (facts is not null)
        {
            var shown = await Page.Locator("#facts dt").AllInnerTextsAsync();
            Assert.Equal(facts.Select(name => Words.Patent(_language, $"Claim.{name}")), shown.Where(name => name != Words.Kiosk(_language, "FactCheck")));
        }

        if (shot is not null)
        {
            await LookAsync($"verdict-{shot}");
        }
    }

    // On a phone that is smaller still the button stays in reach, and with a keyboard or a finger no level stays under it.
    private async Task ReachLevelsAsync()
    {
        await Page.SetViewportSizeAsync(320, 568);
        foreach (var level in await Page.Locator("input[name=level]").AllAsync())
        {
            await level.FocusAsync();
            Assert.True(await IsInViewAsync("form button"), "the button is out of reach");
            Assert.True(
                await level.EvaluateAsync<bool>("radio => radio.closest('label').getBoundingClientRect().bottom <= document.querySelector('form .action').getBoundingClientRect().top"),
                "a level is under the button");
        }

        await LookAsync("choose-smallest");
        await Page.SetViewportSizeAsync(360, 740);
    }

    private async Task BeginAsync(string level, string region, string? ground)
    {
        if (await Page.Locator("#verdict").IsVisibleAsync())
        {
            await Page.Locator("#next").ClickAsync();
        }

        await Page.SelectOptionAsync("#region", region);
        await Page.CheckAsync($"input[value='{level}']");
        Assert.Equal(ground is not null, await Page.Locator("#ground-field").IsVisibleAsync());
        if (ground is not null)
        {
            await Page.SelectOptionAsync("#ground", ground);
            await LookAsync("choose-ground");
        }

        await Page.GetByRole(AriaRole.Button, new() { Name = Words.Patent(_language, "Start"), Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Heading, new() { Name = Words.Patent(_language, "AskTitle") }).WaitForAsync();
        if (ground is not null)
        {
            await LookAsync("ask-ground");
        }
    }

    private async Task AnswerAsync(string link, WalletFile? wallet, string? ground, WalletFile? beside)
    {
        var request = (await PresentationRequest.FetchAsync(link, EveningIssuers.ReaderAnchors, _http, DateTimeOffset.UtcNow, CancellationToken.None)).OrThrow();
        Assert.Equal(ground is null ? 0 : 1, request.Reasons.Count);
        if (wallet is not null && beside is not null)
        {
            var both = new[] { wallet, beside }.Select(one => (Presenter: new Presenter(_http, one, TimeProvider.System), Chosen: DcqlMatch.Find(request.Query, one)!.Single()))
                .ToDictionary(one => one.Chosen.QueryId, one => one.Presenter.Build(one.Chosen, request));
            Assert.True((await new Presenter(_http, wallet, TimeProvider.System).SendAsync(request, both, CancellationToken.None)).Taken);
            return;
        }

        if (wallet is not null)
        {
            Assert.True((await new Presenter(_http, wallet, TimeProvider.System).PresentAsync(request, CancellationToken.None)) is { Taken: true });
            return;
        }

        using var declined = new FormUrlEncodedContent(new Dictionary<string, string> { ["error"] = "access_denied", ["state"] = request.State ?? "" });
        (await _http.PostAsync(new Uri(request.ResponseUri), declined)).EnsureSuccessStatusCode();
    }

    // By daylight and in the dark: readable, wide enough for a thumb, and no wider than the phone.
    private async Task LookAsync(string name)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            Assert.Empty((await Page.RunAxe()).Violations.Select(violation => $"{name}: {violation.Id}: {violation.Nodes[0].Html}"));
            if (Environment.GetEnvironmentVariable("BROWSER_SHOTS") is { Length: > 0 } folder)
            {
                await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"patent-{name}-{_language}-{scheme}.png") });
            }
        }

        Assert.Equal(0, await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        Assert.Empty(await Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('button, a.button, summary, select, nav a, label.level')].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML)"));
    }

    private Task<bool> IsInViewAsync(string selector) => Page.EvaluateAsync<bool>(
        "selector => { const box = document.querySelector(selector).getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }", selector);

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
