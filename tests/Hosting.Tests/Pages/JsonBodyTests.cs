using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Hosting.Tests.Pages;

public sealed class JsonBodyTests : IAsyncLifetime
{
    private PageSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await PageSite.StartAsync("http://localhost:5999");

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON")]
    public async Task One_json_object_is_read(string contentType) => Assert.Equal((200, null), await PostAsync("{\"a\":1}", contentType));

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/jsonp")]
    [InlineData(null)]
    public async Task Another_content_type_is_415(string? contentType) =>
        Assert.Equal((415, "unsupported_media_type"), await PostAsync("{\"a\":1}", contentType));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1} {}")]
    [InlineData("{/* */}")]
    public async Task Anything_but_one_strict_object_is_400(string body) =>
        Assert.Equal((400, "invalid_request"), await PostAsync(body, "application/json"));

    [Theory]
    [InlineData(100, 200, null)]
    [InlineData(101, 413, "body_too_large")]
    [InlineData(100_000, 413, "body_too_large")]
    public async Task More_than_allowed_is_413(int length, int status, string? error)
    {
        var body = "{\"a\":\"" + new string('x', length - 8) + "\"}";
        Assert.Equal((status, error), await PostAsync(body, "application/json"));
        Assert.Equal((status, error), await PostAsync(body, "application/json", chunked: true));
    }

    private async Task<(int Status, string? Error)> PostAsync(string body, string? contentType, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/json") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await _site.Client.SendAsync(request);
        if ((int)response.StatusCode != 200)
        {
            Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        }

        return ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()).StringMember("error"));
    }
}
