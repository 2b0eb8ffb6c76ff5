using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.Tests.Catalogue;

namespace IdentityPlatform.Issuer.Tests.Patents;

/// <summary>The machine of agreements, and when signed terms may be taken. Pure: files, terms, actors and a time.</summary>
public sealed class AgreementMachineTests
{
    // In Kamchatka it is the 23rd of November already.
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 13, 0, 0, TimeSpan.Zero);
    private static readonly Deployment Files = Deployment.Load(CatalogueFiles.PatentDirectory);
    private static readonly Deployment None = Files.Under([]);
    private static readonly AgreementTerms Terms = new("n", ["RU-KAM", "RU-LEN"], Day("2026-12-01"), null);
    private static readonly Actor.Officer A = new("a", OfficerRole.Operator, "here");
    private static readonly Actor.Officer B = new("b", OfficerRole.Supervisor, "elsewhere");

    private static StoredAgreement New => new(Terms) { ChangedAt = Now, FirstOfficer = "" };

    private static StoredAgreement Drafted => To(New.On(AgreementStep.Draft, A, None, Now));

    private static StoredAgreement Signed => To(Drafted.On(AgreementStep.Sign, B, None, Now));

    private static Deployment UnderIt => None.Under([Terms.AsAgreement(Day("2026-11-23"))]);

    private static StoredAgreement EndProposed => To(Signed.On(AgreementStep.ProposeEnd, A, UnderIt, Now, Day("2027-01-31")));

    [Fact]
    public void A_drafts_B_signs_A_proposes_the_end_and_B_confirms()
    {
        Assert.Equal((AgreementStage.Drafted, "a"), (Drafted.Stage, Drafted.FirstOfficer));
        Assert.Equal((AgreementStage.Concluded, "b"), (Signed.Stage, Signed.SecondOfficer));
        Assert.Equal((AgreementStage.EndProposed, null, Day("2027-01-31")), (EndProposed.Stage, EndProposed.Terms.Until, EndProposed.ProposedEnd));
        var ended = To(EndProposed.On(AgreementStep.ConfirmEnd, B, UnderIt, Now));
        Assert.Equal((AgreementStage.Concluded, Day("2027-01-31"), (DateOnly?)null), (ended.Stage, ended.Terms.Until, ended.ProposedEnd));
        Assert.Equal(Terms with { Until = Day("2027-01-31") } is var asked ? asked.Name() : "", EndProposed.Asked.Name());
    }

    [Theory]
    [InlineData(OfficerRole.Operator, DeskRefusal.None, DeskRefusal.NotYourRole)]
    [InlineData(OfficerRole.Supervisor, DeskRefusal.NotYourRole, DeskRefusal.None)]
    [InlineData(OfficerRole.AppealOfficer, DeskRefusal.NotYourRole, DeskRefusal.NotYourRole)]
    [InlineData(OfficerRole.Administrator, DeskRefusal.NotYourRole, DeskRefusal.NotYourRole)]
    public void Each_step_has_one_role(OfficerRole role, DeskRefusal first, DeskRefusal second)
    {
        var officer = new Actor.Officer("c", role, "here");
        Assert.Equal(first, Why(New.On(AgreementStep.Draft, officer, None, Now)));
        Assert.Equal(second, Why(Drafted.On(AgreementStep.Sign, officer, None, Now)));
        Assert.Equal(second, Why(Drafted.On(AgreementStep.Decline, officer, None, Now)));
        Assert.Equal(first, Why(Signed.On(AgreementStep.ProposeEnd, officer, UnderIt, Now, Day("2027-01-31"))));
        Assert.Equal(second, Why(EndProposed.On(AgreementStep.ConfirmEnd, officer, UnderIt, Now)));
    }

    [Fact]
    public void Nobody_signs_what_the_same_officer_drafted_and_who_drafted_may_take_it_back()
    {
        var own = A with { Role = OfficerRole.Supervisor };
        Assert.Equal(DeskRefusal.SameOfficer, Why(Drafted.On(AgreementStep.Sign, own, None, Now)));
        Assert.Equal(DeskRefusal.SameOfficer, Why(EndProposed.On(AgreementStep.ConfirmEnd, own, UnderIt, Now)));
        Assert.Equal(AgreementStage.Declined, To(Drafted.On(AgreementStep.Decline, A, None, Now)).Stage);
        var back = To(EndProposed.On(AgreementStep.Decline, A, UnderIt, Now));
        Assert.Equal((AgreementStage.Concluded, (DateOnly?)null), (back.Stage, back.Terms.Until));
        Assert.Equal(AgreementStage.Concluded, To(Drafted.On(AgreementStep.Sign, B, None, Now)).Stage);
    }

    [Fact]
    public void Only_the_steps_of_a_state_are_taken()
    {
        Assert.Equal(DeskRefusal.WrongState, Why(New.On(AgreementStep.Sign, B, None, Now)));
        Assert.Equal(DeskRefusal.WrongState, Why(Signed.On(AgreementStep.Sign, B, UnderIt, Now)));
        Assert.Equal(DeskRefusal.WrongState, Why(Drafted.On(AgreementStep.ProposeEnd, A, None, Now, Day("2027-01-31"))));
        Assert.Equal(DeskRefusal.WrongState, Why(Signed.On(AgreementStep.ConfirmEnd, B, UnderIt, Now)));
        Assert.Equal(DeskRefusal.WrongState, Why(To(Drafted.On(AgreementStep.Decline, B, None, Now)).On(AgreementStep.Sign, B, None, Now)));
        Assert.Equal(DeskRefusal.BadRequest, Why(Signed.On(AgreementStep.ProposeEnd, A, UnderIt, Now)));
    }

    [Fact]
    public void A_draft_waits_a_month_and_not_beyond_its_first_day()
    {
        var late = Drafted with { Terms = Terms with { From = Day("2027-12-01") } };
        Assert.Equal(DeskRefusal.None, Why(late.On(AgreementStep.Sign, B, None, Now.AddDays(30))));
        Assert.Equal(DeskRefusal.TooLate, Why(late.On(AgreementStep.Sign, B, None, Now.AddDays(30).AddSeconds(1))));
        Assert.Equal(DeskRefusal.None, Why(Drafted.On(AgreementStep.Sign, B, None, new(2026, 12, 1, 11, 59, 59, TimeSpan.Zero))));
        Assert.Equal(DeskRefusal.TooLate, Why(Drafted.On(AgreementStep.Sign, B, None, new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero))));
    }

    [Theory]
    [InlineData("2026-11-23", null, null)]
    [InlineData("2026-11-22", null, typeof(MintRefusal.AgreementBackdated))]
    [InlineData("2026-12-01", "2026-12-01", null)]
    [InlineData("2026-12-01", "2026-11-30", typeof(MintRefusal.AgreementUnfit))]
    public void No_agreement_begins_before_the_day_on_which_it_is_signed_nor_ends_before_it_begins(string from, string? until, Type? refused) =>
        Assert.Equal(refused, AgreementRules.WhyNot(Terms with { From = Day(from), Until = until is null ? null : Day(until) }, None, Now)?.GetType());

    [Fact]
    public void One_region_has_one_agreement_at_a_time()
    {
        var taken = Assert.IsType<MintRefusal.RegionTaken>(AgreementRules.WhyNot(Terms, Files, Now));
        Assert.True(taken.Other is "kamchatka" or "spb-and-leningrad", taken.Other);
        var after = Files.Under(Files.Agreements.Select(one => one with { Until = one.Until < Day("2026-11-30") ? one.Until : Day("2026-11-30") }));
        Assert.Null(AgreementRules.WhyNot(Terms, after, Now));
        Assert.IsType<MintRefusal.RegionTaken>(AgreementRules.WhyNot(Terms with { From = Day("2026-11-30") }, after, Now));
        Assert.IsType<MintRefusal.AgreementUnfit>(AgreementRules.WhyNot(Terms with { Regions = ["RU-KGD"] }, None, Now));
        Assert.Null(AgreementRules.WhyNot(Terms with { Regions = ["RU-SPE"] }, None, Now));
    }

    [Theory]
    [InlineData("2026-11-23", null)]
    [InlineData("2026-11-22", typeof(MintRefusal.AgreementBackdated))]
    [InlineData("2027-06-29", null)]
    [InlineData("2027-06-30", typeof(MintRefusal.AgreementChanged))]
    [InlineData("2027-07-01", typeof(MintRefusal.AgreementChanged))]
    [InlineData(null, typeof(MintRefusal.AgreementChanged))]
    public void An_end_lies_ahead_and_before_the_one_that_is_known(string? until, Type? refused)
    {
        var known = None.Under([Terms.AsAgreement(Day("2026-11-01")) with { Until = Day("2027-06-30") }]);
        var end = until is null ? (DateOnly?)null : Day(until);
        Assert.Equal(refused, AgreementRules.WhyNot(Terms with { Until = end }, known, Now)?.GetType());
    }

    [Fact]
    public void An_end_changes_nothing_else()
    {
        var end = Terms with { Until = Day("2027-01-31") };
        Assert.Null(AgreementRules.WhyNot(end, UnderIt, Now));
        Assert.IsType<MintRefusal.AgreementChanged>(AgreementRules.WhyNot(end with { Regions = ["RU-KAM"] }, UnderIt, Now));
        Assert.IsType<MintRefusal.AgreementChanged>(AgreementRules.WhyNot(end with { Regions = ["RU-KAM", "RU-LEN", "RU-SPE"] }, UnderIt, Now));
        Assert.IsType<MintRefusal.AgreementChanged>(AgreementRules.WhyNot(end with { From = Day("2026-12-02") }, UnderIt, Now));
    }

    [Fact]
    public void Of_all_that_was_signed_about_one_number_the_earliest_end_counts_in_whatever_order()
    {
        SignedTerms[] signed =
        [
            new(Terms, Now), new(Terms with { Until = Day("2027-01-31") }, Now.AddDays(1)), new(Terms with { Until = Day("2027-03-31") }, Now.AddDays(2)),
            new(AgreementTerms.Of(Files.Agreements[0]) with { Until = Day("2026-12-31") }, Now),
        ];
        foreach (var order in new[] { signed, [.. signed.Reverse()], [signed[2], signed[1], signed[3], signed[0]] })
        {
            var together = AgreementRules.Together(Files, order);
            Assert.Equal(Day("2027-01-31"), together.Single(one => one.Id == "n").Until);
            var file = together.Single(one => one.Id == Files.Agreements[0].Id);
            Assert.Equal((Day("2026-12-31"), Files.Agreements[0].From), (file.Until, file.From));
            Assert.Equal(Files.Agreements[0].Regions, file.Regions);
        }

        var shipped = Files.Agreements.Single(one => one.Id == "kamchatka");
        Assert.Equal(shipped.Until, AgreementRules.Together(Files, [new(AgreementTerms.Of(shipped) with { Until = null }, Now)]).Single(one => one.Id == "kamchatka").Until);
    }

    [Fact]
    public void It_comes_into_force_and_ends_by_its_days()
    {
        var agreement = AgreementRules.Together(None, [new(Terms with { Until = Day("2027-01-31") }, Now)]).Single();
        foreach (var (day, state) in new[]
        {
            ("2026-11-22", AgreementState.Draft), ("2026-11-30", AgreementState.Concluded), ("2026-12-01", AgreementState.InForce), ("2027-01-31", AgreementState.InForce),
            ("2027-02-01", AgreementState.Ended),
        })
        {
            Assert.Equal(state, agreement.On(Day(day)));
        }

        var never = agreement with { Until = Day("2026-11-25") };
        Assert.Equal((AgreementState.Ended, AgreementState.Ended), (never.On(Day("2026-11-23")), never.On(Day("2026-12-01"))));
        Assert.False(never.Overlaps(agreement));
        Assert.True(agreement.Overlaps(agreement));
    }

    [Theory]
    [InlineData("""{"from":"2026-12-01","id":"n","regions":["RU-KAM","RU-LEN"]}""", true)]
    [InlineData("""{"from":"2026-12-01","id":"n","regions":["RU-KAM"],"until":"2027-01-31"}""", true)]
    [InlineData("""{"from":"2026-12-01","id":"n","regions":["RU-LEN","RU-KAM"]}""", false)]
    [InlineData("""{"from":"2026-12-01","id":"n","regions":["RU-KAM","RU-KAM"]}""", false)]
    [InlineData("""{"from":"2026-12-01","id":"n","regions":[]}""", false)]
    [InlineData("""{"from":"2026-12-01","id":"n","regions":["Kamchatka"]}""", false)]
    [InlineData("""{"from":"2026-12-01","id":"","regions":["RU-KAM"]}""", false)]
    [InlineData("""{"from":"2026-12-32","id":"n","regions":["RU-KAM"]}""", false)]
    [InlineData("""{"from":"2026-12-01","id":"n","regions":["RU-KAM"],"until":""}""", false)]
    [InlineData("""{"from":"2026-12-01","id":"n","more":1,"regions":["RU-KAM"]}""", false)]
    [InlineData("""{"id":"n","from":"2026-12-01","regions":["RU-KAM"]}""", false)]
    [InlineData("""{"from":"2026-12-01", "id":"n","regions":["RU-KAM"]}""", false)]
    public void Terms_have_one_writing(string json, bool read)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(json);
        Assert.Equal(read, AgreementTerms.Parse(bytes).Succeeded(out var terms, out _));
        Assert.True(!read || terms!.ToBytes().AsSpan().SequenceEqual(bytes));
    }

    private static StoredAgreement To(AgreementTransition transition) => Assert.IsType<AgreementTransition.Moved>(transition).To;

    private static DeskRefusal Why(AgreementTransition transition) => transition is AgreementTransition.Declined declined ? declined.Why : DeskRefusal.None;

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
