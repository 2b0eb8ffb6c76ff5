using System.Text.Json.Nodes;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Checks;

public sealed class IntegrityTests
{
    [Fact]
    public void A_changed_disclosure_is_found() =>
        Scenario.Verify(s => s.Shown[1] = Scenario.Disclosure("\"18\"", "true")).IsRejected<Failure.DigestMismatch>();

    [Fact]
    public void A_disclosure_shown_twice_is_found() => Scenario.Verify(s => s.Shown.Add(s.Over18)).IsRejected<Failure.DigestMismatch>();

    [Fact]
    public void A_disclosure_without_its_parent_is_found() => Scenario.Verify(s => s.Shown.Remove(s.Ages)).IsRejected<Failure.DigestMismatch>();

    [Fact]
    public void A_digest_that_the_issuer_wrote_twice_is_found() =>
        Scenario.Verify(s => s.Payload["_sd"]!.AsArray().Add(Scenario.Digest(s.Ages))).IsRejected<Failure.DigestMismatch>();

    [Fact]
    public void A_decoy_digest_is_accepted() =>
        Scenario.Verify(s => s.Payload["_sd"]!.AsArray().Add(Scenario.Digest("nothing"))).IsAccepted();

    [Fact]
    public void A_disclosed_name_that_is_there_in_the_clear_is_refused() =>
        Scenario.Verify(s => s.Payload["age_equal_or_over"] = new JsonObject()).IsRejected<Failure.DisclosureRefused>();

    [Fact]
    public void A_members_disclosure_without_a_name_is_refused() =>
        Scenario.Verify(s =>
        {
            var unnamed = Scenario.Disclosure("true");
            s.Payload["_sd"]!.AsArray().Add(Scenario.Digest(unnamed));
            s.Shown.Add(unnamed);
        }).IsRejected<Failure.DisclosureRefused>();

    [Fact]
    public void An_unknown_digest_algorithm_is_refused() =>
        Scenario.Verify(s => s.Payload["_sd_alg"] = "sha-1").IsRejected<Failure.UnknownDigestAlgorithm>();

    [Fact]
    public void Without_a_digest_algorithm_it_is_SHA_256() => Scenario.Verify(s => s.Payload.Remove("_sd_alg")).IsAccepted();
}
