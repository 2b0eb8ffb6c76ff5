using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Playground.People;

/// <summary>What a page load or a call ended with.</summary>
/// <param name="Url">The address at the end of all redirects.</param>
/// <param name="Status">The HTTP status there; 0 when the address is one that only this browser's owner listens at.</param>
/// <param name="Body">The body.</param>
internal sealed record BrowserAnswer(Uri Url, int Status, string Body)
{
    /// <summary>The body as a JSON object; an empty object when it is none.</summary>
    public JsonElement Json => StrictJson.ParseObject(Encoding.UTF8.GetBytes(Body), 4 * 1024 * 1024).Succeeded(out var json, out _) ? json.Element : JsonElement.Parse("{}"u8);

    /// <summary>One query parameter of the address, or null when it is missing or doubled.</summary>
    public string? Query(string name)
    {
        var values = Url.Query.TrimStart('?').Split('&').Select(p => p.Split('=', 2)).Where(p => p[0] == name).ToList();
        return values is [[_, var value]] ? WebUtility.UrlDecode(value) : null;
    }
}

/// <summary>A person's browser without a screen: cookies, redirects, and an Origin on every unsafe request.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false, CheckCertificateRevocationList = true });

    // Cookies ignore ports (RFC 6265 §8.5), so one jar serves all programs of localhost.
    private readonly Dictionary<string, string> _cookies = [];

    /// <summary>Opens an address and follows its redirects, up to an address that starts with <paramref name="stopAt"/>.</summary>
    public Task<BrowserAnswer> OpenAsync(string url, string? stopAt = null, CancellationToken ct = default) =>
        FollowAsync(new HttpRequestMessage(HttpMethod.Get, url), stopAt, ct);

    /// <summary>Sends a page's form.</summary>
    public Task<BrowserAnswer> SubmitAsync(string url, Dictionary<string, string> form, string? stopAt = null, CancellationToken ct = default) =>
        FollowAsync(Unsafe(url, new FormUrlEncodedContent(form)), stopAt, ct);

    /// <summary>Sends JSON as a page's script does.</summary>
    public Task<BrowserAnswer> PostAsync(string url, Action<Utf8JsonWriter> members, CancellationToken ct = default)
    {
        var content = new ByteArrayContent(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = Unsafe(url, content);
        request.Headers.Accept.ParseAdd("application/json");
        return FollowAsync(request, stopAt: null, ct);
    }

    /// <summary>The cookies, for somebody who goes on in another browser.</summary>
    public IReadOnlyDictionary<string, string> Cookies => _cookies;

    /// <summary>Forgets every cookie.</summary>
    public void Forget() => _cookies.Clear();

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Unsafe(string url, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        request.Headers.Add("Origin", new Uri(url).GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return request;
    }

    private async Task<BrowserAnswer> FollowAsync(HttpRequestMessage first, string? stopAt, CancellationToken ct)
    {
        var request = first;
        for (var hop = 0; hop < 16; hop++)
        {
            if (_cookies.Count > 0)
            {
                request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(c => $"{c.Key}={c.Value}")));
            }

            if (request.Headers.Accept.Count == 0)
            {
                request.Headers.Accept.ParseAdd("text/html, application/json;q=0.9");
            }

            using var response = await _http.SendAsync(request, ct);
            Remember(response);
            var here = request.RequestUri!;
            request.Dispose();
            if (response.Headers.Location is not { } location || (int)response.StatusCode is < 300 or >= 400)
            {
                return new(here, (int)response.StatusCode, await response.Content.ReadAsStringAsync(ct));
            }

            var next = new Uri(here, location);
            if (stopAt is not null && next.AbsoluteUri.StartsWith(stopAt, StringComparison.Ordinal))
            {
                return new(next, 0, string.Empty);
            }

            request = new HttpRequestMessage(HttpMethod.Get, next);
        }

        throw new StoryFailedException($"{first.RequestUri?.GetLeftPart(UriPartial.Path)} redirects without end");
    }

    private void Remember(HttpResponseMessage response)
    {
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var values) ? values : [])
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            var ended = cookie.Contains("max-age=0", StringComparison.OrdinalIgnoreCase) || cookie.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase);
            if (ended)
            {
                _cookies.Remove(pair[0]);
            }
            else
            {
                _cookies[pair[0]] = pair[1];
            }
        }
    }
}
