using IdentityPlatform.EventDoor;
using IdentityPlatform.EventDoor.Pages;
using IdentityPlatform.EventDoor.Tickets;
using IdentityPlatform.Kiosk;
using IdentityPlatform.Verifier.AspNetCore;
using Microsoft.AspNetCore.Http.HttpResults;

var builder = WebApplication.CreateBuilder(args);

// A bad value ends the program here, and its message names the key.
var reader = new SettingsReader(builder.Configuration);
var settings = new DoorSettings(reader);
var kiosk = settings.Age == 0
    ? new KioskSettings(reader, "EventDoor", "EventDoor:TicketBundle")
    : new KioskSettings(reader, "EventDoor", others: settings.TicketBundle is { } tickets ? DoorQuestion.Tickets.ToDictionary(query => query, _ => tickets) : null);
builder.AddKiosk<Verdict>(kiosk);
builder.Services.AddSingleton(settings);
builder.Services.AddSingleton(_ => new DoorCounts(kiosk.Directory));
if (settings.Event is not null)
{
    builder.Services.AddSingleton(_ => new TicketDesk(
        DoorSettings.ListOf(kiosk.Directory, settings.Event), settings.Keeper is { } keeper ? new RemoteKeeper(keeper, settings.Secret!) : null, settings.AdmitsAlone));
    builder.Services.AddHostedService<KeeperVisits>();
}

builder.Services.AddSingleton(services => new Door(
    services.GetRequiredService<Visits<Verdict>>(),
    services.GetRequiredService<Presentations>(),
    settings,
    services.GetService<TicketDesk>(),
    services.GetRequiredService<DoorCounts>(),
    services.GetRequiredService<TimeProvider>()));

var app = builder.Build();
app.UseKiosk();
app.MapGet("/", (HeldBundles bundles, KeptBundle bundle) => new RazorComponentResult<DoorPage>(new { Bundle = bundles.AreThere ? bundle.Trust.Bundle : null, Settings = settings }));
app.MapAssets(typeof(Door).Assembly);
app.MapChallenges();
app.MapFrames();
app.MapState();
app.MapPresentations();
if (settings is { Event: not null, Secret: { } secret, Keeper: null })
{
    app.MapKeeper(secret);
}

await app.RunAsync();
