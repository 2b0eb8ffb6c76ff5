using System.Buffers.Binary;
using System.Net;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.IdP.Tests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.IdP.Tests.Services;

/// <summary>The picture of a service: fetched by the provider, shown from its own address, and nothing but a small PNG.</summary>
public sealed class LogoTests : IAsyncLifetime
{
    // One grey pixel.
    private static readonly byte[] Pixel = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==");

    private readonly IdpHost _host = new();
    private WebApplication _service = null!;
    private int _fetched;
    private Func<IResult> _answer = () => Results.Bytes(Pixel, "image/png");

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _service = builder.Build();
        _service.MapGet("/logo.png", () =>
        {
            Interlocked.Increment(ref _fetched);
            return _answer();
        });
        await _service.StartAsync();
        var address = _service.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        _host.Register("shop", "openid", $"\"logo_uri\": \"{address}/logo.png\",");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task The_pages_show_it_from_the_providers_own_address()
    {
        using var person = await Person.WithAccountAsync(_host);
        using var shop = _host.Service("shop");
        var (_, consent) = await shop.SendAsync(person, new());
        Assert.Equal("/consent", consent.Url.AbsolutePath);
        Assert.Contains("""<img class="logo" src="/logo?service=shop" alt """, consent.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("/logo.png", consent.Body, StringComparison.Ordinal);
        Assert.Equal(0, _fetched);

        using var answer = await GetAsync("shop");
        Assert.Equal("image/png", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal(Pixel, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_page_of_a_service_without_one_shows_none()
    {
        using var person = await Person.WithAccountAsync(_host);
        using var plain = _host.Service("plain-service");
        var (_, consent) = await plain.SendAsync(person, new());
        Assert.DoesNotContain("class=\"logo\"", consent.Body, StringComparison.Ordinal);
        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.NotFound], [await StatusAsync("plain-service"), await StatusAsync("nobody")]);
    }

    [Fact]
    public async Task It_is_fetched_once_a_day_however_many_look()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => StatusAsync("shop")));
        _host.Time.Advance(TimeSpan.FromHours(23));
        Assert.Equal((HttpStatusCode.OK, 1), (await StatusAsync("shop"), _fetched));
        _host.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal((HttpStatusCode.OK, 2), (await StatusAsync("shop"), _fetched));
    }

    [Fact]
    public async Task What_was_not_there_is_asked_for_again_after_ten_minutes()
    {
        _answer = () => Results.StatusCode(500);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("shop"));
        _answer = () => Results.Bytes(Pixel, "image/png");
        _host.Time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal((HttpStatusCode.NotFound, 1), (await StatusAsync("shop"), _fetched));
        _host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal((HttpStatusCode.OK, 2), (await StatusAsync("shop"), _fetched));
    }

    [Fact]
    public async Task A_script_that_calls_itself_a_picture_is_not_passed_on()
    {
        _answer = () => Results.Text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/png");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("shop"));
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_not_passed_on()
    {
        _answer = () => Results.Bytes([.. Pixel, .. new byte[64 * 1024]], "image/png");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("shop"));
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1024, 1024, true)]
    [InlineData(1025, 1, false)]
    [InlineData(1, 1025, false)]
    [InlineData(0, 1, false)]
    [InlineData(1, 0x80000001u, false)]
    public void A_picture_has_no_more_pixels_than_a_phone_can_bear(uint width, uint height, bool isTaken)
    {
        var file = Pixel.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(20), height);
        Assert.Equal(isTaken, Logo.Read(file) is not null);
    }

    [Fact]
    public void A_file_that_ends_before_its_size_is_none() => Assert.Null(Logo.Read(Pixel.AsMemory(0, 23)));

    private async Task<HttpStatusCode> StatusAsync(string service)
    {
        using var answer = await GetAsync(service);
        return answer.StatusCode;
    }

    private Task<HttpResponseMessage> GetAsync(string service) => _host.CreateClient().GetAsync(new Uri($"/logo?service={service}", UriKind.Relative), TestContext.Current.CancellationToken);
}
