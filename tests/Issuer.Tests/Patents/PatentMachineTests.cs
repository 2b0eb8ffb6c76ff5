using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Catalogue;
using IdentityPlatform.Issuer.Tests.Desk;

namespace IdentityPlatform.Issuer.Tests.Patents;

/// <summary>The life of a patent: every arrow, and beside it what does not happen.</summary>
public sealed class PatentMachineTests
{
    private const string Number = "2345678923456789";
    private static readonly Deployment Deployment = CatalogueFiles.Patents();
    private static readonly Actor Treasury = new Actor.Treasury();
    private static readonly Actor.Officer A = TestCase.A;
    private static readonly Actor.Officer B = TestCase.B;

    // Nine in the morning of 23 November in Saint Petersburg.
    private static readonly DateTimeOffset Now = TestCase.Now;

    private static Patent Decided => new() { Id = Number, PersonId = "person", Jurisdiction = Deployment.Regions["RU-SPE"], ChangedAt = Now };

    [Fact]
    public void The_first_payment_makes_it_active_for_the_regions_of_the_agreement()
    {
        var patent = Paid(Decided, "2026-11-23", 2);
        Assert.Equal(PatentState.Active, patent.State);
        Assert.Equal(["RU-SPE", "RU-LEN"], patent.Term!.Regions);
        Assert.Equal((Day("2026-11-23"), Day("2027-01-23"), Day("2027-11-23")), (patent.Term.Issued, patent.Term.PaidUntil, patent.Term.Expires));
    }

    [Fact]
    public void A_payment_prolongs_it_by_its_months_and_short_months_shorten_nothing()
    {
        var patent = Paid(Decided with { ChangedAt = Now.AddDays(-400) }, "2026-01-31", 1, Day("2026-02-01"));
        Assert.Equal(Day("2026-02-28"), patent.Term!.PaidUntil);
        Assert.Equal(Day("2026-03-31"), Paid(patent, "2026-02-28", 1, Day("2026-02-28")).Term!.PaidUntil);
    }

    [Theory]
    [InlineData("2026-12-23", HeldReason.None)]
    [InlineData("2026-12-24", HeldReason.Late)]
    public void What_is_paid_on_the_last_day_counts_and_a_day_later_it_is_held(string paidOn, HeldReason reason) =>
        Assert.Equal(reason, Held(Paid(Decided, "2026-11-23", 1), paidOn, TestTreasury.Month));

    [Theory]
    [InlineData(TestTreasury.Month, HeldReason.None)]
    [InlineData(TestTreasury.Month * 12, HeldReason.None)]
    [InlineData(TestTreasury.Month - 1, HeldReason.Partial)]
    [InlineData((TestTreasury.Month * 2) - 1, HeldReason.Partial)]
    [InlineData(TestTreasury.Month * 13, HeldReason.TooLong)]
    public void A_payment_is_of_whole_months_and_twelve_at_most(long amount, HeldReason reason) =>
        Assert.Equal(reason, Held(Decided, "2026-11-23", amount));

    [Theory]
    [InlineData(5, HeldReason.None)]
    [InlineData(6, HeldReason.TooLong)]
    public void Twelve_months_are_counted_over_all_payments(int months, HeldReason reason) =>
        Assert.Equal(reason, Held(Paid(Decided, "2026-11-23", 7), "2026-11-24", TestTreasury.Month * months));

    [Theory]
    [InlineData("RUB", HeldReason.None)]
    [InlineData("AMD", HeldReason.Partial)]
    public void Another_currency_pays_for_nothing(string currency, HeldReason reason) =>
        Assert.Equal(reason, Outcome(Decided.On(new PatentEvent.Pay(Fact("2026-11-23", TestTreasury.Month, currency)), Treasury, Deployment, Now)));

    [Theory]
    [InlineData("2026-11-01", HeldReason.None)]
    [InlineData("2026-10-31", HeldReason.NoAgreement)]
    public void It_is_issued_only_while_an_agreement_is_in_force(string paidOn, HeldReason reason) =>
        Assert.Equal(reason, Held(Decided with { Jurisdiction = Deployment.Regions["RU-KAM"] }, paidOn, 900_000));

    [Fact]
    public void Days_that_nobody_can_work_out_end_nothing()
    {
        var active = Paid(Decided, "2026-11-23", 1);
        var lost = active with { Term = null };
        foreach (var (end, at) in new (PatentEvent, DateTimeOffset)[] { (new PatentEvent.Lapse(), Now.AddDays(31)), (new PatentEvent.Expire(), Now.AddDays(366)) })
        {
            Assert.IsType<PatentTransition.Moved>(active.On(end, new Actor.Clock(), Deployment, at));
            Assert.Equal(new PatentTransition.Declined(DeskRefusal.TooEarly), lost.On(end, new Actor.Clock(), Deployment, at));
        }
    }

    [Fact]
    public void When_the_agreement_has_ended_what_was_issued_runs_on_and_nothing_new_is_issued()
    {
        using var ended = new DeploymentCopy(CatalogueFiles.PatentDirectory, "agreements.json", json => json["agreements"]![0]!["until"] = "2026-11-23");
        var after = ended.Load();
        var issued = Paid(Decided, "2026-11-23", 1);
        var prolonged = issued.On(new PatentEvent.Pay(Fact("2026-12-20", TestTreasury.Month)), Treasury, after, Now.AddDays(30));
        Assert.Equal(["RU-SPE", "RU-LEN"], Assert.IsType<PatentTransition.Moved>(prolonged).To.Term!.Regions);
        Assert.Equal(HeldReason.NoAgreement, Outcome(Decided.On(new PatentEvent.Pay(Fact("2026-11-24", TestTreasury.Month)), Treasury, after, Now.AddDays(30))));
        Assert.NotNull(PaymentRules.Term([Fact("2026-11-23", TestTreasury.Month), Fact("2026-12-20", TestTreasury.Month)], Deployment.Regions["RU-SPE"], after));
    }

    [Fact]
    public void A_payment_of_a_day_that_has_not_come_is_declined() =>
        Assert.Equal(DeskRefusal.TooEarly, Declined(Decided.On(new PatentEvent.Pay(Fact("2026-11-24", TestTreasury.Month)), Treasury, Deployment, Now)));

    // 23 December ends in Saint Petersburg (UTC+3) at 21:00 UTC.
    [Theory]
    [InlineData("2026-12-23T20:59:59Z", false)]
    [InlineData("2026-12-23T21:00:00Z", true)]
    public void It_lapses_at_the_local_midnight_after_its_last_paid_day(string at, bool lapses) =>
        Assert.Equal(lapses, Paid(Decided, "2026-11-23", 1).On(new PatentEvent.Lapse(), TestCase.Clock, Deployment, Time(at)) is PatentTransition.Moved { To.State: PatentState.Lapsed, Copies: null });

    [Theory]
    [InlineData("RU-SPE", "2026-12-23T20:59:59Z", true)]
    [InlineData("RU-KAM", "2026-12-23T11:59:59Z", true)]
    [InlineData("RU-KAM", "2026-12-23T12:00:00Z", false)]
    public void Each_region_has_its_own_midnight(string region, string at, bool paid)
    {
        var patent = Decided with { Jurisdiction = Deployment.Regions[region] };
        var price = patent.Jurisdiction.PriceOn(Day("2026-11-23"))!.Value;
        var moved = Assert.IsType<PatentTransition.Moved>(patent.On(new PatentEvent.Pay(Fact("2026-11-23", price)), Treasury, Deployment, Now));
        Assert.Equal(paid, moved.To.Term!.IsPaidAt(Time(at)));
    }

    [Fact]
    public void What_was_paid_in_time_and_told_late_makes_it_active_again()
    {
        var lapsed = Assert.IsType<PatentTransition.Moved>(Paid(Decided, "2026-11-23", 1).On(new PatentEvent.Lapse(), TestCase.Clock, Deployment, Now.AddDays(31))).To;
        var told = Assert.IsType<PatentTransition.Moved>(lapsed.On(new PatentEvent.Pay(Fact("2026-12-23", TestTreasury.Month)), Treasury, Deployment, Now.AddDays(31)));
        Assert.Equal(PatentState.Active, told.To.State);
        Assert.Equal(HeldReason.Late, Held(lapsed, "2026-12-24", TestTreasury.Month));
    }

    [Theory]
    [InlineData("2027-11-23T20:59:59Z", false)]
    [InlineData("2027-11-23T21:00:00Z", true)]
    public void It_expires_after_twelve_months(string at, bool expires) =>
        Assert.Equal(expires, Paid(Decided, "2026-11-23", 12).On(new PatentEvent.Expire(), TestCase.Clock, Deployment, Time(at)) is PatentTransition.Moved { To.State: PatentState.Expired });

    [Fact]
    public void Another_occupation_is_issued_again_by_two_officers_and_runs_on()
    {
        var active = Paid(Decided, "2026-11-23", 1);
        var amended = Assert.IsType<PatentTransition.Moved>(active.On(new PatentEvent.Amend(B), A, Deployment, Now));
        Assert.Equal((PatentState.Active, RevocationGround.Superseded, active.Term), (amended.To.State, amended.Copies, amended.To.Term));
        Assert.Equal(DeskRefusal.WrongState, Declined(Decided.On(new PatentEvent.Amend(B), A, Deployment, Now)));
    }

    [Fact]
    public void Two_officers_annul_it_on_a_cited_norm()
    {
        var annulled = Assert.IsType<PatentTransition.Moved>(Paid(Decided, "2026-11-23", 1).On(new PatentEvent.Annul("115-FZ art. 13.3(22)", B), A, Deployment, Now));
        Assert.Equal((PatentState.Cancelled, RevocationGround.Annulled), (annulled.To.State, annulled.Copies));
        Assert.Equal(HeldReason.NotPayable, Held(annulled.To, "2026-11-23", TestTreasury.Month));
    }

    [Theory]
    [InlineData("alone", DeskRefusal.SecondOfficerMissing)]
    [InlineData("twice", DeskRefusal.SameOfficer)]
    [InlineData("reversed", DeskRefusal.NotYourRole)]
    [InlineData("holder", DeskRefusal.NotYourRole)]
    [InlineData("no norm", DeskRefusal.GroundMissing)]
    public void Nobody_annuls_it_alone_or_without_a_norm(string how, DeskRefusal refusal)
    {
        var (actor, happened) = how switch
        {
            "alone" => ((Actor)A, new PatentEvent.Annul("norm", null)),
            "twice" => (A, new PatentEvent.Annul("norm", A)),
            "reversed" => (B, new PatentEvent.Annul("norm", A)),
            "holder" => (TestCase.Holder, new PatentEvent.Annul("norm", B)),
            _ => (A, new PatentEvent.Annul(" ", B)),
        };
        Assert.Equal(refusal, Declined(Paid(Decided, "2026-11-23", 1).On(happened, actor, Deployment, Now)));
    }

    [Theory]
    [InlineData(RevocationGround.CourtDecision, PatentState.Cancelled)]
    [InlineData(RevocationGround.IssuedByFraud, PatentState.Cancelled)]
    [InlineData(RevocationGround.HolderRequest, PatentState.Closed)]
    [InlineData(RevocationGround.Death, PatentState.Closed)]
    [InlineData(RevocationGround.Superseded, PatentState.Closed)]
    public void With_its_card_the_right_ends(RevocationGround ground, PatentState state) =>
        Assert.Equal(state, Assert.IsType<PatentTransition.Moved>(Paid(Decided, "2026-11-23", 1).On(new PatentEvent.CardEnded(ground), TestCase.Clock, Deployment, Now)).To.State);

    [Fact]
    public void A_lost_card_ends_no_right() => Assert.Equal(
        DeskRefusal.WrongState, Declined(Paid(Decided, "2026-11-23", 1).On(new PatentEvent.CardEnded(RevocationGround.KeyCompromise), TestCase.Clock, Deployment, Now)));

    [Fact]
    public void Its_holder_leaves_and_nobody_else_does_it_for_them()
    {
        var active = Paid(Decided, "2026-11-23", 1);
        Assert.Equal(PatentState.Closed, Assert.IsType<PatentTransition.Moved>(active.On(new PatentEvent.Leave(), TestCase.Holder, Deployment, Now)).To.State);
        Assert.Equal(DeskRefusal.NotYourCase, Declined(active.On(new PatentEvent.Leave(), new Actor.Holder("another"), Deployment, Now)));
        Assert.Equal(DeskRefusal.NotYourRole, Declined(active.On(new PatentEvent.Leave(), A, Deployment, Now)));
    }

    [Theory]
    [InlineData("holder")]
    [InlineData("officer")]
    [InlineData("clock")]
    public void Nobody_but_the_treasury_says_that_it_is_paid(string who)
    {
        Actor actor = who == "holder" ? TestCase.Holder : who == "officer" ? A : TestCase.Clock;
        Assert.Equal(DeskRefusal.NotYourRole, Declined(Decided.On(new PatentEvent.Pay(Fact("2026-11-23", TestTreasury.Month)), actor, Deployment, Now)));
        Assert.Equal(DeskRefusal.NotYourRole, Declined(Paid(Decided, "2026-11-23", 1).On(new PatentEvent.Lapse(), Treasury, Deployment, Now.AddDays(40))));
    }

    [Theory]
    [InlineData(PatentState.Expired)]
    [InlineData(PatentState.Cancelled)]
    [InlineData(PatentState.Closed)]
    public void What_ended_for_good_stays_so(PatentState state)
    {
        var ended = Paid(Decided, "2026-11-23", 1) with { State = state };
        Assert.Equal(HeldReason.NotPayable, Held(ended, "2026-11-23", TestTreasury.Month));
        (PatentEvent, Actor)[] events = [(new PatentEvent.Lapse(), TestCase.Clock), (new PatentEvent.Amend(B), A), (new PatentEvent.Annul("norm", B), A), (new PatentEvent.Leave(), TestCase.Holder)];
        Assert.All(events, one => Assert.Equal(DeskRefusal.WrongState, Declined(ended.On(one.Item1, one.Item2, Deployment, Now.AddDays(40)))));
    }

    [Theory]
    [InlineData(ApplicationState.Booked, PatentState.Applied)]
    [InlineData(ApplicationState.PendingDecision, PatentState.InCheck)]
    [InlineData(ApplicationState.Approved, PatentState.Decided)]
    public void The_desk_leads_from_applied_to_decided(ApplicationState application, PatentState patent) => Assert.Equal(patent, Patent.Before(application));

    private static Patent Paid(Patent patent, string paidOn, int months, DateOnly? today = null)
    {
        var now = today is { } day ? new DateTimeOffset(day.ToDateTime(new TimeOnly(12, 0)), TimeSpan.Zero) : Now.AddDays(1);
        var price = patent.Jurisdiction.PriceOn(Day(paidOn))!.Value;
        return Assert.IsType<PatentTransition.Moved>(patent.On(new PatentEvent.Pay(Fact(paidOn, price * months)), Treasury, Deployment, now)).To;
    }

    private static HeldReason Held(Patent patent, string paidOn, long amount) =>
        Outcome(patent.On(new PatentEvent.Pay(Fact(paidOn, amount)), Treasury, Deployment, Now.AddDays(60)));

    private static HeldReason Outcome(PatentTransition transition) => transition is PatentTransition.Moved ? HeldReason.None : Assert.IsType<PatentTransition.Held>(transition).Reason;

    private static DeskRefusal Declined(PatentTransition transition) => Assert.IsType<PatentTransition.Declined>(transition).Why;

    private static PaymentFact Fact(string paidOn, long amount, string currency = "RUB")
    {
        using var treasury = TestTreasury.Known();
        return PaymentFact.Verify(TestTreasury.Fact(Number, paidOn, amount, currency: currency), treasury, TestTreasury.Issuer).OrThrow();
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
