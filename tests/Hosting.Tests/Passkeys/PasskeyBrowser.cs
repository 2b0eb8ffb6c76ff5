using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Hosting.Tests.Passkeys;

/// <summary>What a browser does with a program's passkey endpoints: keeps cookies, names its origin, sends JSON.</summary>
public sealed class PasskeyBrowser : IDisposable
{
    private readonly HttpClient _client;

    public PasskeyBrowser(PasskeySite site)
    {
        _client = new HttpClient(new HttpClientHandler { CookieContainer = Cookies, AllowAutoRedirect = false, CheckCertificateRevocationList = true }) { BaseAddress = site.Address };
        _client.DefaultRequestHeaders.Add("Origin", PasskeySite.Origin);
    }

    public CookieContainer Cookies { get; } = new();

    public HttpClient Client => _client;

    public async Task<Answer> PostAsync(string path, object body)
    {
        using var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(new Uri(path, UriKind.Relative), content);
        return new((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()), response.Headers);
    }

    /// <summary>Asks for options and gives the ceremony and what <paramref name="authenticator"/> makes of the options.</summary>
    public async Task<(string Ceremony, string Credential)> BeginAsync(string path, Func<string, string> authenticator, string user = "user-1")
    {
        var answer = await PostAsync($"{path}/options", new { user });
        Assert.Equal(200, answer.Status);
        return (answer.Json.StringMember("ceremony")!, authenticator(answer.Json.Member("options")!.Value.GetRawText()));
    }

    public Task<Answer> CompleteAsync(string path, string ceremony, string credential) =>
        PostAsync(path, new { ceremony, credential = JsonNode.Parse(credential) });

    public async Task<Answer> RunAsync(string path, Func<string, string> authenticator, string user = "user-1")
    {
        var (ceremony, credential) = await BeginAsync(path, authenticator, user);
        return await CompleteAsync(path, ceremony, credential);
    }

    public void Dispose() => _client.Dispose();

    public sealed record Answer(int Status, JsonElement Json, HttpResponseHeaders Headers)
    {
        public string? Error => Json.StringMember("error");
    }
}
