using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Status;
using static IdentityPlatform.Issuer.Desk.CardOrderState;

namespace IdentityPlatform.Issuer.Tests.Desk;

public sealed class CardOrderTests
{
    private static readonly (CardOrderStep Step, Actor Actor, CardOrderState From, CardOrderState To)[] Arrows =
    [
        (CardOrderStep.Propose, TestCase.A, None, Proposed),
        (CardOrderStep.Confirm, TestCase.B, Proposed, Done),
        (CardOrderStep.Decline, TestCase.B, Proposed, Declined),
        (CardOrderStep.Appeal, TestCase.Holder, Done, Appealed),
        (CardOrderStep.Uphold, TestCase.C, Appealed, Upheld),
        (CardOrderStep.Overturn, TestCase.C, Appealed, Overturned),
    ];

    [Fact]
    public void Every_step_in_every_state_moves_along_its_arrow_or_is_refused()
    {
        foreach (var state in Enum.GetValues<CardOrderState>())
        {
            foreach (var (step, actor, from, to) in Arrows)
            {
                var (next, why) = In(state).On(step, actor, TestCase.Now);
                Assert.Equal((step, state, state == from ? to : None, state == from ? DeskRefusal.None : DeskRefusal.WrongState), (step, state, next?.State ?? None, why));
            }
        }
    }

    [Fact]
    public void Nobody_says_two_of_the_three_words()
    {
        Assert.Equal(DeskRefusal.SameOfficer, In(Proposed).On(CardOrderStep.Confirm, TestCase.B with { Id = "a" }, TestCase.Now).Why);
        Assert.Equal(DeskRefusal.SameOfficer, In(Appealed).On(CardOrderStep.Overturn, TestCase.C with { Id = "a" }, TestCase.Now).Why);
        Assert.Equal(DeskRefusal.SameOfficer, (In(Appealed) with { SecondOfficer = "b" }).On(CardOrderStep.Overturn, TestCase.C with { Id = "b" }, TestCase.Now).Why);
        Assert.Equal(DeskRefusal.None, (In(Appealed) with { SecondOfficer = "b" }).On(CardOrderStep.Overturn, TestCase.C, TestCase.Now).Why);
    }

    [Fact]
    public void Each_step_belongs_to_its_role_its_centre_and_its_holder()
    {
        foreach (var (step, actor, from, _) in Arrows)
        {
            var wrong = actor is Actor.Holder ? new Actor.Holder("somebody else") : TestCase.Holder;
            Assert.Equal(actor is Actor.Holder ? DeskRefusal.NotYourCase : DeskRefusal.NotYourRole, In(from).On(step, wrong, TestCase.Now).Why);
        }

        Assert.Equal(DeskRefusal.NotYourRole, In(None).On(CardOrderStep.Propose, TestCase.B, TestCase.Now).Why);
        Assert.Equal(DeskRefusal.OtherCentre, In(Proposed).On(CardOrderStep.Confirm, TestCase.B with { Centre = "almaty" }, TestCase.Now).Why);
        Assert.Equal(DeskRefusal.None, In(Appealed).On(CardOrderStep.Uphold, TestCase.C with { Centre = "almaty" }, TestCase.Now).Why);
    }

    [Fact]
    public void A_proposal_waits_a_week_an_appeal_has_thirty_days_and_a_suspicion_none()
    {
        Assert.Equal(DeskRefusal.None, In(Proposed).On(CardOrderStep.Confirm, TestCase.B, TestCase.Now.AddDays(7)).Why);
        Assert.Equal(DeskRefusal.TooLate, In(Proposed).On(CardOrderStep.Confirm, TestCase.B, TestCase.Now.AddDays(7).AddSeconds(1)).Why);
        Assert.Equal(DeskRefusal.None, In(Done).On(CardOrderStep.Appeal, TestCase.Holder, TestCase.Now.AddDays(30)).Why);
        Assert.Equal(DeskRefusal.TooLate, In(Done).On(CardOrderStep.Appeal, TestCase.Holder, TestCase.Now.AddDays(30).AddSeconds(1)).Why);
        Assert.Equal(DeskRefusal.TooLate, (In(Done) with { Kind = CardOrderKind.SuspectFraud }).On(CardOrderStep.Appeal, TestCase.Holder, TestCase.Now.AddSeconds(1)).Why);
    }

    private static CardOrder In(CardOrderState state) => new()
    {
        Id = "order",
        CardId = "card",
        ApplicationId = "case",
        PersonId = "person",
        Centre = "yerevan",
        State = state,
        Kind = CardOrderKind.Revoke,
        Ground = RevocationGround.WrongData,
        ChangedAt = TestCase.Now,
        FirstOfficer = "a",
    };
}
