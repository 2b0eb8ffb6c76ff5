using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Presentation;

public sealed class DcqlTests
{
    [Fact]
    public void A_query_is_written_in_the_words_of_the_specification() =>
        Assert.Equal(
            """{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]},"claims":[{"path":["age_equal_or_over","14"]},{"path":["nationalities",null]}]}]}""",
            DcqlQuery.For(CredentialQuery.OfType("c", "t").Asking("age_equal_or_over", "14").Asking("nationalities", null)).ToJson());

    [Theory]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]}}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t","u"]},"multiple":true,"require_cryptographic_holder_binding":false,"trusted_authorities":[{"type":"aki","values":["s9tIpPmhxdiuNkHMEWNpYim8S8Y"]}]}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]},"claims":[{"id":"a","path":["x",0],"values":["y",1,true]},{"id":"b","path":["z"]}],"claim_sets":[["a","b"],["b"]]}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]}},{"id":"d","format":"dc+sd-jwt","meta":{"vct_values":["u"]}}],"credential_sets":[{"options":[["c"],["d"]]},{"options":[["d"]],"required":false}]}""")]
    public void What_parses_is_written_again_as_it_was(string json) => Assert.Equal(json, DcqlQuery.Parse(JsonElement.Parse(json)).OrThrow().ToJson());

    [Fact]
    public void Unknown_members_are_ignored() =>
        DcqlQuery.Parse(JsonElement.Parse("""{"more":1,"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"],"more":1},"more":[]}]}""")).OrThrow();

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"credentials":[]}""")]
    [InlineData("""{"credentials":[{"format":"dc+sd-jwt","meta":{"vct_values":["t"]}}]}""")]
    [InlineData("""{"credentials":[{"id":"a b","format":"dc+sd-jwt","meta":{"vct_values":["t"]}}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"ldp_vc","meta":{"vct_values":["t"]}}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{}}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":[]}}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]},"multiple":"yes"}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]},"claims":[]}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]},"claims":[{"path":[]}]}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]},"claims":[{"path":[-1]}]}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]},"claims":[{"path":["a"]},{"path":["a"]}]}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]},"claims":[{"path":["a"],"values":[]}]}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]},"claims":[{"path":["a"]}],"claim_sets":[["a"]]}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]},"claim_sets":[["a"]]}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]}},{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]}}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]}}],"credential_sets":[{"options":[["d"]]}]}""")]
    [InlineData("""{"credentials":[{"id":"c","format":"dc+sd-jwt","meta":{"vct_values":["t"]}}],"credential_sets":[]}""")]
    public void What_breaks_a_rule_of_the_language_is_refused(string json)
    {
        Assert.True(DcqlQuery.Parse(JsonElement.Parse(json)).Failed(out var failure, out _));
        Assert.Equal(FormatRule.Structure, failure.Rule);
    }

    [Fact]
    public void A_query_is_satisfied_by_all_credentials_or_by_its_sets()
    {
        var both = DcqlQuery.For(CredentialQuery.OfType("c", "t"), CredentialQuery.OfType("d", "u"));
        Assert.False(both.IsSatisfiedBy(new HashSet<string> { "c" }));
        Assert.True(both.IsSatisfiedBy(new HashSet<string> { "c", "d" }));
        var either = both.WithSets([new CredentialSet([["c"], ["d"]]), new CredentialSet([["c", "d"]], Required: false)]);
        Assert.True(either.IsSatisfiedBy(new HashSet<string> { "d" }));
        Assert.False(either.IsSatisfiedBy(new HashSet<string>()));
    }

    [Fact]
    public void A_program_that_builds_a_wrong_query_is_stopped()
    {
        Assert.Throws<ArgumentException>(() => CredentialQuery.OfType("a b", "t"));
        Assert.Throws<ArgumentException>(() => CredentialQuery.OfType("c"));
        Assert.Throws<ArgumentException>(() => CredentialQuery.OfType("c", "t").Asking("a").Asking("a"));
        Assert.Throws<ArgumentException>(() => CredentialQuery.OfType("c", "t").Asking("a").WithClaimSets([["b"]]));
        Assert.Throws<ArgumentException>(() => DcqlQuery.For());
        Assert.Throws<ArgumentException>(() => DcqlQuery.For(CredentialQuery.OfType("c", "t"), CredentialQuery.OfType("c", TestPki.CardType)));
    }

    [Fact]
    public void Every_part_of_the_language_is_built_and_parses_to_the_same()
    {
        var card = CredentialQuery.OfType("card", "t", "u")
            .Asking(new ClaimQuery("a", ClaimPath.Of("address", "country"), []))
            .Asking(new ClaimQuery("b", ClaimPath.Of("nationalities", null), []))
            .WithClaimSets(["a", "b"], ["b"])
            .AllowingSeveral()
            .WithoutHolderBinding()
            .From(TrustedAuthorities.ByKey(TestPki.CardAuthority.Certificate))
            .From(TrustedAuthorities.OfList(new Uri("https://lists.example/lote.jws")));
        var mdoc = CredentialQuery.OfDocType("mdoc", "doc").Asking(new ClaimQuery(null, ClaimPath.Of("ns", "a"), []) { IntentToRetain = true });
        var json = DcqlQuery.For(card, mdoc).WithSets([new CredentialSet([["card"], ["mdoc"]])]).ToJson();

        Assert.Equal(json, DcqlQuery.Parse(JsonElement.Parse(json)).OrThrow().ToJson());
        Assert.Contains("\"intent_to_retain\":true", json, StringComparison.Ordinal);
        Assert.Contains("{\"type\":\"etsi_tl\",\"values\":[\"https://lists.example/lote.jws\"]}", json, StringComparison.Ordinal);
        Assert.Matches("\"aki\",\"values\":\\[\"[A-Za-z0-9_-]{27}\"", json);
    }

    [Fact]
    public void Values_are_strings_whole_numbers_and_booleans_and_are_compared_on_arrival()
    {
        var query = CredentialQuery.OfType("card", TestPki.CardType);
        Assert.Contains("\"values\":[\"x\",7,true]", DcqlQuery.For(query.AskingFor(ClaimPath.Of("a"), "x", 7, true)).ToJson(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => query.AskingFor(ClaimPath.Of("a"), 1.5));
        Assert.Throws<ArgumentException>(() => query.AskingFor(ClaimPath.Of("a")));
        Scenario.Verify(s => s.Query = query.AskingFor(ClaimPath.Of("age_equal_or_over", "18"), true)).IsAccepted();
        Scenario.Verify(s => s.Query = query.AskingFor(ClaimPath.Of("age_equal_or_over", "18"), false, "true")).IsRejected<Failure.ValueNotRequested>();
    }

    [Fact]
    public void The_builder_is_as_strict_as_the_parser()
    {
        Assert.Throws<ArgumentException>(() => CredentialQuery.OfDocType("c", "doc").Asking("a"));
        Assert.Throws<ArgumentException>(() => CredentialQuery.OfDocType("c", "doc").Asking("a", 0));
        Assert.Throws<ArgumentException>(() => CredentialQuery.OfType("c", "t").Asking(new ClaimQuery("a b", ClaimPath.Of("a"), [])));
        Assert.Throws<ArgumentException>(() => CredentialQuery.OfType("c", "t").Asking(new ClaimQuery("a", ClaimPath.Of("a"), [])).Asking(new ClaimQuery("a", ClaimPath.Of("b"), [])));
        Assert.True(DcqlQuery.Parse(JsonElement.Parse("""{"credentials":[{"id":"c","format":"mso_mdoc","meta":{"doctype_value":"d"},"claims":[{"path":["n","e"],"intent_to_retain":"yes"}]}]}"""))
            .Failed(out var failure, out _));
        Assert.Equal(FormatRule.Structure, failure.Rule);
    }
}
