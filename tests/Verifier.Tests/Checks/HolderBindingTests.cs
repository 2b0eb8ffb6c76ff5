using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Checks;

public sealed class HolderBindingTests
{
    private static readonly TimeSpan Skew = Policy.Haip.ClockSkew;
    private static readonly TimeSpan MaxAge = Policy.Haip.PresentationMaxAge;

    [Fact]
    public void A_presentation_without_the_holders_signature_is_refused() =>
        Scenario.Verify(s => s.WithKeyBinding = false).IsRejected<Failure.HolderBindingMissing>();

    [Fact]
    public void A_policy_that_waives_it_by_name_accepts_and_says_so()
    {
        var accepted = Scenario.Verify(s =>
        {
            s.WithKeyBinding = false;
            s.Policy = Policies.Haip(binding: HolderBinding.WaivedUnsafe);
        }).IsAccepted();
        Assert.IsType<CheckOutcome.Waived>(accepted.Report[Check.HolderBinding]);
    }

    [Fact]
    public void A_query_alone_does_not_waive_it() =>
        Scenario.Verify(s =>
        {
            s.WithKeyBinding = false;
            s.Query = s.Query.WithoutHolderBinding();
        }).IsRejected<Failure.HolderBindingMissing>();

    [Fact]
    public void A_wrong_signature_is_refused_even_where_none_is_asked_for() =>
        Scenario.Verify(s =>
        {
            s.Holder = TestPki.OtherHolder;
            s.Policy = Policies.Haip(binding: HolderBinding.WaivedUnsafe);
        }).IsRejected<Failure.HolderSignatureInvalid>();

    [Fact]
    public void The_signature_of_another_key_is_refused() =>
        Scenario.Verify(s => s.Holder = TestPki.OtherHolder).IsRejected<Failure.HolderSignatureInvalid>();

    [Fact]
    public void A_changed_signature_is_refused() =>
        Scenario.Verify(s => s.KeyBindingTamper = jwt => jwt[..^4] + (jwt[^4] == 'A' ? 'B' : 'A') + jwt[^3..]).IsRejected<Failure.HolderSignatureInvalid>();

    [Fact]
    public void The_issuers_signature_is_not_the_holders() => Scenario.Verify(s => s.Holder = TestPki.CardSigner).IsRejected<Failure.HolderSignatureInvalid>();

    [Theory]
    [InlineData("JWT")]
    [InlineData("dc+sd-jwt")]
    public void Another_token_type_is_refused(string type) =>
        Assert.Equal(type, Scenario.Verify(s => s.KeyBindingHeader["typ"] = type).IsRejected<Failure.WrongKeyBindingType>().Actual);

    [Fact]
    public void A_missing_token_type_is_refused() => Scenario.Verify(s => s.KeyBindingHeader.Remove("typ")).IsRejected<Failure.WrongKeyBindingType>();

    [Fact]
    public void Unsigned_is_malformed() => Scenario.Verify(s => s.KeyBindingHeader["alg"] = "none").IsRejected<Failure.Malformed>();

    [Fact]
    public void An_algorithm_that_the_policy_leaves_out_is_refused() =>
        Assert.Equal("RS256", Scenario.Verify(s => s.KeyBindingHeader["alg"] = "RS256").IsRejected<Failure.HolderAlgorithmNotAllowed>().Algorithm);

    [Fact]
    public void A_key_in_its_own_header_does_not_count() =>
        Scenario.Verify(s =>
        {
            s.Holder = TestPki.OtherHolder;
            s.KeyBindingHeader["jwk"] = JsonNode.Parse(TestPki.OtherHolder.PublicKey.ToJson());
        }).IsRejected<Failure.HolderSignatureInvalid>();

    [Fact]
    public void A_credential_without_a_holders_key_is_refused() =>
        Assert.Equal(FormatRule.Member, Scenario.Verify(s => s.Payload.Remove("cnf")).IsRejected<Failure.HolderKeyUnusable>().Rule);

    [Fact]
    public void A_reference_to_a_key_elsewhere_is_not_followed() =>
        Scenario.Verify(s => s.Payload["cnf"] = new JsonObject { ["jku"] = "https://keys.example" }).IsRejected<Failure.HolderKeyUnusable>();

    [Fact]
    public void A_key_off_its_curve_is_refused() =>
        Assert.Equal(FormatRule.Key, Scenario.Verify(s => s.Payload["cnf"]!["jwk"]!["y"] = s.Payload["cnf"]!["jwk"]!["x"]!.GetValue<string>()).IsRejected<Failure.HolderKeyUnusable>().Rule);

    [Fact]
    public void A_key_with_its_private_part_is_refused() =>
        Assert.Equal(FormatRule.Key, Scenario.Verify(s => s.Payload["cnf"]!["jwk"]!["d"] = "AAAA").IsRejected<Failure.HolderKeyUnusable>().Rule);

    [Fact]
    public void The_least_that_a_key_can_have_is_enough()
    {
        Assert.Equal(4, new Scenario().Payload["cnf"]!["jwk"]!.AsObject().Count);
        Scenario.Verify(_ => { }).IsAccepted();
    }

    [Fact]
    public void Further_members_of_the_key_are_ignored() =>
        Scenario.Verify(s => (s.Payload["cnf"]!["jwk"]!["kid"], s.Payload["cnf"]!["jwk"]!["x-more"]) = ("k", 1)).IsAccepted();

    [Theory]
    [InlineData("\"another-nonce-another-nonce\"")]
    [InlineData("\"\"")]
    [InlineData("7")]
    [InlineData("null")]
    public void An_answer_to_another_request_is_refused(string nonce) =>
        Scenario.Verify(s => s.KeyBindingPayload["nonce"] = JsonNode.Parse(nonce)).IsRejected<Failure.WrongNonce>();

    [Theory]
    [InlineData("\"x509_hash:another-door\"")]
    [InlineData("\"door\"")]
    [InlineData("[\"x509_hash:door\"]")]
    public void An_answer_to_another_verifier_is_refused(string audience) =>
        Assert.Equal("x509_hash:door", Scenario.Verify(s => s.KeyBindingPayload["aud"] = JsonNode.Parse(audience)).IsRejected<Failure.WrongAudience>().Expected);

    [Fact]
    public void A_year_in_the_past_is_too_old() =>
        Assert.Equal(
            Scenario.Noon.AddYears(-1),
            Scenario.Verify(s => s.KeyBindingPayload["iat"] = Scenario.Noon.AddYears(-1).ToUnixTimeSeconds()).IsRejected<Failure.PresentationTooOld>().IssuedAt);

    [Fact]
    public void A_year_in_the_future_is_not_believed() =>
        Scenario.Verify(s => s.KeyBindingPayload["iat"] = Scenario.Noon.AddYears(1).ToUnixTimeSeconds()).IsRejected<Failure.PresentationFromTheFuture>();

    [Fact]
    public void At_the_edge_of_the_window_it_is_accepted_on_both_sides()
    {
        Scenario.Verify(s => s.KeyBindingPayload["iat"] = (Scenario.Noon - MaxAge - Skew).ToUnixTimeSeconds()).IsAccepted();
        Scenario.Verify(s => s.KeyBindingPayload["iat"] = (Scenario.Noon + Skew).ToUnixTimeSeconds()).IsAccepted();
    }

    [Fact]
    public void A_second_beyond_the_edge_it_is_refused_on_both_sides()
    {
        Scenario.Verify(s => s.KeyBindingPayload["iat"] = (Scenario.Noon - MaxAge - Skew).ToUnixTimeSeconds() - 1).IsRejected<Failure.PresentationTooOld>();
        Scenario.Verify(s => s.KeyBindingPayload["iat"] = (Scenario.Noon + Skew).ToUnixTimeSeconds() + 1).IsRejected<Failure.PresentationFromTheFuture>();
    }

    [Theory]
    [InlineData("\"now\"")]
    [InlineData("1.5")]
    [InlineData("99999999999999999")]
    public void A_time_that_is_none_is_refused(string time) =>
        Scenario.Verify(s => s.KeyBindingPayload["iat"] = JsonNode.Parse(time)).IsRejected<Failure.PresentationTimeMissing>();

    [Fact]
    public void A_missing_time_is_refused() => Scenario.Verify(s => s.KeyBindingPayload.Remove("iat")).IsRejected<Failure.PresentationTimeMissing>();

    [Fact]
    public void A_wrong_hash_of_what_was_shown_is_refused() =>
        Scenario.Verify(s => s.KeyBindingPayload["sd_hash"] = Scenario.Digest("something else")).IsRejected<Failure.SdHashMismatch>();

    [Fact]
    public void A_disclosure_taken_away_after_the_holder_signed_is_found() =>
        Scenario.Verify(s =>
        {
            s.Shown.Add(s.FamilyName);
            s.Tamper = p => p.Replace(s.FamilyName + "~", "", StringComparison.Ordinal);
        }).IsRejected<Failure.SdHashMismatch>();

    [Fact]
    public void A_disclosure_added_after_the_holder_signed_is_found() =>
        Scenario.Verify(s => s.Tamper = p => p.Insert(p.LastIndexOf('~') + 1, s.FamilyName + "~")).IsRejected<Failure.SdHashMismatch>();

    [Fact]
    public void Further_claims_and_headers_of_the_holders_signature_are_ignored() =>
        Scenario.Verify(s => (s.KeyBindingPayload["x-more"], s.KeyBindingHeader["x-more"]) = (1, 1)).IsAccepted();
}
