using System.Text;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.Issuer.Tests.Catalogue;

namespace IdentityPlatform.Issuer.Tests.Protocol;

public sealed class CredentialRequestTests
{
    private static readonly CredentialGrant ByScope =
        new("wallet", ["compatriot_card"], new Dictionary<string, IReadOnlyList<string>>());

    private static readonly CredentialGrant ByDetails =
        new("wallet", [], new Dictionary<string, IReadOnlyList<string>> { ["compatriot-card"] = ["set-1"] });

    [Fact]
    public void A_request_with_unknown_members_is_read()
    {
        var request = Parse("""{"credential_configuration_id":"compatriot-card","proofs":{"jwt":["p1","p2"]},"format":"vc","x":{"y":1}}""")
            .Match(passed => passed, failure => throw new InvalidOperationException(failure.ToString()));
        Assert.Equal(("compatriot-card", null), (request.ConfigurationId, request.CredentialIdentifier));
        Assert.Equal((ProofType.Jwt, "p1,p2"), (request.Proofs.Type, string.Join(',', request.Proofs.Items)));
    }

    [Theory]
    [InlineData("", CredentialError.InvalidCredentialRequest, CredentialRule.Json)]
    [InlineData("[]", CredentialError.InvalidCredentialRequest, CredentialRule.Json)]
    [InlineData("{\"credential_configuration_id\":", CredentialError.InvalidCredentialRequest, CredentialRule.Json)]
    [InlineData("""{"credential_configuration_id":"a","credential_configuration_id":"b"}""", CredentialError.InvalidCredentialRequest, CredentialRule.Json)]
    [InlineData("{}", CredentialError.InvalidCredentialRequest, CredentialRule.OneCredential)]
    [InlineData("""{"credential_configuration_id":1,"proofs":{"jwt":["p"]}}""", CredentialError.InvalidCredentialRequest, CredentialRule.OneCredential)]
    [InlineData("""{"credential_configuration_id":"a","credential_identifier":"b","proofs":{"jwt":["p"]}}""", CredentialError.InvalidCredentialRequest, CredentialRule.OneCredential)]
    [InlineData("""{"credential_configuration_id":"a"}""", CredentialError.InvalidProof, CredentialRule.ProofsPresent)]
    [InlineData("""{"credential_configuration_id":"a","proof":{"proof_type":"jwt","jwt":"p"}}""", CredentialError.InvalidProof, CredentialRule.ProofsPresent)]
    [InlineData("""{"credential_configuration_id":"a","proofs":"p"}""", CredentialError.InvalidProof, CredentialRule.ProofsShape)]
    [InlineData("""{"credential_configuration_id":"a","proofs":{}}""", CredentialError.InvalidProof, CredentialRule.ProofsShape)]
    [InlineData("""{"credential_configuration_id":"a","proofs":{"jwt":[]}}""", CredentialError.InvalidProof, CredentialRule.ProofsShape)]
    [InlineData("""{"credential_configuration_id":"a","proofs":{"jwt":[1]}}""", CredentialError.InvalidProof, CredentialRule.ProofsShape)]
    [InlineData("""{"credential_configuration_id":"a","proofs":{"jwt":["p"],"attestation":["p"]}}""", CredentialError.InvalidProof, CredentialRule.ProofsShape)]
    [InlineData("""{"credential_configuration_id":"a","proofs":{"di_vp":[{}]}}""", CredentialError.InvalidProof, CredentialRule.ProofType)]
    [InlineData("""{"credential_configuration_id":"a","proofs":{"attestation":["p","q"]}}""", CredentialError.InvalidProof, CredentialRule.ProofsShape)]
    [InlineData("""{"credential_configuration_id":"a","proofs":{"attestation":"p"}}""", CredentialError.InvalidProof, CredentialRule.ProofsShape)]
    [InlineData("""{"credential_configuration_id":"a","proofs":{"jwt":["p"]},"credential_response_encryption":{"jwk":{},"enc":"A128GCM"}}""", CredentialError.InvalidEncryptionParameters, CredentialRule.ResponseEncryptionUnprotected)]
    public void A_bad_request_is_refused_by_its_rule(string body, CredentialError error, CredentialRule rule) =>
        Assert.Equal((error, rule), Failure(Parse(body)));

    [Fact]
    public void A_configuration_that_the_scope_covers_passes() => Assert.Equal("compatriot-card", Passed("credential_configuration_id", "compatriot-card", ByScope));

    [Fact]
    public void A_scope_and_an_identifier_cover_one_format_alone()
    {
        var mdoc = ByScope with { Scopes = ["compatriot_card_mdoc"] };
        Assert.Equal("compatriot-card-mdoc", Passed("credential_configuration_id", "compatriot-card-mdoc", mdoc));
        Assert.Equal(
            (CredentialError.InvalidCredentialRequest, CredentialRule.Authorized), Failure(Run("credential_configuration_id", "compatriot-card-mdoc", ByScope, 1)));
        Assert.Equal((CredentialError.InvalidCredentialRequest, CredentialRule.Authorized), Failure(Run("credential_configuration_id", "compatriot-card", mdoc, 1)));
        var both = ByDetails with
        {
            CredentialIdentifiers = new Dictionary<string, IReadOnlyList<string>> { ["compatriot-card"] = ["set-1"], ["compatriot-card-mdoc"] = ["set-2"] },
        };
        Assert.Equal("compatriot-card-mdoc", Passed("credential_identifier", "set-2", both));
        Assert.Equal("compatriot-card", Passed("credential_identifier", "set-1", both));
    }

    [Fact]
    public void An_identifier_that_the_token_response_gave_passes() => Assert.Equal("compatriot-card", Passed("credential_identifier", "set-1", ByDetails));

    [Theory]
    [InlineData("credential_configuration_id", "unknown", false, CredentialError.UnknownCredentialConfiguration, CredentialRule.KnownConfiguration)]
    [InlineData("credential_configuration_id", "unknown", true, CredentialError.UnknownCredentialConfiguration, CredentialRule.KnownConfiguration)]
    [InlineData("credential_configuration_id", "compatriot-card", true, CredentialError.InvalidCredentialRequest, CredentialRule.IdentifierExpected)]
    [InlineData("credential_identifier", "unknown", true, CredentialError.UnknownCredentialIdentifier, CredentialRule.KnownIdentifier)]
    [InlineData("credential_identifier", "set-1", false, CredentialError.UnknownCredentialIdentifier, CredentialRule.KnownIdentifier)]
    public void What_the_token_does_not_give_is_refused(string member, string value, bool details, CredentialError error, CredentialRule rule) =>
        Assert.Equal((error, rule), Failure(Run(member, value, details ? ByDetails : ByScope, 1)));

    [Fact]
    public void A_token_without_the_scope_is_refused() => Assert.Equal(
        (CredentialError.InvalidCredentialRequest, CredentialRule.Authorized),
        Failure(Run("credential_configuration_id", "compatriot-card", ByScope with { Scopes = ["other"] }, 1)));

    [Fact]
    public void A_batch_as_large_as_announced_passes() => Run("credential_configuration_id", "compatriot-card", ByScope, 10).Match(_ => 0, f => throw new InvalidOperationException(f.ToString()));

    [Fact]
    public void A_larger_batch_is_refused() => Assert.Equal(
        (CredentialError.InvalidProof, CredentialRule.BatchSize), Failure(Run("credential_configuration_id", "compatriot-card", ByScope, 11)));

    private static string Passed(string member, string value, CredentialGrant grant) =>
        Run(member, value, grant, 1).Match(type => type.Id, failure => throw new InvalidOperationException(failure.ToString()));

    private static Checked<IdentityPlatform.Issuer.Catalogue.CredentialConfiguration> Run(string member, string value, CredentialGrant grant, int proofs)
    {
        var list = string.Join(',', Enumerable.Repeat("\"p\"", proofs));
        var request = Parse($$$"""{"{{{member}}}":"{{{value}}}","proofs":{"jwt":[{{{list}}}]}}""")
            .Match(passed => passed, failure => throw new InvalidOperationException(failure.ToString()));
        return CredentialRequestChecks.Run(request, grant, CatalogueFiles.Shipped());
    }

    private static Checked<CredentialRequest> Parse(string body) =>
        WalletMessage.Parse(Encoding.UTF8.GetBytes(body)).Failed(out var failure, out var message) ? failure : CredentialRequest.Parse(message);

    private static (CredentialError Error, CredentialRule Rule) Failure<T>(Checked<T> outcome)
        where T : class => outcome.Match(_ => throw new InvalidOperationException("it passed"), failure => (failure.Error, failure.Rule));
}
