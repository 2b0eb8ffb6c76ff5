using System.Collections.Immutable;
using IdentityPlatform.EventDoor.Tickets;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.EventDoor;

/// <summary>What a door asks: "over 18, valid card", a ticket for this event, or both, each as SD-JWT VC or as mdoc; and nothing else.</summary>
internal static class DoorQuestion
{
    private const string Card = "card";
    private const string CardMdoc = "card-mdoc";
    private const string Ticket = "ticket";
    private const string TicketMdoc = "ticket-mdoc";

    // Where an mdoc says ages: ISO/IEC 23220-1.
    private const string AgeNamespace = "org.iso.23220.1";

    /// <summary>The ids of the queries that a ticket answers.</summary>
    public static ImmutableArray<string> Tickets { get; } = [Ticket, TicketMdoc];

    /// <summary>The question of a door with these settings.</summary>
    public static DcqlQuery Of(DoorSettings settings)
    {
        List<CredentialQuery> asked = [];
        List<CredentialSet> either = [];
        if (settings.Age > 0)
        {
            asked.Add(CredentialQuery.OfType(Card, "https://example.org/vct/compatriot-card/1").AskingFor(ClaimPath.Of("age_equal_or_over", $"{settings.Age}"), true));
            asked.Add(CredentialQuery.OfDocType(CardMdoc, "org.example.compatriotcard.1").AskingFor(ClaimPath.Of(AgeNamespace, $"age_over_{settings.Age}"), true));
            either.Add(new([[Card], [CardMdoc]]));
        }

        if (settings.Event is { } admitted)
        {
            asked.Add(TicketOf(CredentialQuery.OfType(Ticket, "https://example.org/vct/event-admission/1"), admitted, settings.Classes, name => ClaimPath.Of(name)));
            asked.Add(TicketOf(CredentialQuery.OfDocType(TicketMdoc, TicketRules.DocType), admitted, settings.Classes, name => ClaimPath.Of(TicketRules.DocType, name)));
            either.Add(new([[Ticket], [TicketMdoc]]));
        }

        return DcqlQuery.For([.. asked]).WithSets(either);
    }

    private static CredentialQuery TicketOf(CredentialQuery query, string admitted, IReadOnlyList<string> classes, Func<string, ClaimPath> at)
    {
        var ticket = query.AskingFor(at("event_id"), admitted).Asking(new ClaimQuery(null, at("starts_at"), [])).Asking(new ClaimQuery(null, at("ends_at"), []));
        return classes.Count == 0 ? ticket : ticket.AskingFor(at("admission_class"), [.. classes]);
    }
}
