using System.Reflection;
using IdentityPlatform.EventDoor.Pages;
using IdentityPlatform.Verifier.Refresh;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IdentityPlatform.EventDoor;

/// <summary>The page, its stylesheet and its script.</summary>
internal static class KioskEndpoints
{
    public static void MapKiosk(this WebApplication app)
    {
        app.MapGet("/", (BundleStore store) => new RazorComponentResult<Kiosk>(new { store.Trust.Bundle }));
        app.MapGet("/door.css", () => Asset("door.css", "text/css"));
        app.MapGet("/door.js", () => Asset("door.js", "text/javascript"));
        app.MapGet("/icon.svg", () => Asset("icon.svg", "image/svg+xml"));
    }

    private static IResult Asset(string name, string type) =>
        Results.Stream(Assembly.GetExecutingAssembly().GetManifestResourceStream($"IdentityPlatform.EventDoor.Assets.{name}")!, type + "; charset=utf-8");
}
