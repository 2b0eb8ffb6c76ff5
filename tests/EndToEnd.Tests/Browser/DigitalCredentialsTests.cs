using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>
/// The script for the Digital Credentials API in a real browser. No wallet is installed beside a test's Chromium: for the way from end to end its own virtual
/// wallet (<c>DigitalCredentials.setVirtualWalletBehavior</c>) hands over what the example wallet's code answered; for what goes wrong the call itself is played.
/// </summary>
public sealed class DigitalCredentialsTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new(DateTimeOffset.UtcNow);
    private readonly TestAuthority _access = new("Access authority", DateTimeOffset.UtcNow);
    private WebApplication _app = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _chromium = null!;
    private string _origin = "";

    public async ValueTask InitializeAsync()
    {
        _origin = $"http://localhost:{FreePort()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(_origin);
        var trust = _issuer.Trust();
        builder.Services.AddPresentations(new PresentationOptions
        {
            PublicUrl = _origin,
            AccessKey = _access.Certify("Shop", new Uri(_origin)),
            Policy = Policy.Haip,
            Trust = () => trust,
        });
        _app = builder.Build();
        _app.MapPresentations(
            DcqlQuery.For(CredentialQuery.OfType("card", TestIssuer.CardType).Asking("age_equal_or_over", "18")), (_, outcome) => Task.FromResult(Results.Text(Say(outcome))));
        _app.MapGet("/", () => Results.Text("<!doctype html><title>Shop</title><button hidden data-presentation>Show your card</button><script src='/present/script.js' defer></script>", "text/html"));
        await _app.StartAsync();
        _playwright = await Microsoft.Playwright.Playwright.CreateAsync();
        _chromium = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
    }

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        _playwright.Dispose();
        await _app.DisposeAsync();
        _access.Dispose();
        _issuer.Dispose();
    }

    [Fact]
    public async Task The_browsers_own_API_brings_the_answer_of_the_example_wallet()
    {
        var page = await _chromium.NewPageAsync();
        await using var cdp = await VirtualWallet.NextToAsync(page);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var wallet = EveningIssuers.WalletOf(_issuer, key);
        await cdp.AnswerAsync("**/present/start*", options =>
        {
            var request = Wallet.Presentation.PresentationRequest.ReadDcApi(options, _origin, [_access.Certificate], DateTimeOffset.UtcNow).OrThrow();
            Assert.Equal(("Shop", $"origin:{_origin}"), (request.VerifierName, request.Audience));
            using var http = new HttpClient();
            return new Wallet.Presentation.Presenter(http, wallet, TimeProvider.System).Answer(request)!;
        });
        await page.GotoAsync(_origin);
        Assert.Contains("[native code]", await page.EvaluateAsync<string>("String(navigator.credentials.get)"), StringComparison.Ordinal);
        await page.Locator("[data-presentation]").ClickAsync();
        await page.WaitForURLAsync("**/present/result/*");
        Assert.Equal("accepted", await page.InnerTextAsync("body"));
        Assert.True(wallet.Copies[0].Used);
    }

    [Fact]
    public async Task The_example_wallet_refuses_a_request_that_was_signed_for_another_page()
    {
        var page = await _chromium.NewPageAsync();
        await page.GotoAsync(_origin);
        var options = JsonElement.Parse(await page.EvaluateAsync<string>("fetch('/present/start?way=dc-api', { method: 'POST' }).then(answer => answer.json()).then(started => JSON.stringify(started.options))"));
        Assert.True(Read(_origin).Succeeded(out _, out _));
        Assert.Equal("the request is for another origin", Read("https://evil.test.example").Failed(out var failure, out _) ? failure.Fact : "taken");

        Formats.Parsed<Wallet.Presentation.PresentationRequest> Read(string origin) =>
            Wallet.Presentation.PresentationRequest.ReadDcApi(options, origin, [_access.Certificate], DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task A_holder_who_declines_in_the_wallet_can_press_again()
    {
        var page = await _chromium.NewPageAsync();
        await using var cdp = await VirtualWallet.NextToAsync(page);
        await page.GotoAsync(_origin);
        await cdp.DeclineAsync();
        await page.Locator("[data-presentation]").ClickAsync();
        await page.Locator("[data-presentation]:enabled").WaitForAsync();
        Assert.Equal($"{_origin}/", page.Url);
    }

    [Fact]
    public async Task A_button_asks_the_browser_and_opens_the_result() => Assert.Equal("accepted", await PressAsync(null));

    [Fact]
    public async Task A_refused_card_is_told_to_the_page() => Assert.Equal("refused OverDisclosure", await PressAsync(shown => shown.Shown.Add(shown.FamilyName)));

    [Fact]
    public async Task A_page_of_another_origin_gets_no_use_out_of_an_answer() => Assert.Equal("refused WrongAudience", await PressAsync(null, "https://evil.test.example"));

    [Fact]
    public async Task Where_the_browser_has_no_such_API_the_button_stays_hidden()
    {
        var page = await _chromium.NewPageAsync();
        await page.AddInitScriptAsync("delete globalThis.DigitalCredential;");
        await page.GotoAsync(_origin);
        Assert.True(await page.EvaluateAsync<bool>("document.readyState === 'complete' && !presentations.supported()"));
        Assert.True(await page.Locator("[data-presentation]").IsHiddenAsync());
    }

    [Fact]
    public async Task A_holder_who_closes_the_wallet_can_press_again()
    {
        var page = await _chromium.NewPageAsync();
        await page.AddInitScriptAsync("navigator.credentials.get = async () => { throw new DOMException('closed', 'NotAllowedError'); };");
        await page.GotoAsync(_origin);
        await page.Locator("[data-presentation]").ClickAsync();
        await page.Locator("[data-presentation]:enabled").WaitForAsync();
        Assert.Equal($"{_origin}/", page.Url);
    }

    private async Task<string> PressAsync(Action<TestPresentation>? change, string? calledFrom = null)
    {
        var page = await _chromium.NewPageAsync();
        await page.ExposeFunctionAsync("walletAnswer", (string options) =>
        {
            var request = JsonElement.Parse(options).GetProperty("digital").GetProperty("requests")[0];
            return new TestWallet(_issuer).AnswerDcApi(request.GetProperty("data").GetProperty("request").GetString()!, calledFrom ?? _origin, change);
        });
        await page.AddInitScriptAsync(
            "navigator.credentials.get = async options => ({ protocol: options.digital.requests[0].protocol, data: JSON.parse(await walletAnswer(JSON.stringify(options))) });");
        await page.GotoAsync(_origin);
        await page.Locator("[data-presentation]").ClickAsync();
        await page.WaitForURLAsync("**/present/result/*");
        return await page.InnerTextAsync("body");
    }

    private static string Say(PresentationOutcome outcome) => outcome is PresentationOutcome.Completed completed
        ? completed.Result.Match(_ => "accepted", rejected => $"refused {rejected.Verdict.Failure.GetType().Name}", _ => "unanswered")
        : outcome.GetType().Name;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
