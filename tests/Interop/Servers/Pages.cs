using System.Collections.Concurrent;
using IdentityPlatform.Playground.Programs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Interop.Servers;

/// <summary>The addresses of services: a page on oidc-client-ts, and where the browser comes back to a service whose client runs elsewhere.</summary>
internal sealed class Pages : IAsyncDisposable
{
    /// <summary>Clients of this origin are registered.</summary>
    public const string Origin = "http://localhost:5113";

    /// <summary>Nobody knows this origin.</summary>
    public const string ForeignOrigin = "http://localhost:5114";

    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _logoutTokens = new();
    private WebApplication? _app;

    /// <summary>The logout token that the provider sent to a service: the first one, when it is there.</summary>
    public Task<string> LogoutTokenAsync(string clientId) => TokenOf(clientId).Task.WaitAsync(TimeSpan.FromMinutes(1));

    public async Task StartAsync(Places places, string serviceOrigin)
    {
        var clients = Path.Combine(places.Repository, "tests", "Interop", "clients");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Origin, ForeignOrigin, serviceOrigin);
        _app = builder.Build();
        _app.MapGet("/oidc-client-ts.js", () => Results.File(Path.Combine(clients, "node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js"), "text/javascript"));
        _app.MapGet("/page.js", () => Results.File(Path.Combine(clients, "page/page.js"), "text/javascript"));
        _app.MapPost("/{client}/ended", async (string client, HttpContext http) =>
            TokenOf(client).TrySetResult((await http.Request.ReadFormAsync())["logout_token"].ToString()));
        _app.MapFallback(() => Results.File(Path.Combine(clients, "page/index.html"), "text/html"));
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private TaskCompletionSource<string> TokenOf(string clientId) =>
        _logoutTokens.GetOrAdd(clientId, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
