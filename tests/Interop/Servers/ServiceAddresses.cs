using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Interop.Servers;

/// <summary>Where the browser comes back to a service whose client runs elsewhere: an empty page, whose address is all that counts.</summary>
internal sealed class ServiceAddresses : IAsyncDisposable
{
    private WebApplication? _app;

    public async Task StartAsync(params IEnumerable<Uri> addresses)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls([.. addresses.Select(address => address.GetLeftPart(UriPartial.Authority)).Distinct()]);
        _app = builder.Build();
        _app.MapFallback(() => Results.Content("<!doctype html><title>Back</title>", "text/html"));
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }
}
