using System.Text.Json;
using Microsoft.Playwright;

namespace IdentityPlatform.Interop.Servers;

/// <summary>A person at a page on oidc-client-ts.</summary>
internal sealed class PageVisit : IAsyncDisposable
{
    private readonly string _idp;
    private readonly string _home;
    private readonly bool _bound;

    private PageVisit(ChromiumPerson person, string idp, string home, bool bound) => (Person, _idp, _home, _bound) = (person, idp, home, bound);

    public ChromiumPerson Person { get; }

    public static async Task<PageVisit> StartAsync(Town town, string clientId, bool bound)
    {
        var visit = new PageVisit(await ChromiumPerson.StartAsync(), town.Programs.Idp.Url, $"{Pages.Origin}/{clientId}", bound);
        await visit.Person.Page.GotoAsync($"{visit._home}/");
        return visit;
    }

    /// <summary>The person presses "sign in", makes an account, agrees, and comes back to the page, which redeems its code.</summary>
    /// <param name="change">What happens to the address on the way back.</param>
    public async Task<JsonElement> SignUpAsync(Func<string, string>? change = null)
    {
        await CallAsync("signIn", new { prompt = "consent" }, wait: false);
        await Person.SignUpHereAsync($"{_home}/callback");
        return await CompleteAsync(change);
    }

    /// <summary>The page asks for a sign-in that shows nothing to the person.</summary>
    public async Task<JsonElement> SignInSilentlyAsync()
    {
        var back = Person.Page.WaitForURLAsync(url => url.StartsWith($"{_home}/callback", StringComparison.Ordinal));
        await CallAsync("signIn", new { prompt = "none" }, wait: false);
        await back;
        return await CompleteAsync(null);
    }

    /// <summary>The person presses "sign out".</summary>
    public async Task SignOutAsync()
    {
        var back = Person.Page.WaitForURLAsync(url => url.StartsWith($"{_home}/bye", StringComparison.Ordinal));
        await CallAsync("signOut", wait: false);
        await back;
    }

    /// <summary>Something that a visitor of the page would click.</summary>
    public async Task<JsonElement> CallAsync(string what, object? more = null, bool wait = true)
    {
        // What leads away from the page has no result: the page that would give it is gone.
        var script = wait ? $"([idp, bound, more]) => page.{what}(idp, bound, more)" : $"([idp, bound, more]) => {{ void page.{what}(idp, bound, more); return null; }}";
        var result = await Person.Page.EvaluateAsync<JsonElement?>(script, new[] { _idp, _bound, more });
        return result ?? default;
    }

    public ValueTask DisposeAsync() => Person.DisposeAsync();

    private async Task<JsonElement> CompleteAsync(Func<string, string>? change)
    {
        if (change is not null)
        {
            await Person.Page.GotoAsync(change(Person.Page.Url), new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        }

        await Person.Page.WaitForLoadStateAsync();
        return await CallAsync("complete");
    }
}
