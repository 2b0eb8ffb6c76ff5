using IdentityPlatform.Issuer.Desk;

namespace IdentityPlatform.Issuer.Tests.Desk;

public sealed class ProofingTests
{
    private static readonly ProofingSubject Child13 = new(TestCase.Today.AddYears(-14).AddDays(1), TestCase.Today);
    private static readonly ProofingSubject Child14 = new(TestCase.Today.AddYears(-14), TestCase.Today);
    private static readonly ProofingSubject Adult18 = new(TestCase.Today.AddYears(-18), TestCase.Today);

    public static TheoryData<ProofingStep> Steps() => [.. ProofingSteps.All];

    public static TheoryData<ProofingStep> AlwaysRequired() => [.. ProofingSteps.All.Where(ProofingSteps.IsAlwaysRequired)];

    [Theory]
    [MemberData(nameof(Steps))]
    public void Every_step_needs_a_result(ProofingStep step) =>
        Assert.Equal(ProofingOutcome.Incomplete, TestCase.Record((step, StepResult.None)).OutcomeFor(TestCase.Adult));

    [Theory]
    [MemberData(nameof(Steps))]
    public void One_failed_step_fails_the_whole(ProofingStep step) =>
        Assert.Equal(ProofingOutcome.Failed, TestCase.Record((step, StepResult.Fail)).OutcomeFor(TestCase.Adult));

    [Theory]
    [MemberData(nameof(AlwaysRequired))]
    public void A_required_step_applies_to_everybody(ProofingStep step) =>
        Assert.Equal(ProofingOutcome.Incomplete, TestCase.Record((step, StepResult.NotApplicable)).OutcomeFor(TestCase.Adult));

    [Fact]
    public void An_adults_proofing_passes_without_chip_second_source_and_guardians() =>
        Assert.Equal(ProofingOutcome.Passed, TestCase.Record().OutcomeFor(Adult18));

    [Fact]
    [Trait("Safeguard", "SG17")]
    public void A_child_needs_guardians()
    {
        Assert.Equal(ProofingOutcome.Incomplete, TestCase.Record().OutcomeFor(Child13));
        Assert.Equal(ProofingOutcome.Passed, TestCase.Record((ProofingStep.Guardians, StepResult.Pass)).OutcomeFor(Child13));
    }

    [Fact]
    public void A_child_is_heard_from_fourteen()
    {
        Assert.Equal(ProofingOutcome.Incomplete, TestCase.Record((ProofingStep.Guardians, StepResult.Pass)).OutcomeFor(Child14));
        Assert.Equal(ProofingOutcome.Passed, TestCase.Record((ProofingStep.Guardians, StepResult.Pass), (ProofingStep.ChildHeard, StepResult.Pass)).OutcomeFor(Child14));
    }

    [Fact]
    public void A_record_reads_back_as_it_was_written()
    {
        var record = TestCase.Record((ProofingStep.ChipAuthentication, StepResult.Fail));
        var again = ProofingRecord.Parse(record.ToBytes()).OrThrow();
        Assert.Equal(record.Commitment(), again.Commitment());
        Assert.Equal(StepResult.Fail, again[ProofingStep.ChipAuthentication]);
    }
}
