using IdentityPlatform.Issuer.Desk;
using static IdentityPlatform.Issuer.Desk.ApplicationState;

namespace IdentityPlatform.Issuer.Tests.Desk;

public sealed class ApplicationMachineTests
{
    private static readonly ApplicationEvent.Decide Approve = new(DecisionKind.Approve, RefusalGround.None, false);
    private static readonly ApplicationEvent.Decide Refuse = new(DecisionKind.Refuse, RefusalGround.IdentityNotProved, false);
    private static readonly ApplicationEvent.Decide Recommend = new(DecisionKind.RecommendIssue, RefusalGround.None, false);

    // Each event once with whoever may do it and every guard met, and the states where it is an arrow. Everywhere else it is refused.
    private static readonly (string Name, ApplicationEvent Event, Actor Actor, (ApplicationState From, ApplicationState To)[] Arrows)[] Table =
    [
        ("submit", new ApplicationEvent.Submit(true), TestCase.Holder, [(Draft, Submitted)]),
        ("pre-check", new ApplicationEvent.PreCheckPassed(), TestCase.Clock, [(Submitted, ReadyToBook)]),
        ("incomplete", new ApplicationEvent.FoundIncomplete(), TestCase.A, [(Submitted, Returned)]),
        ("resubmit", new ApplicationEvent.Resubmit(true), TestCase.Holder, [(Returned, Submitted)]),
        ("book", new ApplicationEvent.Book(TestCase.Here, TestCase.Today), TestCase.Holder, [(ReadyToBook, Booked), (Booked, Booked)]),
        ("check in", new ApplicationEvent.CheckIn(TestCase.Here), TestCase.A, [(Booked, InProofing)]),
        ("proof", new ApplicationEvent.CompleteProofing(TestCase.Record(), TestCase.Adult, false), TestCase.A, [(InProofing, Proofed)]),
        ("hold", new ApplicationEvent.HoldForCare(), TestCase.A, [(InProofing, OnHoldCare)]),
        ("unreadable", new ApplicationEvent.DocumentUnreadable(), TestCase.A, [(InProofing, Returned)]),
        ("recommend", Recommend, TestCase.A, [(Proofed, PendingDecision)]),
        ("recommend refusal", new ApplicationEvent.Decide(DecisionKind.RecommendRefusal, RefusalGround.DocumentInvalid, false), TestCase.A, [(Proofed, PendingDecision)]),
        ("approve", Approve, TestCase.B, [(PendingDecision, Approved)]),
        ("refuse", Refuse, TestCase.B, [(PendingDecision, Refused)]),
        ("approve in appeal", Approve, TestCase.C, [(InAppeal, Approved)]),
        ("refuse in appeal", Refuse, TestCase.C, [(InAppeal, RefusedFinal)]),
        ("ask", new ApplicationEvent.Ask(), TestCase.B, [(PendingDecision, Returned)]),
        ("appeal", new ApplicationEvent.Appeal(), TestCase.Holder, [(Refused, InAppeal)]),
        ("withdraw", new ApplicationEvent.Withdraw(), TestCase.Holder,
            [.. new[] { Draft, Submitted, ReadyToBook, Returned, Booked, InProofing, OnHoldCare, Proofed, PendingDecision, Refused, InAppeal }.Select(from => (from, Withdrawn))]),
    ];

    public static TheoryData<ApplicationState, int> EveryPair()
    {
        var pairs = new TheoryData<ApplicationState, int>();
        foreach (var state in Enum.GetValues<ApplicationState>().Where(state => state != None))
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
    public void Every_event_in_every_state_moves_along_its_arrow_or_is_refused(ApplicationState state, int row)
    {
        var (name, happened, actor, arrows) = Table[row];
        var transition = TestCase.In(state).On(happened, actor, TestCase.Now);
        if (Array.FindIndex(arrows, arrow => arrow.From == state) is var found && found >= 0)
        {
            Assert.Equal((name, arrows[found].To), (name, Assert.IsType<Transition.Moved>(transition).To.State));
        }
        else
        {
            // Of who decides the actor is asked first where the state says who that is.
            var expected = (name, state) switch
            {
                ("approve" or "refuse", InAppeal) => DeskRefusal.SameOfficer,
                ("approve in appeal" or "refuse in appeal", PendingDecision) => DeskRefusal.NotYourRole,
                ("ask", InAppeal) => DeskRefusal.NotYourRole,
                ("ask", Refused or RefusedFinal or Withdrawn or Lapsed) => DeskRefusal.SameOfficer,
                _ => DeskRefusal.WrongState,
            };
            Assert.Equal((name, expected), (name, Assert.IsType<Transition.Declined>(transition).Why));
        }
    }

    [Fact]
    public void Each_event_is_refused_to_whoever_may_not_do_it()
    {
        var stranger = new Actor.Holder("somebody else");
        foreach (var (name, happened, actor, arrows) in Table)
        {
            var wrong = actor is Actor.Holder ? stranger : TestCase.Holder;
            var expected = actor is Actor.Holder ? DeskRefusal.NotYourCase : DeskRefusal.NotYourRole;
            var transition = TestCase.In(arrows[0].From).On(happened, wrong, TestCase.Now);
            Assert.Equal((name, expected), (name, Assert.IsType<Transition.Declined>(transition).Why));
        }
    }

    [Fact]
    public void A_refusal_becomes_final_when_the_time_for_an_appeal_has_passed()
    {
        var refused = TestCase.In(Refused) with { RefusedAt = TestCase.Now.AddDays(-30).AddSeconds(-1) };
        Assert.Equal(RefusedFinal, Assert.IsType<Transition.Moved>(refused.On(new ApplicationEvent.AppealTermEnded(), TestCase.Clock, TestCase.Now)).To.State);
        AssertDeclined(DeskRefusal.TooEarly, Refused, new ApplicationEvent.AppealTermEnded(), TestCase.Clock);
        AssertDeclined(DeskRefusal.WrongState, InAppeal, new ApplicationEvent.AppealTermEnded(), TestCase.Clock);
        AssertDeclined(DeskRefusal.NotYourRole, Refused, new ApplicationEvent.AppealTermEnded(), TestCase.B);
    }

    [Fact]
    public void Without_consent_nothing_is_sent_in()
    {
        AssertDeclined(DeskRefusal.ConsentMissing, Draft, new ApplicationEvent.Submit(false), TestCase.Holder);
        AssertDeclined(DeskRefusal.ConsentMissing, Returned, new ApplicationEvent.Resubmit(false), TestCase.Holder);
    }

    [Fact]
    public void Sending_in_again_starts_a_new_attempt_without_anything_of_the_earlier_one()
    {
        var returned = TestCase.In(PendingDecision).On(new ApplicationEvent.Ask(), TestCase.B, TestCase.Now);
        var again = Assert.IsType<Transition.Moved>(Assert.IsType<Transition.Moved>(returned).To.On(new ApplicationEvent.Resubmit(true), TestCase.Holder, TestCase.Now)).To;
        Assert.Equal(2, again.Attempt);
        Assert.Null(again.FirstOfficer);
        Assert.Equal((ProofingOutcome.None, DecisionKind.None), (again.Proofing, again.Recommendation));
    }

    [Theory]
    [InlineData(-1, DeskRefusal.DayNotOpen)]
    [InlineData(0, DeskRefusal.None)]
    [InlineData(90, DeskRefusal.None)]
    [InlineData(91, DeskRefusal.DayNotOpen)]
    public void A_visit_is_booked_from_today_to_ninety_days_ahead(int days, DeskRefusal expected) =>
        Assert.Equal(expected, WhyOf(TestCase.In(ReadyToBook).On(new ApplicationEvent.Book(TestCase.Here, TestCase.Today.AddDays(days)), TestCase.Holder, TestCase.Now)));

    [Fact]
    public void A_visit_is_moved_three_times_and_not_a_fourth()
    {
        var application = TestCase.In(Booked);
        for (var i = 0; i < 3; i++)
        {
            application = Assert.IsType<Transition.Moved>(application.On(new ApplicationEvent.Book(TestCase.There, TestCase.Today.AddDays(i)), TestCase.Holder, TestCase.Now)).To;
        }

        Assert.Equal(DeskRefusal.TooManyReschedules, WhyOf(application.On(new ApplicationEvent.Book(TestCase.Here, TestCase.Today), TestCase.Holder, TestCase.Now)));
    }

    [Fact]
    public void Check_in_is_on_the_day_of_the_appointment_by_the_centres_own_calendar()
    {
        // 21:00 UTC is the next day in Yerevan.
        var evening = new DateTimeOffset(2026, 11, 22, 21, 0, 0, TimeSpan.Zero);
        var noon = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(DeskRefusal.None, WhyOf(TestCase.In(Booked).On(new ApplicationEvent.CheckIn(TestCase.Here), TestCase.A, evening)));
        Assert.Equal(DeskRefusal.OtherDay, WhyOf(TestCase.In(Booked).On(new ApplicationEvent.CheckIn(TestCase.Here), TestCase.A, noon)));
    }

    [Fact]
    public void Check_in_is_at_the_centre_of_the_appointment()
    {
        AssertDeclined(DeskRefusal.OtherCentre, Booked, new ApplicationEvent.CheckIn(TestCase.There), TestCase.A);
        AssertDeclined(DeskRefusal.OtherCentre, Booked, new ApplicationEvent.CheckIn(TestCase.There), TestCase.A with { Centre = "almaty" });
    }

    [Fact]
    public void A_missed_visit_can_be_booked_again_once_its_day_is_over()
    {
        AssertDeclined(DeskRefusal.NotMissedYet, Booked, new ApplicationEvent.NoShow(TestCase.Here), TestCase.A);
        var missed = TestCase.In(Booked) with { Day = TestCase.Today.AddDays(-1) };
        Assert.Equal(ReadyToBook, Assert.IsType<Transition.Moved>(missed.On(new ApplicationEvent.NoShow(TestCase.Here), TestCase.A, TestCase.Now)).To.State);
    }

    [Theory]
    [InlineData(179, DeskRefusal.NotIdleYet)]
    [InlineData(180, DeskRefusal.None)]
    public void An_application_lapses_after_half_a_year_without_a_word(int days, DeskRefusal expected) =>
        Assert.Equal(expected, WhyOf(TestCase.In(ReadyToBook).On(new ApplicationEvent.Lapse(), TestCase.Clock, TestCase.In(ReadyToBook).ChangedAt.AddDays(days))));

    [Fact]
    [Trait("Safeguard", "SG11")]
    public void Nobody_decides_alone()
    {
        AssertDeclined(DeskRefusal.SameOfficer, PendingDecision, Approve, TestCase.A);
        AssertDeclined(DeskRefusal.SameOfficer, PendingDecision, Approve, TestCase.B with { Id = TestCase.A.Id });
        AssertDeclined(DeskRefusal.NotYourRole, PendingDecision, Approve, TestCase.A with { Id = "another operator" });
    }

    [Fact]
    public void The_recommendation_is_of_the_officer_who_saw_the_person() =>
        AssertDeclined(DeskRefusal.NotYourCase, Proofed, Recommend, TestCase.A with { Id = "another operator" });

    [Fact]
    public void Nobody_decides_about_a_relative()
    {
        AssertDeclined(DeskRefusal.Related, Proofed, Recommend with { Related = true }, TestCase.A);
        AssertDeclined(DeskRefusal.Related, PendingDecision, Approve with { Related = true }, TestCase.B);
    }

    [Fact]
    [Trait("Safeguard", "SG11")]
    public void A_refusal_has_one_of_the_closed_grounds()
    {
        AssertDeclined(DeskRefusal.GroundMissing, PendingDecision, Refuse with { Ground = RefusalGround.None }, TestCase.B);
        AssertDeclined(DeskRefusal.GroundMissing, Proofed, new ApplicationEvent.Decide(DecisionKind.RecommendRefusal, RefusalGround.None, false), TestCase.A);
    }

    [Fact]
    public void Nobody_is_in_favour_of_what_was_not_proofed_or_is_a_duplicate()
    {
        Assert.Equal(DeskRefusal.ProofingNotPassed, WhyOf((TestCase.In(Proofed) with { Proofing = ProofingOutcome.Failed }).On(Recommend, TestCase.A, TestCase.Now)));
        Assert.Equal(DeskRefusal.DuplicateDocument, WhyOf((TestCase.In(Proofed) with { DuplicateDocument = true }).On(Recommend, TestCase.A, TestCase.Now)));
    }

    [Fact]
    public void Where_the_first_officer_was_against_the_second_can_refuse_or_return_but_not_approve()
    {
        var against = TestCase.In(PendingDecision) with { Recommendation = DecisionKind.RecommendRefusal };
        Assert.Equal(DeskRefusal.NeedsTwoInFavour, WhyOf(against.On(Approve, TestCase.B, TestCase.Now)));
        Assert.Equal(DeskRefusal.None, WhyOf(against.On(Refuse, TestCase.B, TestCase.Now)));
        Assert.Equal(DeskRefusal.None, WhyOf(against.On(new ApplicationEvent.Ask(), TestCase.B, TestCase.Now)));
    }

    [Theory]
    [InlineData(30, DeskRefusal.None)]
    [InlineData(31, DeskRefusal.TooLate)]
    public void An_appeal_comes_within_thirty_days(int days, DeskRefusal expected)
    {
        var refused = TestCase.In(Refused);
        Assert.Equal(expected, WhyOf(refused.On(new ApplicationEvent.Appeal(), TestCase.Holder, refused.RefusedAt!.Value.AddDays(days))));
    }

    [Fact]
    [Trait("Safeguard", "SG11")]
    public void The_appeal_is_heard_by_somebody_who_was_neither_A_nor_B()
    {
        AssertDeclined(DeskRefusal.SameOfficer, InAppeal, Approve, TestCase.C with { Id = TestCase.A.Id });
        AssertDeclined(DeskRefusal.SameOfficer, InAppeal, Approve, TestCase.C with { Id = TestCase.B.Id });
        AssertDeclined(DeskRefusal.NotYourRole, InAppeal, Approve, TestCase.B with { Id = "another supervisor" });
    }

    [Fact]
    [Trait("Safeguard", "SG16")]
    public void An_applicant_reads_nothing_of_a_hold_for_their_safety() =>
        Assert.Equal(InProofing.Word(), OnHoldCare.WordForApplicant());

    private static void AssertDeclined(DeskRefusal expected, ApplicationState state, ApplicationEvent happened, Actor actor) =>
        Assert.Equal(expected, WhyOf(TestCase.In(state).On(happened, actor, TestCase.Now)));

    private static DeskRefusal WhyOf(Transition transition) => transition is Transition.Declined declined ? declined.Why : DeskRefusal.None;
}
