using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Status;
using static IdentityPlatform.Issuer.Desk.CardState;

namespace IdentityPlatform.Issuer.Tests.Desk;

public sealed class CardMachineTests
{
    private static readonly (string Name, CardEvent Event, Actor Actor, (CardState From, CardState To, RevocationGround? Copies)[] Arrows)[] Table =
    [
        ("offer", new CardEvent.Offer(TestCase.Now.AddHours(1)), TestCase.Holder, [(Approved, Offered, null), (Offered, Offered, null)]),
        ("offer across the desk", new CardEvent.Offer(TestCase.Now.AddMinutes(10)), TestCase.A, [(Approved, Offered, null), (Offered, Offered, null)]),
        ("offer ended", new CardEvent.OfferEnded(), TestCase.Clock, [(Offered, Approved, null)]),
        ("collected", new CardEvent.Collected(), TestCase.Clock, [(Offered, Active, null), (Active, Active, null)]),
        ("lost", new CardEvent.ReportLoss(), TestCase.Holder, [(Active, Suspended, RevocationGround.Suspension)]),
        ("fraud", new CardEvent.SuspectFraud(TestCase.B), TestCase.A, [(Active, Suspended, RevocationGround.Suspension)]),
        ("clear", new CardEvent.Clear(), TestCase.A, [(Suspended, Active, null)]),
        ("confirm loss", new CardEvent.ConfirmLoss(), TestCase.Holder, [(Suspended, Revoked, RevocationGround.KeyCompromise)]),
        ("suspension ended", new CardEvent.SuspensionEnded(), TestCase.Clock, [(Suspended, Revoked, RevocationGround.KeyCompromise)]),
        ("holder revokes", new CardEvent.RevokeByHolder(), TestCase.Holder, [.. Live(Revoked, RevocationGround.HolderRequest)]),
        ("court", new CardEvent.Revoke(RevocationGround.CourtDecision, TestCase.B), TestCase.A, [.. Live(Revoked, RevocationGround.CourtDecision)]),
        ("death", new CardEvent.Revoke(RevocationGround.Death, TestCase.B), TestCase.A, [.. Live(ClosedDeceased, RevocationGround.Death)]),
        ("its person is no more", new CardEvent.PersonGone(), TestCase.Clock, [.. Live(Revoked, RevocationGround.Death)]),
        ("amended", new CardEvent.Amend(TestCase.B), TestCase.A,
            [(Approved, Approved, RevocationGround.Superseded), (Offered, Offered, RevocationGround.Superseded), (Active, Active, RevocationGround.Superseded)]),
        ("renew", new CardEvent.Renew(), TestCase.Holder, [(Active, Superseded, RevocationGround.Superseded)]),
        ("supersede", new CardEvent.Supersede(), TestCase.Clock, [.. Live(Superseded, RevocationGround.Superseded)]),
        ("expire", new CardEvent.Expire(), TestCase.Clock, [(Active, Expired, null), (Suspended, Expired, null)]),
    ];

    public static TheoryData<CardState, int> EveryPair()
    {
        var pairs = new TheoryData<CardState, int>();
        foreach (var state in Enum.GetValues<CardState>().Where(state => state != None))
        {
            for (var row = 0; row < Table.Length; row++)
            {
                pairs.Add(state, row);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(EveryPair))]
    public void Every_event_in_every_state_moves_along_its_arrow_or_is_refused(CardState state, int row)
    {
        var (name, happened, actor, arrows) = Table[row];
        var until = name.EndsWith("ended", StringComparison.Ordinal) ? TestCase.Now : TestCase.Now.AddMinutes(1);
        var transition = In(state, until).On(happened, actor, TestCase.Now);
        if (Array.FindIndex(arrows, arrow => arrow.From == state) is var found && found >= 0)
        {
            var moved = Assert.IsType<CardTransition.Moved>(transition);
            Assert.Equal((name, arrows[found].To, arrows[found].Copies), (name, moved.To.State, moved.Copies));
        }
        else
        {
            Assert.Equal((name, DeskRefusal.WrongState), (name, Assert.IsType<CardTransition.Declined>(transition).Why));
        }
    }

    [Fact]
    public void An_offer_that_has_ended_is_not_collected() =>
        Assert.Equal(DeskRefusal.TooLate, WhyOf(In(Offered, TestCase.Now.AddSeconds(-1)).On(new CardEvent.Collected(), TestCase.Clock, TestCase.Now)));

    [Fact]
    public void A_lost_card_is_suspended_for_thirty_days_and_then_revoked()
    {
        var lost = Assert.IsType<CardTransition.Moved>(In(Active, null).On(new CardEvent.ReportLoss(), TestCase.Holder, TestCase.Now)).To;
        Assert.Equal(TestCase.Now.AddDays(30), lost.Until);
        Assert.Equal(DeskRefusal.TooEarly, WhyOf(lost.On(new CardEvent.SuspensionEnded(), TestCase.Clock, TestCase.Now.AddDays(29))));
        var ended = Assert.IsType<CardTransition.Moved>(lost.On(new CardEvent.SuspensionEnded(), TestCase.Clock, TestCase.Now.AddDays(30))).To;
        Assert.Equal((Revoked, RevocationGround.KeyCompromise), (ended.State, ended.Ground));
    }

    [Fact]
    [Trait("Safeguard", "SG11")]
    public void A_suspicion_lapses_by_itself_after_fourteen_days()
    {
        var suspected = Assert.IsType<CardTransition.Moved>(In(Active, null).On(new CardEvent.SuspectFraud(TestCase.B), TestCase.A, TestCase.Now)).To;
        Assert.Equal(DeskRefusal.TooEarly, WhyOf(suspected.On(new CardEvent.SuspensionEnded(), TestCase.Clock, TestCase.Now.AddDays(13))));
        Assert.Equal(Active, Assert.IsType<CardTransition.Moved>(suspected.On(new CardEvent.SuspensionEnded(), TestCase.Clock, TestCase.Now.AddDays(14))).To.State);
        Assert.Equal(DeskRefusal.NotYourRole, WhyOf(suspected.On(new CardEvent.Clear(), TestCase.A, TestCase.Now)));
        Assert.Equal(DeskRefusal.None, WhyOf(suspected.On(new CardEvent.Clear(), TestCase.B, TestCase.Now)));
    }

    [Fact]
    [Trait("Safeguard", "SG11")]
    public void Officers_revoke_by_two_and_on_a_ground_of_theirs()
    {
        var card = In(Active, null);
        Assert.Equal(DeskRefusal.SecondOfficerMissing, WhyOf(card.On(new CardEvent.Revoke(RevocationGround.WrongData, null), TestCase.A, TestCase.Now)));
        Assert.Equal(DeskRefusal.SameOfficer, WhyOf(card.On(new CardEvent.Revoke(RevocationGround.WrongData, TestCase.A), TestCase.A, TestCase.Now)));
        Assert.Equal(DeskRefusal.NotYourRole, WhyOf(card.On(new CardEvent.Revoke(RevocationGround.WrongData, TestCase.A with { Id = "other" }), TestCase.A, TestCase.Now)));
        Assert.Equal(DeskRefusal.GroundMissing, WhyOf(card.On(new CardEvent.Revoke(RevocationGround.HolderRequest, TestCase.B), TestCase.A, TestCase.Now)));
        Assert.Equal(DeskRefusal.None, WhyOf(card.On(new CardEvent.Revoke(RevocationGround.WrongData, TestCase.B), TestCase.A, TestCase.Now)));
    }

    [Fact]
    public void A_card_is_renewed_from_ninety_days_before_its_last_day_and_expires_after_it()
    {
        var last = DateOnly.FromDateTime(TestCase.Now.UtcDateTime).AddDays(90);
        var card = In(Active, null) with { Expires = last };
        Assert.Equal(DeskRefusal.TooEarly, WhyOf((card with { Expires = last.AddDays(1) }).On(new CardEvent.Renew(), TestCase.Holder, TestCase.Now)));
        Assert.Equal(DeskRefusal.TooEarly, WhyOf((card with { Expires = null }).On(new CardEvent.Renew(), TestCase.Holder, TestCase.Now)));
        Assert.Equal(DeskRefusal.NotYourRole, WhyOf(card.On(new CardEvent.Renew(), TestCase.B, TestCase.Now)));
        Assert.Equal(TimeSpan.FromDays(1), Assert.IsType<CardTransition.Moved>(card.On(new CardEvent.Renew(), TestCase.Holder, TestCase.Now)).Grace);
        Assert.Equal(DeskRefusal.TooEarly, WhyOf(card.On(new CardEvent.Expire(), TestCase.Clock, TestCase.Now.AddDays(90))));
        Assert.Equal(Expired, Assert.IsType<CardTransition.Moved>(card.On(new CardEvent.Expire(), TestCase.Clock, TestCase.Now.AddDays(91))).To.State);
    }

    [Fact]
    public void A_suspicion_is_not_escaped_by_a_change_of_name()
    {
        var suspected = In(Suspended, null) with { Suspension = SuspensionReason.Fraud };
        Assert.Equal(DeskRefusal.WrongState, WhyOf(suspected.On(new CardEvent.Supersede(), TestCase.Clock, TestCase.Now)));
        Assert.Equal(DeskRefusal.None, WhyOf(In(Suspended, null).On(new CardEvent.Supersede(), TestCase.Clock, TestCase.Now)));
    }

    [Fact]
    public void Somebody_elses_card_is_nobodys_to_report()
    {
        Assert.Equal(DeskRefusal.NotYourCase, WhyOf(In(Active, null).On(new CardEvent.ReportLoss(), new Actor.Holder("other"), TestCase.Now)));
        Assert.Equal(DeskRefusal.NotYourRole, WhyOf(In(Active, null).On(new CardEvent.RevokeByHolder(), TestCase.B, TestCase.Now)));
        Assert.Equal(DeskRefusal.NotYourRole, WhyOf(In(Offered, null).On(new CardEvent.Collected(), TestCase.Holder, TestCase.Now)));
    }

    private static IEnumerable<(CardState, CardState, RevocationGround?)> Live(CardState to, RevocationGround ground) =>
        new[] { Approved, Offered, Active, Suspended }.Select(from => (from, to, (RevocationGround?)ground));

    private static Card In(CardState state, DateTimeOffset? until) => new()
    {
        Id = "card",
        PersonId = "person",
        State = state,
        Until = until,
        Suspension = state == Suspended ? SuspensionReason.Loss : SuspensionReason.None,
        Expires = DateOnly.FromDateTime(TestCase.Now.UtcDateTime).AddDays(-1),
        ChangedAt = TestCase.Now.AddDays(-1),
    };

    private static DeskRefusal WhyOf(CardTransition transition) => transition is CardTransition.Declined declined ? declined.Why : DeskRefusal.None;
}
