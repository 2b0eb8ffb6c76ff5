using System.Text;
using System.Text.Json.Nodes;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>What the person does with the pages on the way.</summary>
public enum Willing
{
    /// <summary>Signs in and agrees.</summary>
    ToAll,

    /// <summary>Presses the button that refuses, on the first page that has one.</summary>
    ToNothing,

    /// <summary>Looks at the first page and does nothing.</summary>
    ToLook,
}

/// <summary>A browser without a screen: cookies, redirects, forms, and the passkey script of the pages.</summary>
public sealed class SuiteBrowser(SuitePerson person) : IDisposable
{
    private readonly HttpClient _http = SuiteHttp.Create();
    private readonly Dictionary<string, string> _cookies = [];

    /// <summary>The paths of the pages that asked the person for something, in order.</summary>
    public List<string> Asked { get; } = [];

    public string Language { get; set; } = "en";

    /// <summary>Opens an address and does what the pages ask for, until the browser leaves for <paramref name="outside"/> or a page is left that has nothing to press.</summary>
    public async Task<Page> VisitAsync(string url, string outside, Willing willing = Willing.ToAll) =>
        await GoOnAsync(await SendAsync(new(HttpMethod.Get, url), outside), outside, willing);

    /// <summary>Posts a form to an address as another site's page would, and goes on from there.</summary>
    public async Task<Page> SubmitAsync(string url, IReadOnlyDictionary<string, string> form, string outside, Willing willing = Willing.ToAll) =>
        await GoOnAsync(await SendAsync(new(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(form) }, outside), outside, willing);

    /// <summary>Signs up or enrols: options from <c>URL/options</c>, the new credential to the URL.</summary>
    public async Task<Page> RegisterPasskeyAsync(string url, JsonObject members)
    {
        var begun = await PostJsonAsync($"{url}/options", members);
        return await AnswerAsync(url, begun, person.Authenticator.Create(begun.Json["options"]!.ToJsonString(), OriginOf(url)), members);
    }

    /// <summary>Signs in, or signs what the options hold as their challenge.</summary>
    public async Task<Page> UsePasskeyAsync(string url, JsonObject members)
    {
        var begun = await PostJsonAsync($"{url}/options", members);
        Assert.True(begun.Status == 200, $"{begun.Url} answered {begun.Status}: {begun.Body}");
        return await AnswerAsync(url, begun, person.Authenticator.Get(begun.Json["options"]!.ToJsonString(), OriginOf(url)), members);
    }

    public Task<Page> PostJsonAsync(string url, JsonObject members) =>
        SendAsync(OfPage(url, new StringContent(members.ToJsonString(), Encoding.UTF8, "application/json")), outside: null);

    /// <summary>Sends a form as a page of that server does.</summary>
    public Task<Page> PressAsync(string url, IReadOnlyDictionary<string, string> fields, string? outside) =>
        SendAsync(OfPage(url, new FormUrlEncodedContent(fields)), outside);

    public void Forget() => _cookies.Clear();

    public void Dispose() => _http.Dispose();

    private async Task<Page> GoOnAsync(Page page, string outside, Willing willing)
    {
        for (var step = 0; step < 12; step++)
        {
            if (await NextAsync(page, outside, willing) is not { } next)
            {
                return page;
            }

            page = next;
        }

        throw new Xunit.Sdk.XunitException($"the pages do not end: {page}");
    }

    private async Task<Page?> NextAsync(Page page, string outside, Willing willing)
    {
        if (page.Status == 200 && page.FormWith($"action=\"{outside}") is { } response)
        {
            // OAuth 2.0 Form Post Response Mode: the page sends itself.
            return new(new Uri(response.Action), 0, "", response.Fields);
        }

        if (page.Status != 200 || !(page.IsSignIn || ConsentForm(page) is not null))
        {
            return null;
        }

        Asked.Add(page.Url.AbsolutePath);
        return willing switch
        {
            Willing.ToLook => null,
            Willing.ToNothing => await RefuseAsync(page, outside),
            Willing.ToAll or _ => page.IsSignIn ? await SignInAsync(page, outside) : await AgreeAsync(page, outside),
        };
    }

    private static (string Action, Dictionary<string, string> Fields)? ConsentForm(Page page) => page.FormWith("value=\"agree\"") ?? page.FormWith("value=\"yes\"");

    private async Task<Page> SignInAsync(Page page, string outside)
    {
        var done = await UsePasskeyAsync(new Uri(page.Url, page.Attribute("data-complete")).AbsoluteUri, new() { ["return"] = page.Attribute("data-return") });
        Assert.True(done.Status == 200, $"{done.Url} answered {done.Status}: {done.Body}");
        return await SendAsync(new(HttpMethod.Get, new Uri(page.Url, (string)done.Json["location"]!)), outside);
    }

    private Task<Page> AgreeAsync(Page page, string outside)
    {
        var (action, fields) = ConsentForm(page)!.Value;
        var yes = page.Body.Contains("value=\"agree\"", StringComparison.Ordinal) ? "agree" : "yes";
        return PressAsync(action, new Dictionary<string, string>(fields) { ["decision"] = yes }, outside);
    }

    private async Task<Page?> RefuseAsync(Page page, string outside)
    {
        if (page.FormWith("action=\"/signin/cancel") is { } cancel)
        {
            return await PressAsync(cancel.Action, cancel.Fields, outside);
        }

        var (action, fields) = ConsentForm(page)!.Value;
        var no = page.Body.Contains("value=\"refuse\"", StringComparison.Ordinal) ? "refuse" : "no";
        return await PressAsync(action, new Dictionary<string, string>(fields) { ["decision"] = no }, outside);
    }

    private Task<Page> AnswerAsync(string url, Page begun, string credential, JsonObject members)
    {
        // What a start hands over goes back with the credential; what the page itself sends goes along.
        var answer = new JsonObject { ["credential"] = JsonNode.Parse(credential) };
        foreach (var (name, value) in begun.Json.Where(member => member.Key != "options").Concat(members))
        {
            answer.TryAdd(name, value?.DeepClone());
        }

        if (begun.Json.ContainsKey("decision"))
        {
            answer["decision"] = begun.Json["decision"]!.DeepClone();
        }

        return PostJsonAsync(url, answer);
    }

    private static HttpRequestMessage OfPage(string url, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        request.Headers.Add("Origin", OriginOf(url));
        return request;
    }

    private static string OriginOf(string url) => new Uri(url).GetLeftPart(UriPartial.Authority);

    private async Task<Page> SendAsync(HttpRequestMessage request, string? outside)
    {
        for (var hop = 0; hop < 16; hop++)
        {
            Prepare(request);
            using var response = await _http.SendAsync(request);
            var here = request.RequestUri!;
            request.Dispose();
            Remember(response);
            if (response.Headers.Location is not { } location || (int)response.StatusCode is < 300 or >= 400)
            {
                return new(here, (int)response.StatusCode, await response.Content.ReadAsStringAsync());
            }

            var next = new Uri(here, location);
            if (next.Host != "localhost" || (outside is not null && next.AbsoluteUri.StartsWith(outside, StringComparison.Ordinal)))
            {
                return new(next, 0, "");
            }

            request = new(HttpMethod.Get, next);
        }

        throw new Xunit.Sdk.XunitException($"{request.RequestUri} redirects without end");
    }

    private void Prepare(HttpRequestMessage request)
    {
        if (_cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        request.Headers.AcceptLanguage.ParseAdd(Language);
        request.Headers.Accept.ParseAdd("text/html, application/json;q=0.9");
    }

    private void Remember(HttpResponseMessage response)
    {
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var values) ? values : [])
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            _cookies.Remove(pair[0]);
            if (!cookie.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase))
            {
                _cookies.Add(pair[0], pair[1]);
            }
        }
    }
}
