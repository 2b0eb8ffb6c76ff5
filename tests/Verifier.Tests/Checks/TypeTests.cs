using System.Text.Json.Nodes;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Checks;

public sealed class TypeTests
{
    [Theory]
    [InlineData("vc+sd-jwt")]
    [InlineData("JWT")]
    [InlineData("kb+jwt")]
    public void Another_token_type_is_refused(string type) =>
        Assert.Equal(type, Scenario.Verify(s => s.Header["typ"] = type).IsRejected<Failure.WrongTokenType>().Actual);

    [Fact]
    public void A_missing_token_type_is_refused() => Scenario.Verify(s => s.Header.Remove("typ")).IsRejected<Failure.WrongTokenType>();

    [Fact]
    public void The_token_type_is_compared_as_a_media_type() => Scenario.Verify(s => s.Header["typ"] = "application/DC+SD-JWT").IsAccepted();

    [Fact]
    public void A_trusted_credential_of_a_type_that_was_not_asked_for_is_refused()
    {
        var failure = Scenario.Verify(s => s.Query = CredentialQuery.OfType("card", TestPki.OtherType).Asking("age_equal_or_over", "18")).IsRejected<Failure.UnexpectedType>();
        Assert.Equal((TestPki.CardType, TestPki.OtherType), (failure.Actual, failure.Expected.Single()));
    }

    [Fact]
    public void One_of_several_types_asked_for_is_accepted() =>
        Scenario.Verify(s => s.Query = CredentialQuery.OfType("card", TestPki.OtherType, TestPki.CardType).Asking("age_equal_or_over", "18")).IsAccepted();

    [Fact]
    public void Types_are_compared_with_their_case() =>
        Scenario.Verify(s => s.Query = CredentialQuery.OfType("card", TestPki.CardType.ToUpperInvariant())).IsRejected<Failure.UnexpectedType>();

    [Fact]
    public void An_aka_type_gives_no_authority() =>
        Scenario.Verify(s =>
        {
            s.Payload["aka_vcts"] = new JsonArray(TestPki.OtherType);
            s.Query = CredentialQuery.OfType("card", TestPki.OtherType);
        }).IsRejected<Failure.IssuerNotForType>();

    [Fact]
    public void A_credential_without_a_type_has_no_issuer() =>
        Assert.Null(Scenario.Verify(s => s.Payload.Remove("vct")).IsRejected<Failure.IssuerNotForType>().Type);

    [Fact]
    public void A_type_that_is_no_string_has_no_issuer() => Scenario.Verify(s => s.Payload["vct"] = 1).IsRejected<Failure.IssuerNotForType>();

    [Theory]
    [InlineData("iss", "\"https://issuer.example.org\"")]
    [InlineData("nbf", "1")]
    [InlineData("exp", "99999999999")]
    [InlineData("cnf", "{}")]
    [InlineData("vct#integrity", "\"sha256-x\"")]
    [InlineData("aka_vcts", "[]")]
    [InlineData("status", "{}")]
    public void A_claim_that_decides_about_validity_may_not_come_in_a_disclosure(string name, string value)
    {
        var failure = Scenario.Verify(s =>
        {
            var disclosure = Scenario.Disclosure($"\"{name}\"", value);
            s.Payload.Remove(name);
            s.Payload["_sd"]!.AsArray().Add(Scenario.Digest(disclosure));
            s.Shown.Add(disclosure);
        }).IsRejected<Failure.ForbiddenDisclosure>();
        Assert.Equal($"""["{name}"]""", failure.Path.ToString());
    }

    [Fact]
    public void A_member_of_such_a_claim_may_not_either() =>
        Scenario.Verify(s =>
        {
            var disclosure = Scenario.Disclosure("\"jku\"", "\"https://keys.example\"");
            s.Payload["cnf"]!["_sd"] = new JsonArray(Scenario.Digest(disclosure));
            s.Shown.Add(disclosure);
        }).IsRejected<Failure.ForbiddenDisclosure>();

    [Theory]
    [InlineData("sub")]
    [InlineData("iat")]
    public void Subject_and_time_of_issue_may_come_in_a_disclosure(string name) =>
        Scenario.Verify(s =>
        {
            var disclosure = Scenario.Disclosure($"\"{name}\"", "1");
            s.Payload["_sd"]!.AsArray().Add(Scenario.Digest(disclosure));
            s.Shown.Add(disclosure);
            s.Query = s.Query.Asking(name);
        }).IsAccepted();

    [Fact]
    public void An_anchor_is_trusted_for_each_of_its_types() =>
        Scenario.Verify(s =>
        {
            s.Anchors[0] = new Anchor { Certificate = TestPki.CardAuthority.Certificate, Roles = [AnchorRole.Credentials], Types = [TestPki.CardType, TestPki.OtherType] };
            s.Payload["vct"] = TestPki.OtherType;
            s.Query = CredentialQuery.OfType("card", TestPki.OtherType).Asking("age_equal_or_over", "18");
        }).IsAccepted();
}
