using System.Security.Cryptography;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.RelyingParty;
using IdentityPlatform.RelyingService;

// A service that people sign in to. It knows nobody: it learns a subject that is made for it alone, and, if the person
// agrees, a verified name with its date.
var builder = WebApplication.CreateBuilder(args);
var settings = ServiceSettings.Read(builder.Configuration);
builder.Services
    .AddPages(new PagesOptions
    {
        ProgramName = settings.ClientId,
        PublicUrl = settings.PublicUrl,
        SiteName = settings.Names,
        Languages = ["en", "ru", "hy", "kk", "ky", "uz", "tg"],
    })
    .AddSingleton(settings)
    .AddSingleton(TimeProvider.System)
    .AddSingleton<OneTimeStore, MemoryOneTimeStore>()
    .AddSingleton<Sessions>()
    .AddSingleton<LogoutTokens>()
    .AddSingleton(services => new OpenIdClient(new HttpClient(), settings.ToClientOptions(), services.GetRequiredService<TimeProvider>(), RandomNumberGenerator.Fill));

var app = builder.Build();
app.UsePages();
app.MapGet("/health/ready", () => Results.Ok());
app.MapSignIn();
app.MapHome();
await app.RunAsync();
