using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Benchmarks.Tokens;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Benchmarks.Servers;

/// <summary>The browser of the prepared person: cookies, and redirects within the server. Not measured.</summary>
/// <param name="server">Where the server listens.</param>
/// <param name="origin">The address by which browsers would know it.</param>
internal sealed class Visitor(IPEndPoint server, string origin) : IDisposable
{
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false, CheckCertificateRevocationList = true });
    private readonly Dictionary<string, string> _cookies = [];

    /// <summary>The query of the authorization request of the benchmarks, to which <c>state</c> and <c>nonce</c> come.</summary>
    public static string AuthorizeQuery(string scope) =>
        $"?client_id={TokenTarget.ClientId}&response_type=code&scope={Uri.EscapeDataString(scope)}&redirect_uri={Uri.EscapeDataString(TokenTarget.RedirectUri)}"
        + $"&code_challenge={CodeCaller.Challenge}&code_challenge_method=S256";

    /// <summary>The cookie as a request sends it.</summary>
    public string Cookie(string name) =>
        _cookies.TryGetValue(name, out var value) ? $"{name}={value}" : throw new BenchmarkException($"The server set no cookie {name}; it set {string.Join(", ", _cookies.Keys)}.");

    public Task<(Uri Url, string Body)> OpenAsync(string path, CancellationToken ct) => FollowAsync(HttpMethod.Get, path, null, ct);

    public Task<(Uri Url, string Body)> SubmitAsync(string path, Dictionary<string, string> form, CancellationToken ct) =>
        FollowAsync(HttpMethod.Post, path, new FormUrlEncodedContent(form), ct);

    public async Task<JsonElement> PostAsync(string path, Action<Utf8JsonWriter> members, CancellationToken ct)
    {
        var content = new ByteArrayContent(JsonText.Write(json =>
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var (_, body) = await FollowAsync(HttpMethod.Post, path, content, ct);
        return Json(body);
    }

    /// <summary>Visits once more and redeems the code for a refresh token.</summary>
    public async Task<string> RefreshTokenAsync(string authorizePath, string clientSecret, CancellationToken ct)
    {
        var (url, body) = await OpenAsync($"{authorizePath}&state=s&nonce=n", ct);
        var code = url.Query.TrimStart('?').Split('&').FirstOrDefault(part => part.StartsWith("code=", StringComparison.Ordinal))
            ?? throw new BenchmarkException($"The visit ended at {url} without a code: {body}");
        return await RedeemAsync(Uri.UnescapeDataString(code[5..]), clientSecret, ct);
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> RedeemAsync(string code, string clientSecret, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{server}/token"));
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{TokenTarget.ClientId}:{clientSecret}")));
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = TokenTarget.RedirectUri,
            ["code_verifier"] = CodeCaller.Verifier,
        });
        using var response = await _http.SendAsync(request, ct);
        var body = await response.Content.ReadAsStringAsync(ct);
        return response.IsSuccessStatusCode && Json(body).StringMember("refresh_token") is { } token
            ? token
            : throw new BenchmarkException($"The code gave no refresh token: {(int)response.StatusCode} {body}");
    }

    private async Task<(Uri Url, string Body)> FollowAsync(HttpMethod method, string path, HttpContent? content, CancellationToken ct)
    {
        var (url, here) = (new Uri($"http://{server}{path}"), new Uri($"http://{server}"));
        for (var hop = 0; hop < 16; hop++)
        {
            using var response = await SendAsync(method, url, content, ct);
            if (response.Headers.Location is not { } location)
            {
                var body = await response.Content.ReadAsStringAsync(ct);
                return response.IsSuccessStatusCode ? (url, body) : throw new BenchmarkException($"{method} {url} was answered with {(int)response.StatusCode}: {body}");
            }

            (method, content, url) = (HttpMethod.Get, null, new Uri(url, location));
            if (url.Authority != here.Authority)
            {
                return (url, "");
            }
        }

        throw new BenchmarkException($"{path} redirects without end.");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri url, HttpContent? content, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        request.Headers.Accept.ParseAdd("text/html, application/json;q=0.9");
        if (_cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        if (method == HttpMethod.Post)
        {
            request.Headers.Add("Origin", origin);
        }

        var response = await _http.SendAsync(request, ct);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var values) ? values : [])
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            _cookies[pair[0]] = pair[1];
        }

        return response;
    }

    private static JsonElement Json(string text) => StrictJson.ParseObject(Encoding.UTF8.GetBytes(text)).OrThrow().Element;
}
