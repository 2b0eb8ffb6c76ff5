using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests;

public sealed class SdJwtAcceptanceTests
{
    [Fact]
    public void The_valid_scenario_is_accepted_by_all_nine_checks()
    {
        var accepted = new Scenario().Verify().IsAccepted();
        Assert.All(accepted.Report.Checks, check => Assert.IsType<CheckOutcome.Passed>(check.Value));
        Assert.Equal(9, accepted.Report.Checks.Count());
        Assert.Equal("""["age_equal_or_over"] ["age_equal_or_over","18"]""", string.Join(' ', accepted.Credential.DisclosedPaths));
        Assert.True(accepted.Credential.Find("age_equal_or_over", "18").Single().GetBoolean());
        Assert.Empty(accepted.Credential.Find("family_name"));
        Assert.Equal("CN=Card signer", accepted.Credential.Issuer);
        Assert.Equal(["bundle", TestPki.StatusUri], accepted.Report.AsOf.Select(list => list.List));
        Assert.Equal(Scenario.Noon.AddDays(-1), accepted.Report.ValidAsOf);
    }
}
