using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Hosting.Tests.Passkeys;

/// <summary>A small program with passkeys, on a real Kestrel and SQLite: sign-up, sign-in, and the ceremony of someone signed in.</summary>
public sealed class PasskeySite : IAsyncDisposable
{
    public const string Origin = "http://localhost:5999";
    public const string RpId = "localhost";

    private readonly WebApplication _app;
    private readonly Database _database;
    private readonly string _folder;

    private PasskeySite(WebApplication app, Database database, string folder, TestClock clock, RecordedLogs logs) =>
        (_app, _database, _folder, Clock, Logs) = (app, database, folder, clock, logs);

    public TestClock Clock { get; }

    public RecordedLogs Logs { get; }

    public PasskeyStore Store => _app.Services.GetRequiredService<PasskeyStore>();

    public Uri Address { get; private set; } = null!;

    public static async Task<PasskeySite> StartAsync(int maxPasskeys = 20, string origin = Origin, int port = 0)
    {
        var folder = Directory.CreateTempSubdirectory("passkeys-").FullName;
        var (database, clock, logs) = (Database.Open(StorageEngine.Sqlite, $"Data Source={Path.Combine(folder, "site.db")}"), new TestClock(), new RecordedLogs());
        await database.MigrateAsync([PasskeyStore.Migrations], CancellationToken.None);

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.AddProvider(logs);
        builder.Services.AddRoutingCore();
        builder.Services
            .AddSingleton(database)
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton<OneTimeStore>(new MemoryOneTimeStore(clock))
            .AddPages(new PagesOptions { ProgramName = "site", PublicUrl = origin, SiteName = new Dictionary<string, string> { ["en"] = "Site", ["ru"] = "Сайт" } })
            .AddPasskeys(new PasskeySettings { RpId = RpId, Origins = [origin], MaxPasskeys = maxPasskeys });
        var site = new PasskeySite(builder.Build(), database, folder, clock, logs);
        site._app.UsePages();
        site._app.UseRouting();
        site.MapEndpoints();
        await site._app.StartAsync();
        var addresses = site._app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        site.Address = new Uri(addresses.Addresses.Single());
        return site;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void MapEndpoints()
    {
        var endpoints = _app.MapGroup("").RequireSameOrigin();
        // The account is named by the request: who may act for whom is not what these tests are about.
        endpoints.MapPost("/signup/options", (HttpContext http, PasskeyCeremonies ceremonies) => ReadAsync(http, async json =>
            Options(await ceremonies.BeginRegistrationAsync(http, json.StringMember("user")!, "anahit", json.StringMember("display_name") ?? "Anahit"))));
        endpoints.MapPost("/signup", (HttpContext http, PasskeyCeremonies ceremonies) => ReadAsync(http, async json =>
            (await ceremonies.CompleteRegistrationAsync(http, json.StringMember("ceremony")!, json.Member("credential")!.Value.GetRawText()))
                .Match(done => Results.Json(new { user = done.UserId, location = "/" }), refused => PasskeyProblem.Of(http, refused.Reason))));
        endpoints.MapPost("/signin/options", (HttpContext http, PasskeyCeremonies ceremonies) => ReadAsync(http, async _ =>
            Options(await ceremonies.BeginSignInAsync(http))));
        endpoints.MapPost("/signin", (HttpContext http, PasskeyCeremonies ceremonies) => ReadAsync(http, async json =>
            (await ceremonies.CompleteSignInAsync(http, json.StringMember("ceremony")!, json.Member("credential")!.Value.GetRawText()))
                .Match(
                    done => Results.Json(new { user = done.UserId, credential = done.CredentialId, backed_up = done.BackedUp, location = "/" }),
                    refused => PasskeyProblem.Of(http, refused.Reason))));
        _app.MapGet("/consent", (HttpContext http, string to, bool allowed) =>
        {
            if (allowed)
            {
                SecurityHeaders.AllowFormsToEndAt(http, to);
            }

            return Results.Content($"<form method=post action='/consent?to={Uri.EscapeDataString(to)}'><button>Allow</button></form>", "text/html");
        });
        endpoints.MapPost("/consent", (string to) => Results.Redirect(to));
        _app.MapGet("/", () => TestPage.Result(CultureInfo.CurrentUICulture.Name));
    }

    private static async Task<IResult> ReadAsync(HttpContext http, Func<JsonElement, Task<IResult>> answer) =>
        (await JsonBody.ReadAsync(http)).Refused(out var refusal, out var json) ? refusal : await answer(json);

    private static IResult Options(CeremonyStart start) =>
        Results.Json(new { ceremony = start.CeremonyId, options = JsonElement.Parse(start.OptionsJson) });
}
