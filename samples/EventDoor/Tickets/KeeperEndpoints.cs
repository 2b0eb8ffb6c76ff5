using System.Security.Cryptography;
using System.Text;

namespace IdentityPlatform.EventDoor.Tickets;

/// <summary>What the other doors ask the keeper, with the secret that the doors of one event share.</summary>
internal static class KeeperEndpoints
{
    public static void MapKeeper(this WebApplication app, string secret)
    {
        var expected = SHA256.HashData(Encoding.UTF8.GetBytes($"Bearer {secret}"));
        var doors = app.MapGroup("/doors").AddEndpointFilter(async (context, next) =>
            CryptographicOperations.FixedTimeEquals(expected, SHA256.HashData(Encoding.UTF8.GetBytes(context.HttpContext.Request.Headers.Authorization.ToString())))
                ? await next(context)
                : Results.Unauthorized());
        doors.MapPost("/used/{handle}/{visit}", (string handle, string visit, TicketDesk desk) => UsedTicket.Parse($"{handle} {visit}") is { } ticket
            ? Results.Text(desk.Used.TryUse(ticket) ? "first" : "again")
            : Results.BadRequest());
        doors.MapGet("/used", (int after, TicketDesk desk) => after >= 0
            ? Results.Text(string.Concat(desk.Used.After(after, KeeperLimits.Batch).Select(ticket => $"{ticket.Handle} {ticket.Visit}\n")))
            : Results.BadRequest());
    }
}

/// <summary>Keeps in touch with the keeper, so that a door knows what others used before it is alone.</summary>
internal sealed class KeeperVisits(TicketDesk desk, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            await desk.MeetKeeperAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
