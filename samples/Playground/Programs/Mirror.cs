using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Playground.Programs;

/// <summary>
/// Somebody's mirror of the issuer's bundle: verifiers fetch here, so that the issuer does not see who they are. A mirror is
/// not trusted: it serves old or foreign bundles too, when the story tells it to.
/// </summary>
internal sealed class Mirror(HttpClient http, string origin) : IAsyncDisposable
{
    public const string Url = "http://localhost:5111";

    private WebApplication? _app;
    private byte[] _last = [];

    /// <summary>What the mirror serves instead of the issuer's bundle, or null.</summary>
    public byte[]? Instead { get; set; }

    /// <summary>The issuer's bundle as last seen.</summary>
    public async Task<byte[]> ReadAsync(CancellationToken ct)
    {
        try
        {
            _last = await http.GetByteArrayAsync(new Uri($"{origin}/bundle"), ct);
        }
        catch (HttpRequestException)
        {
            // The issuer is out of reach: a mirror goes on with what it has.
        }

        return _last;
    }

    public async Task StartAsync(CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Url);
        _app = builder.Build();
        _app.MapGet("/bundle", async (CancellationToken stop) => Results.Bytes(Instead ?? await ReadAsync(stop), "application/json"));
        await _app.StartAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }
}
