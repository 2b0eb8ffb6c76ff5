using System.Text.Json;
using IdentityPlatform.Formats;
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
}
