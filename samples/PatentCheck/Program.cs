using IdentityPlatform.Kiosk;
using IdentityPlatform.PatentCheck;
using IdentityPlatform.PatentCheck.Pages;
using IdentityPlatform.Verifier.AspNetCore;
using Microsoft.AspNetCore.Http.HttpResults;

var builder = WebApplication.CreateBuilder(args);

// A bad value ends the program here, and its message names the key.
var settings = new KioskSettings(new SettingsReader(builder.Configuration), "PatentCheck");
builder.AddKiosk<Verdict>(settings);
builder.Services.AddSingleton<PatentChecks>();

var app = builder.Build();
app.UseKiosk();
app.MapGet("/", (KeptBundle bundle) => new RazorComponentResult<CheckPage>(new { bundle.Trust.Bundle }));
app.MapAssets(typeof(PatentChecks).Assembly);
app.MapChecks();
app.MapPresentations();
await app.RunAsync();
