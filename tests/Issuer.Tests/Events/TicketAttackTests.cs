using System.Security.Cryptography;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Events;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Desk;
using IdentityPlatform.Issuer.Tests.Minting;

namespace IdentityPlatform.Issuer.Tests.Events;

/// <summary>A captured web process asks the signer for tickets that two officers did not decide, or for more of them. Each refusal has its twin.</summary>
public sealed class TicketAttackTests
{
    [Fact]
    public async Task An_event_that_two_officers_did_not_decide_has_no_tickets()
    {
        await using var scene = await TicketScene.StartAsync();
        var (first, second) = (scene.Decisions()[0], scene.Decisions()[1]);
        await scene.RefusedAsync("TooFewDecisions", scene.Order("t", decisions: []));
        await scene.RefusedAsync("TooFewDecisions", scene.Order("t", decisions: [first]));
        await scene.RefusedAsync("TooFewDecisions", scene.Order("t", decisions: [second]));
        var alone = scene.A.As(OfficerRole.Supervisor).DecideEvent(DecisionKind.Approve, scene.Concert, TestCase.Now.AddMinutes(1), scene.Roster);
        await scene.RefusedAsync("SameOfficer", scene.Order("t", decisions: [first, alone]));
        var swapped = scene.B.As(OfficerRole.Operator).DecideEvent(DecisionKind.Approve, scene.Concert, TestCase.Now.AddMinutes(1), scene.Roster);
        await scene.RefusedAsync("WrongRole", scene.Order("t", decisions: [first, swapped]));
        await scene.RefusedAsync("DecisionHashMismatch", scene.Order("t", decisions: [first, second with { Assertion = first.Assertion }]));
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = scene.B.DecideEvent(DecisionKind.Approve, scene.Concert, TestCase.Now, IdentityPlatform.Formats.Jose.SigningKey.From(own));
        await scene.RefusedAsync("RosterEntryForged", scene.Order("t", decisions: [first, forged]));
        await scene.MintedAsync(scene.Order("t", decisions: [first, second]));
    }

    [Fact]
    public async Task A_changed_event_is_another_one()
    {
        await using var scene = await TicketScene.StartAsync();
        EventFacts[] changed =
        [
            scene.Concert with { Name = "Другой концерт" },
            scene.Concert with { Venue = scene.Concert.Venue with { Locality = "Гюмри" } },
            scene.Concert with { EndsAt = scene.Concert.EndsAt.AddHours(1) },
            scene.Concert with { StartsAt = scene.Concert.StartsAt.AddHours(-1) },
            scene.Concert with { MinimumAge = 0 },
            scene.Concert with { Classes = [new AdmissionClass("general", 1000, false)] },
        ];
        foreach (var facts in changed)
        {
            await scene.RefusedAsync("ClaimsChanged", scene.Order("t", facts));
        }

        await scene.RefusedAsync("ClaimsUnfit", scene.Order("t", scene.Concert, id: "another"));
        await scene.MintedAsync(scene.Order("t"));
        await scene.MintedAsync(scene.Order("t", changed[0] with { Id = "other" }, scene.Decisions(changed[0] with { Id = "other" })));
    }

    [Fact]
    public async Task What_was_decided_about_something_else_gives_no_ticket()
    {
        await using var scene = await TicketScene.StartAsync();
        await scene.RefusedAsync("NotThisCase", scene.Order("t", decisions: scene.Decisions(TicketScene.Event("other"))));

        // Two officers said yes to a card of the same number; a commitment can be anything.
        DecisionDocument Card(DecisionKind kind, string officer) =>
            DecisionDocument.Of("concert", "events", ["event-admission"], kind, RefusalGround.None, officer, scene.Concert.Commitment(), [], TestCase.Now);
        var decisions = scene.Decisions();
        decisions[1] = decisions[1] with { Document = Card(DecisionKind.Approve, "b").ToBytes() };
        await scene.RefusedAsync("NotThisCase", scene.Order("t", decisions: decisions));

        var otherType = new[]
        {
            scene.A.DecideEvent(DecisionKind.RecommendIssue, scene.Concert, TestCase.Now, scene.Roster, type: "programme"),
            scene.B.DecideEvent(DecisionKind.Approve, scene.Concert, TestCase.Now.AddMinutes(1), scene.Roster, type: "programme"),
        };
        await scene.RefusedAsync("TypeNotDecided", scene.Order("t", decisions: otherType));
        await scene.RefusedAsync("UnknownConfiguration", scene.Order("t", configuration: "compatriot-card"));
        await scene.MintedAsync(scene.Order("t", configuration: "event-admission-mdoc"));
    }

    [Fact]
    public async Task No_more_tickets_than_places()
    {
        await using var scene = await TicketScene.StartAsync();
        await scene.MintedAsync(scene.Order("1"));
        await scene.MintedAsync(scene.Order("2"));
        await scene.RefusedAsync("EventFull", scene.Order("3"));
        await scene.RefusedAsync("NoSuchPlace", scene.Order("3", kind: "balcony"));
        await scene.RefusedAsync("NoSuchPlace", scene.Order("3", kind: "seated"));
        await scene.RefusedAsync("NoSuchPlace", scene.Order("3", kind: "seated", seat: "4"));
        await scene.RefusedAsync("NoSuchPlace", scene.Order("3", kind: "seated", seat: "01"));
        await scene.RefusedAsync("NoSuchPlace", scene.Order("3", kind: "general", seat: "1"));
        await scene.MintedAsync(scene.Order("3", kind: "seated", seat: "3"));
        await scene.RefusedAsync("SeatTaken", scene.Order("4", kind: "seated", seat: "3"));
        await scene.MintedAsync(scene.Order("4", kind: "seated", seat: "1"));
    }

    [Fact]
    public async Task Forty_orders_at_once_get_the_two_places_that_there_are()
    {
        await using var scene = await TicketScene.StartAsync();
        var orders = Enumerable.Range(0, 40).Select(number => scene.Order($"{number}")).ToList();
        var answers = await Task.WhenAll(orders.Select(order => scene.Link.AskAsync(order, CancellationToken.None)));
        Assert.Equal(2, answers.Count(answer => answer is SignerAnswer.Minted));
        Assert.Equal(38, answers.Count(answer => answer is SignerAnswer.Refused { Rule: "EventFull" }));
    }

    [Fact]
    public async Task One_ticket_is_minted_once_in_whatever_format()
    {
        await using var scene = await TicketScene.StartAsync();
        await scene.MintedAsync(scene.Order("1"));
        await scene.RefusedAsync("TicketSpent", scene.Order("1"));
        await scene.RefusedAsync("TicketSpent", scene.Order("1", configuration: "event-admission-mdoc"));
        await scene.RefusedAsync("TicketSpent", scene.Order("1", kind: "seated", seat: "1"));
        await scene.MintedAsync(scene.Order("2"));
    }

    [Fact]
    public async Task A_number_that_was_decided_twice_gives_tickets_of_what_came_first()
    {
        await using var scene = await TicketScene.StartAsync();
        var larger = scene.Concert with { Classes = [new AdmissionClass("general", 1000, false)] };
        await scene.MintedAsync(scene.Order("1"));
        await scene.RefusedAsync("EventChanged", scene.Order("2", larger, scene.Decisions(larger)));
        await scene.MintedAsync(scene.Order("2"));
    }

    [Fact]
    public async Task After_the_end_there_are_no_tickets()
    {
        await using var scene = await TicketScene.StartAsync();
        var decisions = scene.Decisions();
        scene.Clock.Now = scene.Concert.EndsAt;
        await scene.RefusedAsync("EventOver", scene.Order("1", decisions: decisions));
        scene.Clock.Now = scene.Concert.EndsAt.AddSeconds(-1);
        await scene.MintedAsync(scene.Order("1", decisions: decisions));
    }

    [Fact]
    public async Task What_the_custodian_withdrew_gives_no_tickets_any_more()
    {
        await using var scene = await TicketScene.StartAsync();
        await scene.MintedAsync(scene.Order("1"));
        scene.Signer.Deny(denials => denials.WithApplication("concert"));
        await scene.RefusedAsync("DecisionDenied", scene.Order("2"));
        await scene.MintedAsync(scene.Order("2", TicketScene.Event("other"), scene.Decisions(TicketScene.Event("other"))));
    }

    [Fact]
    public async Task Keys_of_another_curve_strange_entries_and_orders_for_cards_mint_nothing()
    {
        await using var scene = await TicketScene.StartAsync();
        var copy = AttackScene.Copies(1)[0];
        await scene.RefusedAsync("HolderKeysUnfit", scene.Order("1", copy: copy with { Key = AttackScene.NewKey(ECCurve.NamedCurves.nistP384) }));
        await scene.RefusedAsync("StatusEntriesUnfit", scene.Order("1", copy: copy with { Status = new StatusIndex(0, 1 << 20) }));
        await scene.RefusedAsync("StatusEntriesUnfit", scene.Order("1", copy: copy with { Status = new StatusIndex(-1, 1) }));
        await scene.MintedAsync(scene.Order("1", copy: copy));
    }

    [Fact]
    public async Task A_ticket_cannot_be_ordered_as_a_card()
    {
        await using var scene = await TicketScene.StartAsync();
        var claims = AttackScene.Of(scene.Concert.Claims("general", null).GetRawText());
        StoredDecision Say(DecidingOfficer officer, DecisionKind kind) =>
            officer.Decide(kind, claims, TestCase.Now, scene.Roster, application: "case", type: "event-admission", deployment: "events");
        var order = new MintOrder
        {
            ConfigurationId = "event-admission",
            KeyId = scene.Order("1").KeyId,
            ApplicationId = "case",
            Decisions = [Say(scene.A, DecisionKind.RecommendIssue), Say(scene.B, DecisionKind.Approve)],
            Payments = [],
            Claims = claims,
            Details = new CardDetails(DocumentNumber.WithCheckDigits("1234567890123"), Days.Date(Days.Of(scene.Clock.Now)), Days.Date(Days.Of(scene.Clock.Now))),
            Validity = new CopyValidity(Days.Of(scene.Clock.Now), Days.Of(scene.Clock.Now) + 1),
            Copies = AttackScene.Copies(1),
        };
        Assert.Equal("TypeNotDecided", Assert.IsType<SignerAnswer.Refused>(await scene.Link.AskAsync(order, CancellationToken.None)).Rule);
        await scene.MintedAsync(scene.Order("1"));
    }
}
