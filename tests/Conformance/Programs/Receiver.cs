using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Conformance.Programs;

/// <summary>The suite's own https server: what clients publish (keys, sector files), and where logout tokens come in.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly int _port = ChildServer.FreePort();
    private readonly ConcurrentDictionary<string, Func<IResult>> _documents = [];
    private readonly ConcurrentDictionary<string, ConcurrentQueue<(string? ContentType, string Body)>> _received = [];
    private WebApplication? _app;

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var pem = X509Certificate2.CreateFromPemFile(Path.Combine(Repository.Keys, "tls", "localhost.pem"), Path.Combine(Repository.Keys, "tls", "localhost.key"));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(_port, endpoint => endpoint.UseHttps(pem)));
        _app = builder.Build();
        _app.MapGet("/{**path}", (string path) => _documents.TryGetValue(path, out var document) ? document() : Results.NotFound());
        _app.MapPost("/{**path}", TakeAsync);
        await _app.StartAsync();
    }

    /// <summary>The address of a path here.</summary>
    public string UrlOf(string path) => $"https://localhost:{_port}/{path}";

    /// <summary>Publishes JSON at a path, made anew at each fetch.</summary>
    public string Publish(string path, Func<string> json)
    {
        _documents[path] = () => Results.Text(json(), "application/json");
        return UrlOf(path);
    }

    /// <summary>Publishes a picture at a path.</summary>
    public string Publish(string path, byte[] png)
    {
        _documents[path] = () => Results.Bytes(png, "image/png");
        return UrlOf(path);
    }

    /// <summary>What was posted to a path, once it is there.</summary>
    public async Task<(string? ContentType, string Body)> WaitForAsync(string path, TimeSpan limit)
    {
        for (var waited = TimeSpan.Zero; waited < limit; waited += TimeSpan.FromMilliseconds(100))
        {
            if (_received.TryGetValue(path, out var queue) && queue.TryDequeue(out var found))
            {
                return found;
            }

            await Task.Delay(100);
        }

        throw new Xunit.Sdk.XunitException($"nothing was posted to {UrlOf(path)} in {limit.TotalSeconds} seconds");
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private async Task<IResult> TakeAsync(HttpContext http, string path)
    {
        using var reader = new StreamReader(http.Request.Body);
        _received.GetOrAdd(path, _ => []).Enqueue((http.Request.ContentType, await reader.ReadToEndAsync()));
        return Results.Ok();
    }
}
