using IdentityPlatform.EventDoor;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Refresh;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 256 * 1024);

// A bad value ends the program here, and its message names the key.
var settings = DoorSettings.Read(builder.Configuration);
builder.Services.AddRazorComponents();
builder.Services.AddSingleton(settings);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton(services => BundleStore.Open(settings.Directory, [settings.BundleRoot], services.GetRequiredService<TimeProvider>()));
builder.Services.AddSingleton<BundleUpdates>();
builder.Services.AddHostedService<BundleSchedule>();
builder.Services.AddPresentations(services => new PresentationOptions
{
    PublicUrl = settings.PublicUrl,
    AccessKey = settings.AccessKey,
    Policy = Door.Policy,
    Trust = () => services.GetRequiredService<BundleStore>().Trust,
    Lifetime = Door.Patience,
});
builder.Services.AddSingleton<Door>();

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
app.MapKiosk();
app.MapChallenges();
app.MapBundle();
app.MapPresentations();
app.MapGet("/health/live", () => Results.Text("live"));
app.MapGet("/health/ready", () => Results.Text("ready"));
await app.RunAsync();
