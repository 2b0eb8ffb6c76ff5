using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.OAuth.Tests.Server;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tests.Clients;

/// <summary>What a client can make this server do by naming an address: against real sockets.</summary>
public sealed class OutboundHttpTests
{
    private const string Json = "application/json";

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(700);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_is_read_with_its_age()
    {
        await using var host = await TlsHost.StartAsync(http =>
        {
            http.Response.Headers.CacheControl = "max-age=90";
            return http.Response.WriteAsync($"{http.Request.Method} {http.Request.Path} {http.Request.Headers.Accept}", Ct);
        });
        using var outbound = Outbound(host);

        var received = Assert.IsType<OutboundAnswer.Received>(await outbound.GetAsync(host.Url + "/keys?x=1", Json, Ct));

        Assert.Equal((200, "GET /keys application/json", TimeSpan.FromSeconds(90)), (received.Status, Encoding.UTF8.GetString(received.Body.Span), received.MaxAge));
    }

    [Fact]
    public async Task A_form_is_posted()
    {
        await using var host = await TlsHost.StartAsync(async http => await http.Response.WriteAsync((await http.Request.ReadFormAsync(Ct))["logout_token"]!, Ct));
        using var outbound = Outbound(host);

        var received = Assert.IsType<OutboundAnswer.Received>(await outbound.PostFormAsync(host.Url, [new("logout_token", "a token")], Ct));

        Assert.Equal("a token", Encoding.UTF8.GetString(received.Body.Span));
    }

    // A name is nothing: what it stands for is checked where the connection is made.
    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0.0.0.0")]
    [InlineData("[::1]")]
    [InlineData("[::]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::127.0.0.1]")]
    [InlineData("[64:ff9b::7f00:1]")]
    [InlineData("[2002:7f00:1::]")]
    [InlineData("[fe80::1]")]
    [InlineData("[fd00::1]")]
    [InlineData("10.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("172.31.255.255")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    public async Task No_connection_is_made_behind_our_own_walls(string name)
    {
        await using var host = await TlsHost.StartAsync(_ => Task.CompletedTask);
        using var outbound = new OutboundHttp(new() { Anchors = [host.Authority] });

        var failed = Assert.IsType<OutboundAnswer.Failed>(await outbound.GetAsync($"https://{name}:{host.Port}/", Json, Ct));

        Assert.Equal((OutboundFault.Address, 0), (failed.Fault, host.Calls));
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("169.254.169.254")]
    public async Task Where_this_machine_may_be_called_others_of_our_network_may_not(string name)
    {
        using var outbound = new OutboundHttp(new() { AllowLoopback = true });
        Assert.Equal(OutboundFault.Address, Assert.IsType<OutboundAnswer.Failed>(await outbound.GetAsync($"https://{name}/", Json, Ct)).Fault);
    }

    [Theory]
    [InlineData("http://one.example/")]
    [InlineData("ftp://localhost/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/keys")]
    [InlineData("https://user:secret@localhost/")]
    public async Task Only_https_without_a_user_is_called(string url)
    {
        using var outbound = new OutboundHttp(new() { AllowLoopback = true });
        Assert.Equal(OutboundFault.Url, Assert.IsType<OutboundAnswer.Failed>(await outbound.GetAsync(url, Json, Ct)).Fault);
    }

    [Fact]
    public async Task Plain_http_to_this_machine_needs_the_same_leave()
    {
        using var outbound = new OutboundHttp(new());
        Assert.Equal(OutboundFault.Url, Assert.IsType<OutboundAnswer.Failed>(await outbound.GetAsync("http://localhost/", Json, Ct)).Fault);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await using var inner = await TlsHost.StartAsync(_ => Task.CompletedTask);
        await using var host = await TlsHost.StartAsync(http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = inner.Url;
            return Task.CompletedTask;
        });
        using var outbound = Outbound(host);

        var received = Assert.IsType<OutboundAnswer.Received>(await outbound.GetAsync(host.Url, Json, Ct));

        Assert.Equal((status, 0), (received.Status, inner.Calls));
    }

    [Fact]
    public async Task A_body_that_trickles_ends_with_the_time()
    {
        await using var host = await TlsHost.StartAsync(async http =>
        {
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.WriteAsync(" ", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                await Task.Delay(50, http.RequestAborted);
            }
        });
        using var outbound = Outbound(host);

        Assert.Equal(OutboundFault.Timeout, Assert.IsType<OutboundAnswer.Failed>(await outbound.GetAsync(host.Url, Json, Ct)).Fault);
    }

    [Fact]
    public async Task A_listener_that_says_nothing_ends_with_the_time()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var outbound = new OutboundHttp(new() { AllowLoopback = true, Timeout = Short });

        var answer = await outbound.GetAsync($"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/", Json, Ct);

        Assert.Equal(OutboundFault.Timeout, Assert.IsType<OutboundAnswer.Failed>(answer).Fault);
    }

    [Theory]
    [InlineData(OutboundHttp.MaxBytes, true, null)]
    [InlineData(OutboundHttp.MaxBytes, false, null)]
    [InlineData(OutboundHttp.MaxBytes + 1, true, OutboundFault.Size)]
    [InlineData(OutboundHttp.MaxBytes + 1, false, OutboundFault.Size)]
    public async Task A_body_has_its_bound(int length, bool announced, OutboundFault? fault)
    {
        await using var host = await TlsHost.StartAsync(async http =>
        {
            http.Response.ContentLength = announced ? length : null;
            await http.Response.Body.WriteAsync(new byte[length], Ct);
        });
        using var outbound = Outbound(host);

        var answer = await outbound.GetAsync(host.Url, Json, Ct);

        Assert.Equal(fault, (answer as OutboundAnswer.Failed)?.Fault);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("x-unknown")]
    public async Task A_compressed_body_is_not_unpacked(string encoding)
    {
        await using var host = await TlsHost.StartAsync(async http =>
        {
            http.Response.Headers.ContentEncoding = encoding;
            await using var gzip = new GZipStream(http.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync(new byte[10 * 1024 * 1024], Ct);
        });
        using var outbound = Outbound(host);

        Assert.Equal(OutboundFault.Encoding, Assert.IsType<OutboundAnswer.Failed>(await outbound.GetAsync(host.Url, Json, Ct)).Fault);
    }

    [Fact]
    public async Task Who_has_no_certificate_of_a_trusted_authority_is_not_asked()
    {
        await using var host = await TlsHost.StartAsync(_ => Task.CompletedTask);
        using var other = TestKeys.Authority("Somebody");
        using var outbound = new OutboundHttp(new() { AllowLoopback = true, Anchors = [other] });

        Assert.Equal(OutboundFault.Connection, Assert.IsType<OutboundAnswer.Failed>(await outbound.GetAsync(host.Url, Json, Ct)).Fault);
        Assert.Equal(0, host.Calls);
    }

    [Fact]
    public async Task Who_asked_may_give_up()
    {
        await using var host = await TlsHost.StartAsync(http => Task.Delay(10_000, http.RequestAborted));
        using var outbound = Outbound(host, TimeSpan.FromSeconds(5));
        using var given = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => outbound.GetAsync(host.Url, Json, given.Token));
    }

    private static OutboundHttp Outbound(TlsHost host, TimeSpan? timeout = null) =>
        new(new() { AllowLoopback = true, Anchors = [host.Authority], Timeout = timeout ?? TimeSpan.FromSeconds(3) });
}
