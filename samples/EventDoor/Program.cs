using IdentityPlatform.EventDoor;
using IdentityPlatform.EventDoor.Pages;
using IdentityPlatform.Kiosk;
using IdentityPlatform.Verifier.AspNetCore;
using Microsoft.AspNetCore.Http.HttpResults;

var builder = WebApplication.CreateBuilder(args);

// A bad value ends the program here, and its message names the key.
var settings = new KioskSettings(new SettingsReader(builder.Configuration), "EventDoor");
builder.AddKiosk<Verdict>(settings);
builder.Services.AddSingleton<Door>();

var app = builder.Build();
app.UseKiosk();
app.MapGet("/", (KeptBundle bundle) => new RazorComponentResult<DoorPage>(new { bundle.Trust.Bundle }));
app.MapAssets(typeof(Door).Assembly);
app.MapChallenges();
app.MapPresentations();
await app.RunAsync();
