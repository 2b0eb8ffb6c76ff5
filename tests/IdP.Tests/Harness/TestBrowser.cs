using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using IdentityPlatform.Formats;
using Microsoft.AspNetCore.WebUtilities;

namespace IdentityPlatform.IdP.Tests.Harness;

/// <summary>What the browser shows at the end of all redirects; status 0 for an address outside the provider.</summary>
public sealed record Shown(Uri Url, int Status, string Body, string? ContentType, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => StrictJson.ParseObject(Encoding.UTF8.GetBytes(Body)).OrThrow().Element;

    public string? Query(string name) => QueryHelpers.ParseQuery(Url.Query).TryGetValue(name, out var values) && values is [var value] ? value : null;

    /// <summary>The value of a hidden field.</summary>
    public string Field(string name) => WebUtility.HtmlDecode(Regex.Match(Body, $"name=\"{name}\" value=\"([^\"]*)\"").Groups[1].Value);

    public bool Has(string text) => WebUtility.HtmlDecode(Body).Contains(text, StringComparison.Ordinal);
}

/// <summary>A browser without a screen: cookies, redirects inside the provider, and Origin on what a page sends.</summary>
public sealed class TestBrowser(IdpHost host) : IDisposable
{
    private readonly HttpClient _http = new(host.Handler());
    private readonly Dictionary<string, string> _cookies = [];

    public string Language { get; set; } = "en";

    /// <summary>The Origin that pages send; null sends none.</summary>
    public string? Origin { get; set; } = IdpHost.Url;

    public IReadOnlyDictionary<string, string> Cookies => _cookies;

    public Task<Shown> OpenAsync(string url) => FollowAsync(new(HttpMethod.Get, new Uri(new Uri(IdpHost.Url), url)));

    public Task<Shown> SubmitAsync(string url, params (string Name, string Value)[] fields) =>
        SendAsync(url, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    public Task<Shown> PostAsync(string url, Action<Utf8JsonWriter> members)
    {
        var content = new ByteArrayContent(JsonText.Write(json =>
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return SendAsync(url, content);
    }

    public Task<Shown> SendAsync(string url, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(IdpHost.Url), url)) { Content = content };
        if (Origin is not null)
        {
            request.Headers.Add("Origin", Origin);
        }

        return FollowAsync(request);
    }

    public void Forget() => _cookies.Clear();

    public void Dispose() => _http.Dispose();

    private async Task<Shown> FollowAsync(HttpRequestMessage request)
    {
        for (var hop = 0; hop < 12; hop++)
        {
            using var response = await SendOneAsync(request);
            var here = request.RequestUri!;
            request.Dispose();
            if (response.Headers.Location is not { } location || (int)response.StatusCode is < 300 or >= 400)
            {
                var headers = response.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value));
                return new(here, (int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType, headers);
            }

            var next = new Uri(here, location);
            if (next.GetLeftPart(UriPartial.Authority) != IdpHost.Url)
            {
                return new(next, 0, "", null, new Dictionary<string, string>());
            }

            request = new HttpRequestMessage(HttpMethod.Get, next);
        }

        throw new InvalidOperationException("The redirects do not end.");
    }

    private async Task<HttpResponseMessage> SendOneAsync(HttpRequestMessage request)
    {
        if (_cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        request.Headers.Add("Accept-Language", Language);
        request.Headers.Add("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0");

        // A page's script asks for JSON (passkeys.js).
        request.Headers.Accept.ParseAdd(request.Content?.Headers.ContentType?.MediaType == "application/json" ? "application/json" : "text/html, application/json;q=0.9");
        var response = await _http.SendAsync(request);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var values) ? values : [])
        {
            Remember(cookie);
        }

        return response;
    }

    private void Remember(string cookie)
    {
        var pair = cookie.Split(';')[0].Split('=', 2);
        if (cookie.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase))
        {
            _cookies.Remove(pair[0]);
        }
        else
        {
            _cookies[pair[0]] = pair[1];
        }
    }
}
