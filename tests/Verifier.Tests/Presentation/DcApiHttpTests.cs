using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Scenarios;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Verifier.Tests.Presentation;

/// <summary>The Digital Credentials API over real HTTP: the page asks, the browser answers, and only the page's own session gets the result.</summary>
public sealed class DcApiHttpTests : IAsyncLifetime
{
    private const string Origin = "http://localhost:5999";

    private readonly List<HttpClient> _browsers = [];
    private WebApplication _app = null!;
    private string _address = "";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(new FixedTime(Scenario.Noon));
        var trust = new Scenario().Trust();
        builder.Services.AddPresentations(new PresentationOptions { PublicUrl = Origin, AccessKey = TestPki.Door, Policy = Policies.Haip(), Trust = () => trust });
        _app = builder.Build();
        _app.MapPresentations(DcqlQuery.For(new Scenario().Query), (_, outcome) => Task.FromResult(Results.Text(outcome.GetType().Name)));
        await _app.StartAsync();
        _address = _app.Urls.Single();
    }

    public async ValueTask DisposeAsync()
    {
        _browsers.ForEach(browser => browser.Dispose());
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task The_page_gets_the_result_of_what_the_browser_answered_once()
    {
        var browser = Browser();
        var (id, wallet) = await StartAsync(browser);
        Assert.Equal("Pending", await ResultAsync(browser, id));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(browser, id, Answer(wallet)));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(browser, id, Answer(wallet)));
        Assert.Equal("Completed", await ResultAsync(browser, id));
        Assert.Equal("NotYours", await ResultAsync(browser, id));
    }

    [Fact]
    public async Task Another_browser_neither_answers_nor_gets_the_result()
    {
        var (browser, other) = (Browser(), Browser());
        var (id, wallet) = await StartAsync(browser);
        await StartAsync(other);
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(other, id, Answer(wallet)));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(Browser(), id, Answer(wallet)));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(browser, id, Answer(wallet)));
        Assert.Equal("NotYours", await ResultAsync(other, id));
        Assert.Equal("Completed", await ResultAsync(browser, id));
    }

    [Fact]
    public async Task What_is_no_answer_is_refused_and_leaves_the_request_open()
    {
        var browser = Browser();
        var (id, wallet) = await StartAsync(browser);
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(browser, id, "[]"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(browser, id, "{}"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(browser, id, """{"data":{}}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(browser, id, """{"data":{"response":"x"}}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(browser, id, Answer(wallet), "text/plain"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(browser, id, $$"""{"data":{},"pad":"{{new string('A', 600_000)}}"}"""));
        Assert.Equal("Pending", await ResultAsync(browser, id));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(browser, id, Answer(wallet)));
    }

    [Fact]
    public async Task A_wallet_may_decline()
    {
        var browser = Browser();
        var (id, _) = await StartAsync(browser);
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(browser, id, """{"data":{"error":"access_denied"}}"""));
        Assert.Equal("Declined", await ResultAsync(browser, id));
    }

    [Fact]
    public async Task A_request_by_link_is_not_answered_by_a_page()
    {
        var browser = Browser();
        using var response = await browser.PostAsync(new Uri($"{_address}/present/start"), null, Ct);
        var started = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Ct));
        Assert.Null(started.Member("options"));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(browser, started.StringMember("id")!, """{"data":{"error":"access_denied"}}"""));
        Assert.Equal("Pending", await ResultAsync(browser, started.StringMember("id")!));
    }

    [Fact]
    public async Task A_program_known_by_its_host_says_so_in_its_link_and_a_certificate_without_it_stops_it()
    {
        static PresentationOptions Options(string url) => new()
        {
            PublicUrl = url,
            AccessKey = TestPki.Door,
            Policy = Policies.Haip(),
            Trust = () => Trust.Empty,
            KnownBy = ClientIdPrefix.X509SanDns,
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddPresentations(Options(Origin));
        await using var known = builder.Build();
        var started = (await known.Services.GetRequiredService<Presentations>().StartAsync(DcqlQuery.For(new Scenario().Query), PresentationWay.CrossDevice, "session", ct: Ct))!;
        Assert.StartsWith("openid4vp://?client_id=x509_san_dns%3Alocalhost&", started.WalletLink, StringComparison.Ordinal);

        var wrong = WebApplication.CreateSlimBuilder();
        wrong.Services.AddPresentations(Options("https://door.example.org"));
        await using var unknown = wrong.Build();
        Assert.Throws<ArgumentException>(() => unknown.Services.GetRequiredService<Presentations>());
    }

    [Fact]
    public async Task The_script_is_served_as_one()
    {
        using var response = await Browser().GetAsync(new Uri($"{_address}/present/script.js"), Ct);
        Assert.Equal("text/javascript", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("navigator.credentials.get", await response.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cross-site", HttpStatusCode.Forbidden)]
    [InlineData("same-site", HttpStatusCode.Forbidden)]
    [InlineData("same-origin", HttpStatusCode.OK)]
    [InlineData("none", HttpStatusCode.OK)]
    public async Task A_page_of_another_site_starts_nothing_in_a_visitors_name(string site, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_address}/present/start");
        request.Headers.Add("Sec-Fetch-Site", site);
        using var response = await Browser().SendAsync(request, Ct);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK, response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task No_answer_is_cached_sniffed_or_told_to_the_next_page()
    {
        var browser = Browser();
        var (id, _) = await StartAsync(browser);
        using var response = await browser.GetAsync(new Uri($"{_address}/present/result/{id}"), Ct);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal(("nosniff", "no-referrer"), (response.Headers.GetValues("X-Content-Type-Options").Single(), response.Headers.GetValues("Referrer-Policy").Single()));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Answer(TestWallet wallet) => new JsonObject
    {
        ["protocol"] = "openid4vp-v1-signed",
        ["data"] = new JsonObject
        {
            ["response"] = wallet.Encrypt(new JsonObject { ["vp_token"] = new JsonObject { ["card"] = new JsonArray(wallet.AnsweringAt(Origin, new Scenario()).Present()) } }),
        },
    }.ToJsonString();

    private HttpClient Browser()
    {
        var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        _browsers.Add(browser);
        return browser;
    }

    private async Task<(string Id, TestWallet Wallet)> StartAsync(HttpClient browser)
    {
        using var response = await browser.PostAsync(new Uri($"{_address}/present/start?way=dc-api"), null, Ct);
        var started = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Ct));
        Assert.Null(started.Member("qr"));
        return (started.StringMember("id")!, TestWallet.ReadDcApi(started.ObjectMember("options")!.Value.GetRawText(), Origin));
    }

    private async Task<HttpStatusCode> PostAsync(HttpClient browser, string id, string json, string type = "application/json")
    {
        using var body = new StringContent(json, Encoding.UTF8, type);
        using var response = await browser.PostAsync(new Uri($"{_address}/present/dc/{id}"), body, Ct);
        return response.StatusCode;
    }

    private async Task<string> ResultAsync(HttpClient browser, string id) => await browser.GetStringAsync(new Uri($"{_address}/present/result/{id}"), Ct);
}
