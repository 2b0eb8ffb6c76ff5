using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Events;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Wallet.Issuance;

namespace IdentityPlatform.Issuer.Tests.Events;

/// <summary>The events office over PostgreSQL: the same statements, with visitors who come at once.</summary>
public sealed class TicketPostgresTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_eight_visitors_at_once_five_get_the_five_places()
    {
        await using var host = await EventsHost.StartAsync(postgres);
        var id = await host.DecidedAsync(general: 5);
        var offers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.OfferAsync(host.Browser(), id, new ShownCard(host.Cards))));
        var taken = await Task.WhenAll(offers.Where(offer => offer.Brief.Item1 == 200).Select(host.CollectAsync));
        Assert.Equal(5, taken.OfType<CollectionOutcome.Collected>().Count());
        Assert.Equal(3, offers.Count(offer => offer.Brief == (409, "full")));
        var register = host.Get<EventRegister>();
        Assert.Equal(5, (await register.CountsAsync((await register.FindAsync(id, Ct))!, Ct))[0].Given);
    }

    [Fact]
    public async Task Seats_holds_and_a_cancellation_work_there_too()
    {
        await using var host = await EventsHost.StartAsync(postgres);
        var id = await host.DecidedAsync();
        var seats = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => host.OfferAsync(host.Browser(), id, new ShownCard(host.Cards), "seated")));
        Assert.All(seats, offer => Assert.Equal(200, offer.Brief.Item1));
        Assert.IsType<CollectionOutcome.Collected>(await host.CollectAsync(seats[0]));
        host.Clock.Now += TimeSpan.FromMinutes(21);
        await host.Get<TicketHolds>().SweepAsync(Ct);
        Assert.Equal(200, (await host.OfferAsync(host.Browser(), id, new ShownCard(host.Cards), "seated")).Brief.Item1);

        var (a, b) = (await host.OfficerAsync(OfficerRole.Operator, "Вера"), await host.OfficerAsync(OfficerRole.Supervisor, "Глеб"));
        Assert.Equal((200, "cancel-proposed"), (await EventsHost.SayAsync(a, new { step = "propose-cancel", @event = id, ground = "safety" })).Brief);
        Assert.Equal((200, "cancelled"), (await EventsHost.SayAsync(b, new { step = "confirm-cancel", @event = id })).Brief);
    }
}
