using System.Collections.Concurrent;
using System.Net;
using IdentityPlatform.Formats.Jose;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.IdP.Tests.Harness;

/// <summary>A service's own server, which takes logout tokens: real HTTP, and answers as a test wants.</summary>
public sealed class LogoutReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<int> _answers = new();
    private readonly ConcurrentQueue<string> _received = new();

    private LogoutReceiver(WebApplication app) => _app = app;

    /// <summary>Where logout tokens go.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/logout";

    /// <summary>How long an answer takes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>True: every answer is 503.</summary>
    public bool IsAway { get; set; }

    /// <summary>What came, in order.</summary>
    public IReadOnlyList<SignedJwt> Tokens => [.. _received.Select(text => SignedJwt.Parse(text).OrThrow())];

    public static async Task<LogoutReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new LogoutReceiver(builder.Build());
        receiver._app.MapPost("/logout", receiver.ReceiveAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>The status of the next answers; 200 afterwards.</summary>
    public void Answer(params int[] statuses) => Array.ForEach(statuses, _answers.Enqueue);

    /// <summary>Waits until so many tokens have come.</summary>
    public async Task<IReadOnlyList<SignedJwt>> WaitForAsync(int count)
    {
        for (var i = 0; i < 200 && _received.Count < count; i++)
        {
            await Task.Delay(100);
        }

        Assert.Equal(count, _received.Count);
        return Tokens;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext http)
    {
        await Task.Delay(Delay);
        var form = await http.Request.ReadFormAsync();
        _received.Enqueue(Assert.Single(form["logout_token"])!);
        http.Response.StatusCode = IsAway ? 503 : _answers.TryDequeue(out var status) ? status : 200;
    }
}
