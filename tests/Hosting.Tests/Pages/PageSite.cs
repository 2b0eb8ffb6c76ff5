using System.Net;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Passkeys;
using IdentityPlatform.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.Hosting.Tests.Pages;

/// <summary>A small program with pages and no storage, on a real Kestrel.</summary>
public sealed class PageSite : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PageSite(WebApplication app) => _app = app;

    public HttpClient Client { get; private set; } = null!;

    public IServiceProvider Services => _app.Services;

    public static async Task<PageSite> StartAsync(string publicUrl)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddPages(new PagesOptions
        {
            ProgramName = "site",
            PublicUrl = publicUrl,
            SiteName = new Dictionary<string, string> { ["en"] = "The Site", ["ru"] = "Сайт" },
            Languages = ["en", "ru", "hy", "kk", "ky", "uz", "tg"],
        });
        var app = builder.Build();
        app.UsePages();
        app.UseRouting();
        Map(app);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        return new(app) { Client = NewClient(addresses.Addresses.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private static HttpClient NewClient(string address)
    {
        var handler = new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer(), CheckCertificateRevocationList = true };
        return new HttpClient(handler) { BaseAddress = new Uri(address) };
    }

    private static void Map(WebApplication app)
    {
        app.MapGet("/", () => TestPage.Result("Test page"));
        app.MapGet("/consent", (HttpContext http) =>
        {
            SecurityHeaders.AllowFormsToEndAt(http, "https://service.example/callback?x=1");
            SecurityHeaders.AllowFormsToEndAt(http, "app.example:/callback");
            return TestPage.Result("Consent");
        });
        app.MapPost("/act", () => "done").RequireSameOrigin();
        app.MapPost("/form", ([FromForm] string name) => name).RequireSameOrigin();
        app.MapGet("/broken", string () => throw new InvalidOperationException("secret detail"));
        app.MapGet("/full", string () => throw new OneTimeStoreFullException("secret detail"));
        app.MapGet("/gone", () => Results.StatusCode(410));
        app.MapPost("/json", async (HttpContext http) =>
            (await JsonBody.ReadAsync(http, maxBytes: 100)).Refused(out var refusal, out var json) ? refusal : Results.Json(json.GetRawText().Length));
        app.MapGet("/cookie", (HttpContext http, Cookies cookies) => cookies.Set(http, "session", "value", TimeSpan.FromHours(1)));
        app.MapGet("/prefer", (HttpContext http, Languages languages) =>
        {
            languages.Prefer(http, "fr ru-RU en");
            return TestPage.Result("Page");
        });
    }
}
