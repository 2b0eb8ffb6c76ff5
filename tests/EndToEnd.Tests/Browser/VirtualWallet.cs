using System.Text.Json;
using IdentityPlatform.Formats;
using Microsoft.Playwright;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>
/// Chromium's own virtual wallet for the Digital Credentials API: the page calls the real <c>navigator.credentials.get</c>, and the browser gives it what the
/// wallet is told to answer. Which wallet answers, and the platform's way to it, are not there.
/// </summary>
internal sealed class VirtualWallet : IAsyncDisposable
{
    private const string Behaviour = "DigitalCredentials.setVirtualWalletBehavior";

    private readonly IPage _page;
    private readonly ICDPSession _cdp;

    private VirtualWallet(IPage page, ICDPSession cdp) => (_page, _cdp) = (page, cdp);

    public static async Task<VirtualWallet> NextToAsync(IPage page) => new(page, await page.Context.NewCDPSessionAsync(page));

    /// <summary>Answers what a page is about to ask for: the request is read on its way to the page.</summary>
    public Task AnswerAsync(string start, Func<JsonElement, string> answer) => _page.RouteAsync(start, async route =>
    {
        var started = await route.FetchAsync();
        var response = answer(JsonElement.Parse(await started.BodyAsync()).ObjectMember("options")!.Value);
        await _cdp.SendAsync(Behaviour, new Dictionary<string, object>
        {
            ["action"] = "respond",
            ["protocol"] = Wallet.Presentation.PresentationRequest.SignedProtocol,
            ["response"] = new Dictionary<string, object> { ["response"] = response },
        });
        await route.FulfillAsync(new() { Response = started });
    });

    /// <summary>The holder declines.</summary>
    public Task DeclineAsync() => _cdp.SendAsync(Behaviour, new Dictionary<string, object> { ["action"] = "decline" });

    public async ValueTask DisposeAsync() => await _cdp.DetachAsync();
}
