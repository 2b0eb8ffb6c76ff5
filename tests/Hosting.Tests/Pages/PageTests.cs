using System.Text.RegularExpressions;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IdentityPlatform.Hosting.Tests.Pages;

public sealed class PageTests : IAsyncLifetime
{
    private PageSite _site = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _site = await PageSite.StartAsync("https://site.example");

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task A_page_carries_the_strict_headers()
    {
        using var response = await GetAsync("/");
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
            + "frame-ancestors 'none'; form-action 'self'",
            Header(response, "Content-Security-Policy"));
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("same-origin", Header(response, "Referrer-Policy"));
        Assert.Contains("camera=()", Header(response, "Permissions-Policy"), StringComparison.Ordinal);
        Assert.StartsWith("max-age=31536000", Header(response, "Strict-Transport-Security"), StringComparison.Ordinal);
        Assert.Equal("no-store", Header(response, "Cache-Control"));
    }

    [Fact]
    public void Pages_make_no_key_of_the_framework_which_would_lie_in_the_home_folder()
    {
        Assert.IsType<EphemeralDataProtectionProvider>(_site.Services.GetRequiredService<IDataProtectionProvider>());
        var framework = typeof(KeyManagementOptions).Assembly;
        Assert.DoesNotContain(_site.Services.GetServices<IHostedService>(), service => service.GetType().Assembly == framework);
    }

    [Fact]
    public async Task A_page_has_nothing_inline_and_nothing_from_elsewhere()
    {
        var html = await HtmlAsync("/");
        Assert.DoesNotMatch(" style=| on[a-z]+=|<style|<script(?! type=\"module\" src=\"/assets/)", html);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", html);
    }

    [Fact]
    public async Task A_consent_form_may_end_at_the_service_it_names()
    {
        using var response = await GetAsync("/consent");
        Assert.EndsWith("form-action 'self' https://service.example app.example:", Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assets_are_kept_by_browsers_and_named_by_their_content()
    {
        var paths = Regex.Matches(await HtmlAsync("/"), "\"(/assets/[^\"]+)\"").Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(3, paths.Count);
        foreach (var path in paths)
        {
            using var asset = await GetAsync(path);
            Assert.Equal(200, (int)asset.StatusCode);
            Assert.Equal("public, max-age=31536000, immutable", Header(asset, "Cache-Control"));
            Assert.Equal("nosniff", Header(asset, "X-Content-Type-Options"));
        }

        using var stale = await GetAsync("/assets/site.AAAAAAAAAAAA.css");
        Assert.Equal(404, (int)stale.StatusCode);
    }

    [Fact]
    public async Task Under_https_cookies_belong_to_this_host_alone()
    {
        using var response = await GetAsync("/cookie");
        Assert.Equal("__Host-site-session=value; max-age=3600; path=/; secure; samesite=lax; httponly", Header(response, "Set-Cookie"));
    }

    [Fact]
    public async Task Under_http_cookies_carry_the_programs_name()
    {
        await using var plain = await PageSite.StartAsync("http://localhost:5101");
        using var response = await plain.Client.GetAsync(new Uri("/cookie", UriKind.Relative), Cancel);
        Assert.Equal("site-session=value; max-age=3600; path=/; samesite=lax; httponly", Header(response, "Set-Cookie"));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("https://site.example", 200)]
    [InlineData("https://evil.example", 403)]
    [InlineData("https://site.example.evil.example", 403)]
    [InlineData("http://site.example", 403)]
    [InlineData("null", 403)]
    [InlineData(null, 403)]
    public async Task Only_our_own_pages_may_act(string? origin, int expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/act");
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var response = await _site.Client.SendAsync(request, Cancel);
        Assert.Equal(expected, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_form_of_our_own_page_is_bound_without_a_token()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/form") { Content = new FormUrlEncodedContent([KeyValuePair.Create("name", "Anahit")]) };
        request.Headers.Add("Origin", "https://site.example");
        using var response = await _site.Client.SendAsync(request, Cancel);
        Assert.Equal("Anahit", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("/nowhere", 404, "There is no such page")]
    [InlineData("/gone", 410, "This is no longer valid")]
    [InlineData("/act", 405, "This address cannot be opened directly")]
    [InlineData("/broken", 500, "Something broke on our side")]
    [InlineData("/full", 503, "Something broke on our side")]
    public async Task An_error_is_a_page_in_plain_words_with_a_number(string path, int status, string title)
    {
        using var response = await GetAsync(path);
        var html = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains("no-store", Header(response, "Cache-Control"), StringComparison.Ordinal);
        Assert.Contains($"<h1>{title}</h1>", html, StringComparison.Ordinal);
        Assert.Matches("<code>[^<]+</code>", html);
        Assert.DoesNotContain("secret detail", html, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trouble_that_passes_says_when_to_come_again()
    {
        using var full = await _site.Client.GetAsync(new Uri("/full", UriKind.Relative), Cancel);
        Assert.Equal((503, TimeSpan.FromMinutes(1)), ((int)full.StatusCode, full.Headers.RetryAfter!.Delta));
        using var broken = await _site.Client.GetAsync(new Uri("/broken", UriKind.Relative), Cancel);
        Assert.Equal((500, null), ((int)broken.StatusCode, broken.Headers.RetryAfter));
    }

    [Fact]
    public async Task A_program_that_asks_gets_no_page()
    {
        using var missing = await _site.Client.GetAsync(new Uri("/nowhere", UriKind.Relative), Cancel);
        Assert.Equal((404, ""), ((int)missing.StatusCode, await missing.Content.ReadAsStringAsync(Cancel)));

        using var broken = await _site.Client.GetAsync(new Uri("/broken", UriKind.Relative), Cancel);
        Assert.Equal("application/json", broken.Content.Headers.ContentType!.MediaType);
        Assert.Contains("\"error\":\"broken\"", await broken.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/html");
        return await _site.Client.SendAsync(request, Cancel);
    }

    private async Task<string> HtmlAsync(string path)
    {
        using var response = await GetAsync(path);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    private static string Header(HttpResponseMessage response, string name) =>
        string.Join(",", response.Headers.TryGetValues(name, out var values) ? values : []);
}
