using System.Reflection;
using IdentityPlatform.PatentCheck;
using IdentityPlatform.PatentCheck.Pages;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Refresh;
using Microsoft.AspNetCore.Http.HttpResults;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 256 * 1024);

// A bad value ends the program here, and its message names the key.
var settings = CheckSettings.Read(builder.Configuration);
builder.Services.AddRazorComponents();
builder.Services.AddSingleton(settings);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton(services => BundleStore.Open(settings.Directory, [settings.BundleRoot], services.GetRequiredService<TimeProvider>()));
builder.Services.AddSingleton<BundleUpdates>();
builder.Services.AddHostedService(services => services.GetRequiredService<BundleUpdates>());
builder.Services.AddPresentations(services => new PresentationOptions
{
    PublicUrl = settings.PublicUrl,
    AccessKey = settings.AccessKey,
    Policy = PatentChecks.Policy,
    Trust = () => services.GetRequiredService<BundleStore>().Trust,
    Lifetime = PatentChecks.Patience,
});
builder.Services.AddSingleton<PatentChecks>();

var app = builder.Build();
_ = app.Services.GetRequiredService<BundleStore>();
app.UseRequestLocalization(new RequestLocalizationOptions
{
    DefaultRequestCulture = new(Texts.Languages[0]),
    SupportedCultures = [.. Texts.Languages],
    SupportedUICultures = [.. Texts.Languages],
    RequestCultureProviders =
    [
        new Microsoft.AspNetCore.Localization.QueryStringRequestCultureProvider { QueryStringKey = "lang", UIQueryStringKey = "lang" },
        new Microsoft.AspNetCore.Localization.AcceptLanguageHeaderRequestCultureProvider(),
    ],
});
app.UsePageHeaders();
app.MapGet("/", (BundleStore store) => new RazorComponentResult<CheckPage>(new { store.Trust.Bundle }));
foreach (var (name, type) in new[] { ("check.css", "text/css"), ("check.js", "text/javascript"), ("icon.svg", "image/svg+xml") })
{
    app.MapGet($"/{name}", () => Results.Stream(Assembly.GetExecutingAssembly().GetManifestResourceStream($"IdentityPlatform.PatentCheck.Assets.{name}")!, $"{type}; charset=utf-8"));
}

app.MapChecks();
app.MapPresentations();
app.MapGet("/health/live", () => Results.Text("live"));
app.MapGet("/health/ready", () => Results.Text("ready"));
await app.RunAsync();
