using System.Text.Json.Nodes;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Checks;

public sealed class ValidityTests
{
    private static readonly TimeSpan Skew = Policy.Haip.ClockSkew;

    [Fact]
    public void An_expired_credential_is_refused_with_both_times()
    {
        var end = Scenario.Noon.AddDays(-1);
        var failure = Scenario.Verify(s => s.Payload["exp"] = end.ToUnixTimeSeconds()).IsRejected<Failure.Expired>();
        Assert.Equal((Scenario.Noon, end), (failure.Now, failure.ValidUntil));
    }

    [Fact]
    public void At_its_end_and_the_skew_a_credential_is_over() =>
        Scenario.Verify(s => s.Payload["exp"] = (Scenario.Noon - Skew).ToUnixTimeSeconds()).IsRejected<Failure.Expired>();

    [Fact]
    public void A_second_before_that_it_is_not() =>
        Scenario.Verify(s => s.Payload["exp"] = (Scenario.Noon - Skew).ToUnixTimeSeconds() + 1).IsAccepted();

    [Fact]
    public void Expired_stays_expired_whatever_the_status_list_says() =>
        Scenario.Verify(s =>
        {
            s.Payload["exp"] = Scenario.Noon.AddDays(-1).ToUnixTimeSeconds();
            s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt());
        }).IsRejected<Failure.Expired>();

    [Fact]
    public void A_credential_before_its_time_is_refused() =>
        Assert.Equal(
            Scenario.Noon.AddDays(1),
            Scenario.Verify(s => s.Payload["nbf"] = Scenario.Noon.AddDays(1).ToUnixTimeSeconds()).IsRejected<Failure.NotYetValid>().ValidFrom);

    [Fact]
    public void Within_the_skew_before_its_time_it_is_accepted() =>
        Scenario.Verify(s => s.Payload["nbf"] = (Scenario.Noon + Skew).ToUnixTimeSeconds()).IsAccepted();

    [Fact]
    public void A_second_earlier_it_is_refused() =>
        Scenario.Verify(s => s.Payload["nbf"] = (Scenario.Noon + Skew).ToUnixTimeSeconds() + 1).IsRejected<Failure.NotYetValid>();

    [Fact]
    public void What_was_issued_in_the_future_is_not_valid_yet() =>
        Assert.Equal(
            Scenario.Noon.AddDays(1),
            Scenario.Verify(s => s.Payload["iat"] = Scenario.Noon.AddDays(1).ToUnixTimeSeconds()).IsRejected<Failure.NotYetValid>().ValidFrom);

    [Fact]
    public void What_was_issued_just_now_is_valid() =>
        Scenario.Verify(s => s.Payload["iat"] = (Scenario.Noon + Skew).ToUnixTimeSeconds()).IsAccepted();

    [Fact]
    public void A_credential_without_nbf_is_accepted() => Scenario.Verify(s => s.Payload.Remove("nbf")).IsAccepted();

    [Fact]
    public void A_credential_without_an_end_is_refused_where_the_policy_asks_for_one() =>
        Assert.Equal("exp", Scenario.Verify(s => s.Payload.Remove("exp")).IsRejected<Failure.TimeMissing>().Claim);

    [Fact]
    public void A_credential_without_an_end_is_accepted_where_the_policy_does_not() =>
        Assert.Null(Scenario.Verify(s =>
        {
            s.Payload.Remove("exp");
            s.Policy = Policies.Haip(expiry: false);
        }).IsAccepted().Credential.ValidUntil);

    [Theory]
    [InlineData("exp", "\"2030-01-01\"")]
    [InlineData("exp", "1.5")]
    [InlineData("exp", "null")]
    [InlineData("exp", "99999999999999999")]
    [InlineData("nbf", "\"0\"")]
    [InlineData("iat", "1e400")]
    [InlineData("iat", "\"0\"")]
    [InlineData("nbf", "true")]
    public void A_time_that_is_no_whole_number_of_seconds_is_refused(string claim, string value) =>
        Assert.Equal(claim, Scenario.Verify(s => s.Payload[claim] = JsonNode.Parse(value)).IsRejected<Failure.TimeMalformed>().Claim);

    [Fact]
    public void A_clock_before_the_bundles_time_is_noticed() =>
        Assert.Equal(
            Scenario.Noon.AddHours(1),
            Scenario.Verify(s => s.BundleTime = Scenario.Noon.AddHours(1)).IsRejected<Failure.ClockBehindBundle>().BundleTime);

    [Fact]
    public void A_clock_within_the_skew_before_the_bundles_time_is_fine() =>
        Scenario.Verify(s => s.BundleTime = Scenario.Noon + Skew).IsAccepted();

    [Fact]
    public void A_clock_set_back_does_not_revive_an_expired_credential() =>
        Scenario.Verify(s =>
        {
            s.Payload["exp"] = Scenario.Noon.AddDays(-3).ToUnixTimeSeconds();
            s.Now = Scenario.Noon.AddDays(-4);
        }).IsRejected<Failure.ClockBehindBundle>();
}
