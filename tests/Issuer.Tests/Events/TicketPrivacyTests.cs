using IdentityPlatform.Wallet.Issuance;

namespace IdentityPlatform.Issuer.Tests.Events;

/// <summary>Of a card that was shown nothing is kept, so that nobody can lay a ticket beside a card.</summary>
public sealed class TicketPrivacyTests
{
    [Theory]
    [InlineData(false, "general", "Концерт")]
    [InlineData(true, "participant", "Смена")]
    [Trait("Safeguard", "SG12")]
    public async Task No_value_of_a_shown_card_is_in_any_database_audit_or_log(bool programme, string kind, string name)
    {
        await using var host = await EventsHost.StartAsync();
        var id = await host.DecidedAsync(programme ? EventsHost.Programme(14) : EventsHost.Proposal());
        var card = new ShownCard(host.Cards);
        var ticket = Assert.IsType<CollectionOutcome.Collected>(await host.CollectAsync(await host.OfferAsync(host.Browser(), id, card, kind))).Copies[0];

        // Refused and repeated ones leave nothing either.
        await host.OfferAsync(host.Browser(), id, new ShownCard(host.Cards, over14: false), kind);
        var written = host.Written();
        Assert.All(card.Traces(), trace => Assert.DoesNotContain(trace, written, StringComparison.Ordinal));

        // The search finds what is there.
        Assert.Contains("mint.granted", written, StringComparison.Ordinal);
        Assert.Contains("event.approve", written, StringComparison.Ordinal);
        Assert.Contains(name, written, StringComparison.Ordinal);

        // And of the ticket that was given: no key, no salt, no signature.
        using var key = ticket.Key();
        var parts = ticket.Issued.Split('~', StringSplitOptions.RemoveEmptyEntries);
        string[] own = [key.PublicKey.ThumbprintText(), .. parts[0].Split('.')[1..], .. parts[1..]];
        Assert.All(own, trace => Assert.DoesNotContain(trace, written, StringComparison.Ordinal));
    }
}
