using System.Net;
using System.Text.Json;
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

/// <summary>OpenID4VP over real HTTP, with a browser and a wallet as two clients.</summary>
public sealed class PresentationHttpTests : IAsyncLifetime
{
    private const string PublicUrl = "http://localhost:5999";

    private readonly FixedTime _time = new(Scenario.Noon);
    private readonly HttpClient _wallet = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly List<HttpClient> _browsers = [];
    private WebApplication _app = null!;
    private string _address = "";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(_time);
        var trust = new Scenario().Trust();
        builder.Services.AddPresentations(new PresentationOptions
        {
            PublicUrl = PublicUrl,
            AccessKey = TestPki.Door,
            Policy = Policies.Haip(),
            Trust = () => trust,
            MaxPending = 20,
        });
        _app = builder.Build();
        _app.MapPresentations(DcqlQuery.For(new Scenario().Query), (_, outcome) => Task.FromResult(Results.Text(Say(outcome))));
        await _app.StartAsync();
        _address = _app.Urls.Single();
    }

    public async ValueTask DisposeAsync()
    {
        _wallet.Dispose();
        _browsers.ForEach(browser => browser.Dispose());
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Across_devices_the_browser_that_started_gets_the_result_once()
    {
        var browser = Browser();
        var started = await StartAsync(browser);
        Assert.Equal("pending", await ResultAsync(browser, started));
        var (status, answer) = await PresentAsync(started);
        Assert.Equal((HttpStatusCode.OK, "{}"), (status, answer.GetRawText()));
        Assert.Equal("accepted", await ResultAsync(browser, started));
        Assert.Equal("not yours", await ResultAsync(browser, started));
    }

    [Fact]
    public async Task Another_browser_gets_nothing()
    {
        var (browser, other) = (Browser(), Browser());
        var started = await StartAsync(browser);
        await StartAsync(other);
        await PresentAsync(started);
        Assert.Equal("not yours", await ResultAsync(other, started));
        Assert.Equal("not yours", await ResultAsync(Browser(), started));
        Assert.Equal("accepted", await ResultAsync(browser, started));
    }

    [Fact]
    public async Task On_the_same_device_the_result_needs_the_code_that_the_wallet_brings_back()
    {
        var browser = Browser();
        var started = await StartAsync(browser, "same-device");
        var (_, answer) = await PresentAsync(started);
        var redirect = answer.StringMember("redirect_uri")!;
        Assert.StartsWith($"{PublicUrl}/present/result/{started.StringMember("id")}?response_code=", redirect, StringComparison.Ordinal);
        Assert.Equal("not yours", await ResultAsync(browser, started));
        Assert.Equal("not yours", await ResultAsync(browser, started, "?response_code=AAAA"));
        Assert.Equal("not yours", await ResultAsync(Browser(), started, new Uri(redirect).Query));
        Assert.Equal("accepted", await ResultAsync(browser, started, new Uri(redirect).Query));
    }

    [Fact]
    public async Task The_request_object_is_served_twice_by_GET_and_POST_and_never_cached()
    {
        var started = await StartAsync(Browser());
        var uri = RequestUri(started);
        using var first = await _wallet.GetAsync(uri, Ct);
        using var second = await _wallet.PostAsync(uri, Form(("wallet_nonce", "n-1"), ("wallet_metadata", "{}"), ("more", "1")), Ct);
        Assert.All([first, second], response =>
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("application/oauth-authz-req+jwt", response.Content.Headers.ContentType!.MediaType);
            Assert.True(response.Headers.CacheControl!.NoStore);
        });
        var (one, two) = (TestWallet.Read(await first.Content.ReadAsStringAsync(Ct)), TestWallet.Read(await second.Content.ReadAsStringAsync(Ct)));
        Assert.Equal(one.Claims.StringMember("nonce"), two.Claims.StringMember("nonce"));
        Assert.Equal("n-1", two.Claims.StringMember("wallet_nonce"));
    }

    [Fact]
    public async Task A_second_answer_to_the_same_request_is_refused()
    {
        var browser = Browser();
        var started = await StartAsync(browser);
        var wallet = await FetchAsync(started);
        var response = wallet.Encrypt(wallet.Answering(new Scenario()).Present());
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(wallet, ("response", response))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(wallet, ("response", response))).Status);
        using var request = await _wallet.GetAsync(RequestUri(started), Ct);
        Assert.Equal(HttpStatusCode.NotFound, request.StatusCode);
        Assert.Equal("accepted", await ResultAsync(browser, started));
    }

    [Fact]
    public async Task Of_many_answers_at_once_one_counts()
    {
        var wallet = await FetchAsync(await StartAsync(Browser()));
        var response = wallet.Encrypt(wallet.Answering(new Scenario()).Present());
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => PostAsync(wallet, ("response", response))));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(23, answers.Count(answer => answer.Status == HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task What_is_no_answer_is_refused_and_leaves_the_request_open()
    {
        var browser = Browser();
        var started = await StartAsync(browser);
        var wallet = await FetchAsync(started);
        var good = wallet.Encrypt(wallet.Answering(new Scenario()).Present());
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(wallet)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(wallet, ("response", "x"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(wallet, ("response", good), ("error", "access_denied"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(wallet, ("response", good), ("response", good))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(wallet, ("error", "access_denied"), ("state", "other"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(wallet, ("response", new string('A', 600_000)))).Status);
        Assert.Equal("pending", await ResultAsync(browser, started));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(wallet, ("response", good))).Status);
    }

    [Fact]
    public async Task Another_content_type_is_refused_with_a_typed_error()
    {
        var wallet = await FetchAsync(await StartAsync(Browser()));
        using var json = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        using var response = await _wallet.PostAsync(Local(wallet.ResponseUri), json, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal("invalid_request", JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Ct)).StringMember("error"));
    }

    [Fact]
    public async Task A_wallet_may_decline()
    {
        var browser = Browser();
        var started = await StartAsync(browser);
        var wallet = await FetchAsync(started);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(wallet, ("error", "access_denied"), ("state", wallet.Claims.StringMember("state")!))).Status);
        Assert.Equal("declined access_denied", await ResultAsync(browser, started));
    }

    [Fact]
    public async Task A_refused_card_is_told_to_the_browser_with_its_check()
    {
        var browser = Browser();
        var started = await StartAsync(browser);
        var scenario = new Scenario();
        scenario.Shown.Add(scenario.FamilyName);
        await PresentAsync(started, scenario);
        Assert.Equal("rejected OverDisclosure", await ResultAsync(browser, started));
    }

    [Fact]
    public async Task An_answer_made_for_one_request_is_no_answer_to_another()
    {
        var (browser, first, second) = (Browser(), await StartAsync(Browser()), default(JsonElement));
        second = await StartAsync(browser);
        var presentation = (await FetchAsync(first)).Answering(new Scenario()).Present();
        var wallet = await FetchAsync(second);
        await PostAsync(wallet, ("response", wallet.Encrypt(presentation)));
        Assert.Equal("rejected WrongNonce", await ResultAsync(browser, second));
    }

    [Fact]
    public async Task After_its_time_a_request_is_gone()
    {
        var browser = Browser();
        var started = await StartAsync(browser);
        var wallet = await FetchAsync(started);
        _time.Now = Scenario.Noon.AddMinutes(5);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(wallet, ("response", wallet.Encrypt("x")))).Status);
        Assert.Equal("not yours", await ResultAsync(browser, started));
    }

    [Fact]
    public async Task Too_many_open_requests_are_not_started_until_some_have_expired()
    {
        var browser = Browser();
        for (var i = 0; i < 20; i++)
        {
            await StartAsync(browser);
        }

        using var refused = await browser.PostAsync(new Uri($"{_address}/present/start"), null, Ct);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        _time.Now = Scenario.Noon.AddMinutes(6);
        await StartAsync(browser);
    }

    [Theory]
    [InlineData("GET", "/present/response/x", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PUT", "/present/request/x", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/present/start", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/present/request/unknown", HttpStatusCode.NotFound)]
    public async Task A_wrong_method_or_handle_is_refused(string method, string path, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), _address + path);
        using var response = await _wallet.SendAsync(request, Ct);
        Assert.Equal(expected, response.StatusCode);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Say(PresentationOutcome outcome) => outcome switch
    {
        PresentationOutcome.Pending => "pending",
        PresentationOutcome.Completed completed => completed.Result.Match(
            _ => "accepted", rejected => $"rejected {rejected.Verdict.Failure.GetType().Name}", _ => "unanswered"),
        PresentationOutcome.Declined declined => $"declined {declined.Error}",
        _ => "not yours",
    };

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] values) => new(values.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));

    private HttpClient Browser()
    {
        var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        _browsers.Add(browser);
        return browser;
    }

    private async Task<JsonElement> StartAsync(HttpClient browser, string way = "cross-device")
    {
        using var response = await browser.PostAsync(new Uri($"{_address}/present/start?way={way}"), null, Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var started = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Ct));
        Assert.StartsWith("<svg", started.StringMember("qr"), StringComparison.Ordinal);
        Assert.DoesNotContain(started.StringMember("id")!, started.StringMember("link")!, StringComparison.Ordinal);
        return started;
    }

    private async Task<string> ResultAsync(HttpClient browser, JsonElement started, string query = "")
    {
        using var response = await browser.GetAsync(new Uri($"{_address}/present/result/{started.StringMember("id")}{query}"), Ct);
        Assert.True(response.Headers.CacheControl!.NoStore);
        return await response.Content.ReadAsStringAsync(Ct);
    }

    private async Task<TestWallet> FetchAsync(JsonElement started) => TestWallet.Read(await _wallet.GetStringAsync(RequestUri(started), Ct));

    private async Task<(HttpStatusCode Status, JsonElement Answer)> PresentAsync(JsonElement started, Scenario? scenario = null)
    {
        var wallet = await FetchAsync(started);
        return await PostAsync(wallet, ("response", wallet.Encrypt(wallet.Answering(scenario ?? new Scenario()).Present())));
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(TestWallet wallet, params (string Name, string Value)[] values)
    {
        using var response = await _wallet.PostAsync(Local(wallet.ResponseUri), Form(values), Ct);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Ct)));
    }

    private Uri RequestUri(JsonElement started) => Local(started.StringMember("request_uri")!);

    // The public address is not the one the test listens on, so that a mix-up of the two is seen.
    private Uri Local(string url) => new(url.Replace(PublicUrl, _address, StringComparison.Ordinal));
}
