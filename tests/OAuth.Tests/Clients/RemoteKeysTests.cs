using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tests.Clients;

/// <summary>Clients whose keys lie at their <c>jwks_uri</c>.</summary>
public sealed class RemoteKeysTests : IAsyncLifetime
{
    private readonly SigningKey _first = TestKeys.NewEc("first");
    private readonly SigningKey _second = TestKeys.NewEc("second");

    private TlsHost _host = null!;
    private TestServer _server = null!;
    private RequestDelegate _answer = null!;

    public async ValueTask InitializeAsync()
    {
        _answer = http => http.Response.WriteAsync(Set(_first));
        _host = await TlsHost.StartAsync(http => _answer(http));
        _server = await TestServer.StartAsync(new() { Prepare = Write, Outbound = new() { AllowLoopback = true, Anchors = [_host.Authority] } });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _host.DisposeAsync();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public async Task Keys_are_read_once_and_kept()
    {
        Assert.Equal(201, (await PushAsync(_first)).Status);
        Assert.Equal(201, (await PushAsync(_first)).Status);
        Assert.Equal(1, _host.Calls);
    }

    [Fact]
    public async Task A_new_key_works_at_once()
    {
        await PushAsync(_first);
        _answer = http => http.Response.WriteAsync(Set(_second));
        _server.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(201, (await PushAsync(_second)).Status);
        Refused(await PushAsync(_first));
        Assert.Equal(2, _host.Calls);
    }

    [Fact]
    public async Task Unknown_keys_make_us_call_no_more_often_than_twice_a_minute()
    {
        for (var i = 0; i < 5; i++)
        {
            Refused(await PushAsync(_second));
        }

        Assert.Equal(1, _host.Calls);
        _server.Clock.Advance(TimeSpan.FromSeconds(31));
        Refused(await PushAsync(_second));
        Refused(await PushAsync(_second));
        Assert.Equal(2, _host.Calls);
    }

    [Fact]
    public async Task Who_comes_together_waits_for_one_call()
    {
        _answer = async http =>
        {
            await Task.Delay(200);
            await http.Response.WriteAsync(Set(_first));
        };
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => PushAsync(_first)));
        Assert.All(answers, answer => Assert.Equal(201, answer.Status));
        Assert.Equal(1, _host.Calls);
    }

    [Theory]
    [InlineData("max-age=1", 50, 1)]
    [InlineData("max-age=1", 70, 2)]
    [InlineData("max-age=300", 290, 1)]
    [InlineData("max-age=300", 310, 2)]
    [InlineData("max-age=31536000", 86_300, 1)]
    [InlineData("max-age=31536000", 86_500, 2)]
    [InlineData("no-store, max-age=31536000", 700, 2)]
    public async Task Keys_are_kept_as_long_as_the_answer_says_within_bounds(string caching, int seconds, int calls)
    {
        _answer = http =>
        {
            http.Response.Headers.CacheControl = caching;
            return http.Response.WriteAsync(Set(_first));
        };
        await PushAsync(_first);
        _server.Clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(201, (await PushAsync(_first)).Status);
        Assert.Equal(calls, _host.Calls);
    }

    [Fact]
    public async Task While_the_other_side_is_down_its_keys_stay_good_for_a_day()
    {
        await PushAsync(_first);
        _answer = http =>
        {
            http.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        _server.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(201, (await PushAsync(_first)).Status);
        Assert.Equal(2, _host.Calls);
        _server.Clock.Advance(TimeSpan.FromHours(2));
        Refused(await PushAsync(_first));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":[],"keys":[]}""")]
    [InlineData("<html>")]
    public async Task What_is_no_key_set_is_none(string body)
    {
        _answer = http => http.Response.WriteAsync(body);
        Refused(await PushAsync(_first));
    }

    [Fact]
    public async Task Keys_that_nobody_can_use_do_not_spoil_the_others()
    {
        _answer = http => http.Response.WriteAsync(
            $$"""{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA","kid":"first"},{{TestKeys.PublicJwk(_first).ToJsonString()}}]}""");
        Assert.Equal(201, (await PushAsync(_first)).Status);
    }

    [Fact]
    public void Keys_that_everybody_has_do_not_count_outside_development()
    {
        var folder = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(folder, "keys.example")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "keys.example", "idp-clients", "service-one.json")));
        var jwks = json.RootElement.GetProperty("jwks");
        Assert.Single(ClientKeySet.ParseUsable(jwks, allowExampleKeys: true).OrThrow().Keys);
        Assert.Empty(ClientKeySet.ParseUsable(jwks, allowExampleKeys: false).OrThrow().Keys);
    }

    private static string Set(SigningKey key) => new JsonObject { ["keys"] = new JsonArray(TestKeys.PublicJwk(key)) }.ToJsonString();

    private void Write(TestDirectory files)
    {
        var client = TestDirectory.Registration("remote", _first);
        client.Remove("jwks");
        client["jwks_uri"] = _host.Url + "/keys";
        files.Write(client);
    }

    private Task<Answer> PushAsync(SigningKey key) => new TestClient(_server, "remote", key).PushAsync();

    private void Refused(Answer answer) => answer.IsError(_server, 401, OAuthErrors.InvalidClient, Rule.AssertionKey);
}
