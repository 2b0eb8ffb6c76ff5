using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.OAuth.Tests.Server;

/// <summary>Somebody else's server: https at localhost, under an authority of its own.</summary>
public sealed class TlsHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _calls;

    private TlsHost(WebApplication app, X509Certificate2 authority) => (_app, Authority) = (app, authority);

    public X509Certificate2 Authority { get; }

    public string Url => _app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    public int Port => new Uri(Url).Port;

    /// <summary>How many requests came in.</summary>
    public int Calls => _calls;

    public static async Task<TlsHost> StartAsync(RequestDelegate answer)
    {
        var authority = TestKeys.Authority("Somebody");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(TestKeys.ServerCertificate(authority))));
        var host = new TlsHost(builder.Build(), authority);
        host._app.Run(http =>
        {
            Interlocked.Increment(ref host._calls);
            return answer(http);
        });
        await host._app.StartAsync();
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
