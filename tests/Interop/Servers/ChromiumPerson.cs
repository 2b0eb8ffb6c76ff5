using Microsoft.Playwright;

namespace IdentityPlatform.Interop.Servers;

/// <summary>A person before a real Chromium, with a virtual authenticator that confirms by itself (WebAuthn §11).</summary>
internal sealed class ChromiumPerson : IAsyncDisposable
{
    public const string Agree = "Agree";
    public const string Refuse = "Refuse";
    public const string SameCode = "Yes, my device shows this code";
    public const string OtherCode = "No";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _chromium;
    private readonly IPage _page;

    private ChromiumPerson(IPlaywright playwright, IBrowser chromium, IPage page) => (_playwright, _chromium, _page) = (playwright, chromium, page);

    /// <summary>What the person sees.</summary>
    public IPage Page => _page;

    public static async Task<ChromiumPerson> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var chromium = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
        var page = await chromium.NewPageAsync(new() { Locale = "en-GB" });

        // The page offers passkeys in the autofill of its field too, and this authenticator would take the offer before the
        // person presses anything: they have a browser that knows no autofill of passkeys.
        await page.AddInitScriptAsync("if (globalThis.PublicKeyCredential) { PublicKeyCredential.isConditionalMediationAvailable = async () => false; }");

        // A slow machine is no failure, a page that never comes is one.
        page.SetDefaultTimeout(300_000);
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
        return new(playwright, chromium, page);
    }

    /// <summary>Opens what a service sent the browser to, has no account yet, makes one with a passkey, and answers the question for consent.</summary>
    /// <returns>The address at which the browser came back to the service.</returns>
    public async Task<string> SignUpAsync(string url, string callback, string answer = Agree)
    {
        await _page.GotoAsync(url);
        return await SignUpHereAsync(callback, answer);
    }

    /// <summary>The same, where a page of a service has brought the browser to the provider by itself.</summary>
    public async Task<string> SignUpHereAsync(string callback, string answer = Agree)
    {
        await _page.Locator("a[href^='/signup']").ClickAsync();
        await _page.GetByRole(AriaRole.Textbox).FillAsync("Юлия");
        await _page.GetByRole(AriaRole.Button, new() { Name = "Create my passkey" }).ClickAsync();
        return await AnswerAsync(answer, callback);
    }

    /// <summary>Makes an account with a passkey at the identity provider, for no service yet.</summary>
    public async Task SignUpAtAsync(string provider)
    {
        await _page.GotoAsync($"{provider}/signup");
        await _page.GetByRole(AriaRole.Textbox).FillAsync("Юлия");
        var arrived = _page.WaitForURLAsync(url => !url.StartsWith($"{provider}/signup", StringComparison.Ordinal));
        await _page.GetByRole(AriaRole.Button, new() { Name = "Create my passkey" }).ClickAsync();
        await arrived;
    }

    /// <summary>Signs in with the passkey at the identity provider, for no service.</summary>
    public async Task SignInAtAsync(string provider)
    {
        await _page.GotoAsync($"{provider}/signin");
        var arrived = _page.WaitForURLAsync(url => !url.StartsWith($"{provider}/signin", StringComparison.Ordinal));
        await _page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await arrived;
    }

    /// <summary>Signs out at the identity provider, as its own page offers it.</summary>
    public async Task SignOutAtAsync(string provider)
    {
        await _page.GotoAsync($"{provider}/signout");
        await _page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await _page.WaitForURLAsync($"{provider}/signed-out");
    }

    /// <summary>Opens the address that a device shows, and says whether the code is the same.</summary>
    public async Task CompareCodeAsync(string url, string code, string answer)
    {
        await _page.GotoAsync(url);
        await _page.GetByText(code, new() { Exact = true }).WaitForAsync();
        var gone = _page.WaitForURLAsync(there => there != url);
        await _page.GetByRole(AriaRole.Button, new() { Name = answer, Exact = true }).ClickAsync();
        await gone;
    }

    /// <summary>Answers the question for consent where the browser is.</summary>
    public Task<string> ConsentAsync(string end) => AnswerAsync(Agree, end);

    /// <summary>Opens an address, and waits until the browser is where that leads.</summary>
    /// <returns>The address at the end.</returns>
    public async Task<string> VisitAsync(string url, string end)
    {
        var arrived = _page.WaitForURLAsync(there => there.StartsWith(end, StringComparison.Ordinal));
        await _page.GotoAsync(url);
        await arrived;
        return _page.Url;
    }

    /// <summary>Opens what a service sent the browser to, is signed in already, and answers the question for consent where it is asked.</summary>
    /// <returns>The address at which the browser came back to the service.</returns>
    public async Task<string> ConsentAsync(string url, string callback, string answer = Agree)
    {
        await _page.GotoAsync(url);
        return _page.Url.StartsWith(callback, StringComparison.Ordinal) ? _page.Url : await AnswerAsync(answer, callback);
    }

    /// <summary>Opens what a service sent the browser to and signs in with the passkey; nothing is asked that the person agreed to before.</summary>
    /// <returns>The address at which the browser came back to the service.</returns>
    public async Task<string> SignInAsync(string url, string callback)
    {
        await _page.GotoAsync(url);
        return await PressAsync(_page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }), callback);
    }

    /// <summary>Forgets the session, and keeps the passkey.</summary>
    public Task ForgetAsync() => _page.Context.ClearCookiesAsync();

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        _playwright.Dispose();
    }

    private async Task<string> AnswerAsync(string answer, string callback)
    {
        var button = _page.GetByRole(AriaRole.Button, new() { Name = answer });
        await button.Or(_page.GetByRole(AriaRole.Alert)).WaitForAsync();
        Assert.True(await button.IsVisibleAsync(), $"{_page.Url} says: {await _page.Locator("main").InnerTextAsync()}");
        return await PressAsync(button, callback);
    }

    private async Task<string> PressAsync(ILocator button, string callback)
    {
        var arrived = _page.WaitForURLAsync(url => url.StartsWith(callback, StringComparison.Ordinal));
        await button.ClickAsync();
        await arrived;
        return _page.Url;
    }
}
