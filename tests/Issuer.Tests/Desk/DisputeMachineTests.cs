using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Tests.Desk;

/// <summary>The machine of guardians' disagreements. Pure.</summary>
public sealed class DisputeMachineTests
{
    private static readonly DateTimeOffset Now = TestCase.Now;
    private static readonly Actor.Officer A = new("a", OfficerRole.Operator, "here");
    private static readonly Actor.Officer B = new("b", OfficerRole.Supervisor, "here");
    private static readonly Actor.Holder Guardian = new("guardian");
    private static readonly GuardianDispute Quiet = new("child");

    private static GuardianDispute Frozen => To(Quiet.On(new DisputeEvent.Objection("child"), Guardian, Now));

    [Fact]
    public void Any_guardian_freezes_and_two_officers_with_a_paper_resume()
    {
        Assert.Equal((DisputeState.FrozenNew, DeskRefusal.Frozen), (Frozen.State, Frozen.WhyNotIssue));
        var resumed = To(Frozen.On(new DisputeEvent.Settlement(DisputePaper.Court, B), A, Now));
        Assert.Equal((DisputeState.None, DeskRefusal.None), (resumed.State, resumed.WhyNotIssue));
        Assert.Equal(DisputeState.None, To(Frozen.On(new DisputeEvent.Settlement(DisputePaper.Agency, B), A, Now)).State);
        Assert.Equal(DisputeState.FrozenNew, To(resumed.On(new DisputeEvent.Objection(null), A, Now)).State);
    }

    [Fact]
    public void Only_who_acts_for_this_child_or_an_operator_for_one_who_is_there_objects()
    {
        Assert.Equal(DeskRefusal.NotYourCase, Why(Quiet.On(new DisputeEvent.Objection("another"), Guardian, Now)));
        Assert.Equal(DeskRefusal.NotYourCase, Why(Quiet.On(new DisputeEvent.Objection(null), Guardian, Now)));
        Assert.Equal(DeskRefusal.NotYourRole, Why(Quiet.On(new DisputeEvent.Objection(null), B, Now)));
        Assert.Equal(DeskRefusal.NotYourRole, Why(Quiet.On(new DisputeEvent.Objection("child"), new Actor.Clock(), Now)));
        Assert.Equal(DeskRefusal.None, Why(Quiet.On(new DisputeEvent.Objection(null), A, Now)));
        Assert.Equal(DeskRefusal.WrongState, Why(Frozen.On(new DisputeEvent.Objection("child"), Guardian, Now)));
    }

    [Fact]
    public void Nobody_resumes_alone_without_a_paper_or_in_another_role()
    {
        Assert.Equal(DeskRefusal.NotYourRole, Why(Frozen.On(new DisputeEvent.Settlement(DisputePaper.Court, B), Guardian, Now)));
        Assert.Equal(DeskRefusal.NotYourRole, Why(Frozen.On(new DisputeEvent.Settlement(DisputePaper.Court, B), new Actor.Clock(), Now)));
        Assert.Equal(DeskRefusal.SecondOfficerMissing, Why(Frozen.On(new DisputeEvent.Settlement(DisputePaper.Court, null), A, Now)));
        Assert.Equal(DeskRefusal.SameOfficer, Why(Frozen.On(new DisputeEvent.Settlement(DisputePaper.Court, A), A, Now)));
        Assert.Equal(DeskRefusal.NotYourRole, Why(Frozen.On(new DisputeEvent.Settlement(DisputePaper.Court, A), B, Now)));
        Assert.Equal(DeskRefusal.NotYourRole, Why(Frozen.On(new DisputeEvent.Settlement(DisputePaper.Court, B with { Role = OfficerRole.AppealOfficer }), A, Now)));
        Assert.Equal(DeskRefusal.GroundMissing, Why(Frozen.On(new DisputeEvent.Settlement(DisputePaper.None, B), A, Now)));
        Assert.Equal(DeskRefusal.WrongState, Why(Quiet.On(new DisputeEvent.Settlement(DisputePaper.Court, B), A, Now)));
        Assert.Equal(DeskRefusal.None, Why(Frozen.On(new DisputeEvent.Settlement(DisputePaper.Court, B), A, Now)));
    }

    private static GuardianDispute To(DisputeTransition transition) => Assert.IsType<DisputeTransition.Moved>(transition).To;

    private static DeskRefusal Why(DisputeTransition transition) => transition is DisputeTransition.Declined declined ? declined.Why : DeskRefusal.None;
}
