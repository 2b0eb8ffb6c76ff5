using IdentityPlatform.EventDoor.Tickets;
using IdentityPlatform.Kiosk;

namespace IdentityPlatform.EventDoor;

/// <summary><c>GET /state</c>: counts, and how the doors stand together. Nothing about anybody.</summary>
internal static class StateEndpoint
{
    public static void MapState(this WebApplication app) => app.MapGet("/state", (DoorSettings settings, DoorCounts counts, IServiceProvider services) =>
        Kiosks.Json(StatusCodes.Status200OK, writer =>
        {
            writer.WriteNumber("accepted", counts["accepted"]);
            writer.WriteNumber("rejected", counts["rejected"]);
            if (services.GetService<TicketDesk>() is { } desk)
            {
                writer.WriteNumber("used", desk.Used.Count);
                writer.WriteNumber("twice", desk.Twice);
                writer.WriteString("doors", settings.Keeper is null ? "keeper" : !desk.IsAlone ? "together" : settings.AdmitsAlone ? "alone-admit" : "alone-refuse");
            }
        }));
}
