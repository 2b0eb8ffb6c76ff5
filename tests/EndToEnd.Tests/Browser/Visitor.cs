using Microsoft.Playwright;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>Somebody in front of a browser: presses what the words say, and notes whatever is wrong with a page on the way.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [];
    private ICDPSession? _scripts;
    private string _at = "the first page";

    private Visitor(BrowserTown town, IBrowserContext context, IPage page, string language)
    {
        (Place, _context, Page, Language) = (town, context, page, language);
        page.Console += (_, message) => Note(message.Type is "error" or "warning" && !IsOwnStatus(message), $"console: {message.Text}");
        page.PageError += (_, error) => Note(true, $"script error: {error}");
        context.Request += (_, request) => Note(!IsHere(request.Url), $"a request leaves this machine: {request.Url}");
    }

    public BrowserTown Place { get; }

    public IPage Page { get; }

    public string Language { get; }

    public static async Task<Visitor> ArriveAsync(BrowserTown town, IBrowserContext context, string language)
    {
        var page = await context.NewPageAsync();
        var visitor = new Visitor(town, context, page, language);
        await AddAuthenticatorAsync(page);

        // The virtual authenticator would choose a passkey from the autofill before anybody presses anything.
        await context.AddInitScriptAsync("if (window.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = async () => false;");
        return visitor;
    }

    public Task OpenAsync(string url) => Page.GotoAsync(url);

    /// <summary>Presses the button with exactly these words.</summary>
    public Task PressAsync(string words) => Page.GetByRole(AriaRole.Button, new() { Name = words, Exact = true }).First.ClickAsync();

    /// <summary>Follows the link with exactly these words.</summary>
    public Task FollowAsync(string words) => Page.GetByRole(AriaRole.Link, new() { Name = words, Exact = true }).First.ClickAsync();

    /// <summary>Presses a button and waits for the page that it leads to.</summary>
    public async Task PressAsync(string words, string pathAndQuery)
    {
        var arrived = Page.WaitForURLAsync(url => PathOf(url).StartsWith(pathAndQuery, StringComparison.Ordinal));
        await PressAsync(words);
        await arrived;
    }

    /// <summary>Waits for a page by its heading, and looks at it from all sides when nobody has yet.</summary>
    public async Task SeeAsync(string name, string heading)
    {
        _at = name;
        await Page.GetByRole(AriaRole.Heading, new() { Name = heading, Level = 1 }).First.WaitForAsync();
        await Page.WaitForLoadStateAsync(LoadState.Load);
        if (Place.IsNew(name, Language))
        {
            _faults.AddRange((await Inspection.OfAsync(this, name)).Select(fault => $"{name} ({Language}): {fault}"));
        }
    }

    /// <summary>True when the page shows these words.</summary>
    public async Task<bool> ReadsAsync(string words) =>
        (await Page.InnerTextAsync("body")).Contains(words, StringComparison.CurrentCultureIgnoreCase);

    /// <summary>Requests as this browser, without moving it.</summary>
    public async Task<IAPIRequestContext> AsideAsync() => await Place.Playwright.APIRequest.NewContextAsync(new()
    {
        StorageState = await _context.StorageStateAsync(),
        ExtraHTTPHeaders = new Dictionary<string, string> { ["Accept-Language"] = Language, ["Accept"] = "text/html" },
    });

    /// <summary>Turns the scripts of this person's pages off or on; what a test asks of a page is asked all the same.</summary>
    public async Task SetScriptsAsync(bool on)
    {
        _scripts ??= await _context.NewCDPSessionAsync(Page);
        await _scripts.SendAsync("Emulation.setScriptExecutionDisabled", new Dictionary<string, object> { ["value"] = !on });
    }

    /// <summary>Goes on with what somebody did in a browser without a screen.</summary>
    public Task ContinueAsync(IReadOnlyDictionary<string, string> cookies, string url) =>
        _context.AddCookiesAsync(cookies.Select(cookie => new Cookie { Name = cookie.Key, Value = cookie.Value, Url = url }));

    /// <summary>A page of this person's browser forgets everything but the passkeys.</summary>
    public Task ForgetCookiesAsync() => _context.ClearCookiesAsync();

    /// <summary>Fails with everything that was wrong with the pages that these people saw.</summary>
    public static void SawOnlyGoodPages(params Visitor[] visitors)
    {
        var faults = visitors.SelectMany(visitor => visitor._faults).ToList();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private static string PathOf(string url) => new Uri(url).PathAndQuery;

    private static bool IsHere(string url) => new Uri(url) is { Scheme: "data" or "blob" } or { Host: "localhost" } or { Scheme: "openid4vp" or "openid-credential-offer" };

    // The console repeats the status of the page itself: a page that says "not found" says so with 404.
    private bool IsOwnStatus(IConsoleMessage message) =>
        message.Text.StartsWith("Failed to load resource: the server responded with a status of", StringComparison.Ordinal)
        && message.Location.StartsWith(Page.Url, StringComparison.Ordinal);

    private void Note(bool isFault, string fault)
    {
        if (isFault)
        {
            _faults.Add($"{_at} ({Language}), {Page.Url}: {fault}");
        }
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
}
