using System.Net;
using System.Net.Sockets;
using Deque.AxeCore.Playwright;
using IdentityPlatform.Hosting.Tests.Passkeys;
using Microsoft.Playwright;

namespace IdentityPlatform.Hosting.Tests.Pages;

/// <summary>The shell and the passkey script in a real Chromium with a virtual authenticator.</summary>
public sealed class BrowserTests : IAsyncLifetime
{
    private PasskeySite _site = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _chromium = null!;
    private string _origin = "";

    public async ValueTask InitializeAsync()
    {
        var port = FreePort();
        _origin = $"http://localhost:{port}";
        _site = await PasskeySite.StartAsync(origin: _origin, port: port);
        _playwright = await Playwright.CreateAsync();
        _chromium = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        _playwright.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task A_person_creates_a_passkey_and_signs_in_with_it()
    {
        var page = await OpenAsync(new());
        await AddAuthenticatorAsync(page);

        await PressAsync(page, "Create a passkey", "/signup");
        await PressAsync(page, "Sign in", "/signin");

        Assert.Single(await _site.Store.OfUserAsync("by-hand", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_went_wrong_is_said_in_the_language_of_the_page()
    {
        var page = await OpenAsync(new() { Locale = "ru-RU" });
        await AddAuthenticatorAsync(page);

        // The virtual authenticator holds no passkey: Chromium answers at once, as it does when a person cancels.
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        var alert = page.GetByRole(AriaRole.Alert);
        await alert.WaitForAsync();
        Assert.StartsWith("Подтверждения не было", await alert.InnerTextAsync(), StringComparison.Ordinal);
        Assert.True(await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).IsEnabledAsync());
    }

    [Fact]
    public async Task A_passkey_that_the_server_forgot_is_refused_with_its_words()
    {
        var page = await OpenAsync(new() { Locale = "ru-RU" });
        await AddAuthenticatorAsync(page);
        await PressAsync(page, "Create a passkey", "/signup");
        var passkey = Assert.Single(await _site.Store.OfUserAsync("by-hand", TestContext.Current.CancellationToken));
        Assert.True(await _site.Store.RemoveAsync("by-hand", passkey.CredentialId, TestContext.Current.CancellationToken));

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        var alert = page.GetByRole(AriaRole.Alert);
        await alert.WaitForAsync();
        Assert.StartsWith("Этот ключ доступа нам неизвестен", await alert.InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_consent_form_ends_at_the_service_it_names_and_at_no_other()
    {
        await using var service = await PageSite.StartAsync("http://localhost:5105");
        var page = await OpenAsync(new());

        await page.GotoAsync($"{_origin}/consent?allowed=true&to={Uri.EscapeDataString(service.Client.BaseAddress!.ToString())}");
        await page.GetByRole(AriaRole.Button).ClickAsync();
        await page.WaitForURLAsync(service.Client.BaseAddress.ToString());

        await page.GotoAsync($"{_origin}/consent?allowed=false&to={Uri.EscapeDataString(service.Client.BaseAddress!.ToString())}");
        var refused = page.WaitForConsoleMessageAsync(new() { Predicate = message => message.Text.Contains("form-action", StringComparison.Ordinal) });
        await page.GetByRole(AriaRole.Button).ClickAsync();
        await refused;
        Assert.StartsWith(_origin, page.Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en-GB", ColorScheme.Light, 390)]
    [InlineData("ru-RU", ColorScheme.Dark, 360)]
    [InlineData("ru-RU", ColorScheme.Light, 1280)]
    [Trait("Safeguard", "SG20")]
    public async Task The_shell_is_accessible_and_fits(string locale, ColorScheme scheme, int width)
    {
        var page = await OpenAsync(new() { Locale = locale, ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 844 } });

        var found = await page.RunAxe();
        Assert.Empty(found.Violations.Select(violation => $"{violation.Id}: {violation.Help}"));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        // WCAG 2.2 §2.5.8 asks for 24 pixels; thumbs ask for 44.
        Assert.Empty(await page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('a:not(.skip), button')].filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"));
    }

    private async Task<IPage> OpenAsync(BrowserNewContextOptions options)
    {
        var context = await _chromium.NewContextAsync(options);
        var page = await context.NewPageAsync();
        var blocked = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                blocked.Add(message.Text);
            }
        };
        await page.GotoAsync(_origin + "/");
        Assert.Empty(blocked);
        return page;
    }

    // WebAuthn §11.2: a virtual authenticator that confirms by itself.
    private static async Task AddAuthenticatorAsync(IPage page)
    {
        var cdp = await page.Context.NewCDPSessionAsync(page);
        await cdp.SendAsync("WebAuthn.enable");
        await cdp.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }

    private static async Task PressAsync(IPage page, string button, string completes)
    {
        var answer = await page.RunAndWaitForResponseAsync(
            () => page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync(),
            response => new Uri(response.Url).AbsolutePath == completes);
        Assert.Equal(200, answer.Status);
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
