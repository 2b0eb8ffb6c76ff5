using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Checks;

/// <summary>Other names of a type, what it extends, and what its metadata ask of a credential.</summary>
public sealed class TypeMetadataTests
{
    private const string Own = TestPki.CardType;
    private const string Other = TestPki.OtherType;
    private const string Plain = $$"""{"vct":"{{Own}}","claims":[]}""";

    [Fact]
    public void Another_name_of_a_type_is_accepted_of_a_signer_who_is_trusted_for_it() => Aka(Own, Other).IsAccepted();

    [Fact]
    public void Another_name_of_a_type_gives_a_signer_no_authority() => Assert.Equal(Other, Aka(Own).IsRejected<Failure.IssuerNotForType>().Type);

    [Fact]
    public void A_signer_for_the_other_name_alone_may_not_sign_the_type() => Assert.Equal(Own, Aka(Other).IsRejected<Failure.IssuerNotForType>().Type);

    [Fact]
    public void A_pinned_key_has_to_be_pinned_for_the_other_name_too()
    {
        VerificationResult Pinned(params string[] types) => Scenario.Verify(s =>
        {
            s.Payload["aka_vcts"] = new JsonArray(Other);
            s.Query = Asking(Other);
            s.Policy = Policies.Haip(IssuerTrust.PinnedKeysUnsafe([.. types.Select(type => new PinnedIssuerKey(type, TestPki.CardSigner.PublicKey))]));
        });
        Pinned(Own, Other).IsAccepted();
        Assert.Equal(Other, Pinned(Own).IsRejected<Failure.NoPinnedKey>().Type);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("[1]")]
    [InlineData($"[\"{Own}\"]")]
    public void Names_that_are_malformed_are_refused(string names) => Scenario.Verify(s => s.Payload["aka_vcts"] = JsonNode.Parse(names)).IsRejected<Failure.AkaTypesMalformed>();

    [Fact]
    public void A_name_that_nobody_asked_for_changes_nothing() => Scenario.Verify(s => s.Payload["aka_vcts"] = new JsonArray(Other)).IsAccepted();

    [Fact]
    public void A_type_that_is_extended_is_accepted_of_a_signer_who_is_trusted_for_it()
    {
        VerificationResult Extending(TypeMetadataCheck check, params string[] trustedFor) => Verify(check, s =>
        {
            s.Types[Own] = Json($$"""{"vct":"{{Own}}","extends":"{{Other}}"}""");
            s.Types[Other] = Json($$"""{"vct":"{{Other}}"}""");
            s.Query = Asking(Other);
            s.Anchors[0] = Anchor(trustedFor);
        });
        Extending(TypeMetadataCheck.WhereHeld, Own, Other).IsAccepted();
        Assert.Equal(Other, Extending(TypeMetadataCheck.WhereHeld, Own).IsRejected<Failure.IssuerNotForType>().Type);
        Extending(TypeMetadataCheck.NotRead, Own, Other).IsRejected<Failure.UnexpectedType>();
    }

    [Fact]
    public void Metadata_that_the_policy_requires_have_to_be_in_the_bundle()
    {
        Assert.Equal(Own, Verify(TypeMetadataCheck.Required, _ => { }).IsRejected<Failure.TypeMetadataMissing>().Type);
        Verify(TypeMetadataCheck.Required, s => s.Types[Own] = Json(Plain)).IsAccepted();
        Verify(TypeMetadataCheck.WhereHeld, _ => { }).IsAccepted();
    }

    [Theory]
    [InlineData($$"""{"vct":"{{Other}}"}""", FormatRule.Member)]
    [InlineData($$"""{"vct":"{{Own}}","extends":"{{Own}}"}""", FormatRule.Structure)]
    [InlineData($$"""{"vct":"{{Own}}","extends":"{{Other}}"}""", FormatRule.Member)]
    [InlineData("7", FormatRule.Structure)]
    [InlineData("\"not base64url!\"", FormatRule.Json)]
    public void Metadata_that_cannot_be_used_reject_the_credential(string document, FormatRule rule)
    {
        Assert.Equal(rule, Verify(TypeMetadataCheck.WhereHeld, s => s.Types[Own] = Json(document)).IsRejected<Failure.TypeMetadataUnusable>().Rule);
        Verify(TypeMetadataCheck.NotRead, s => s.Types[Own] = Json(document)).IsAccepted();
    }

    [Fact]
    public void The_metadata_are_the_document_that_the_credential_names()
    {
        const string spaced = $$"""{ "vct": "{{Own}}",   "claims": [] }""";
        VerificationResult Named(string integrity) => Verify(TypeMetadataCheck.WhereHeld, s =>
        {
            s.Types[Own] = Json(spaced);
            s.Payload["vct#integrity"] = integrity;
        });
        Named(IntegrityOf(spaced)).IsAccepted();
        Assert.Equal(FormatRule.Digest, Named(IntegrityOf(Plain)).IsRejected<Failure.TypeMetadataUnusable>().Rule);
        Assert.Equal(FormatRule.Algorithm, Named("md5-AAAA").IsRejected<Failure.TypeMetadataUnusable>().Rule);
    }

    [Fact]
    public void A_document_in_octets_keeps_the_space_around_it()
    {
        const string file = Plain + "\n";
        Verify(TypeMetadataCheck.Required, s =>
        {
            s.Types[Own] = JsonSerializer.SerializeToElement(Base64UrlText.Encode(Encoding.UTF8.GetBytes(file)));
            s.Payload["vct#integrity"] = IntegrityOf(file);
        }).IsAccepted();
    }

    [Theory]
    [InlineData("""{"path":["vct"],"sd":"never","mandatory":true}""", null)]
    [InlineData("""{"path":["issuing_country"],"sd":"never","mandatory":true}""", TypeRule.Mandatory)]
    [InlineData("""{"path":["cnf","jwk"],"sd":"never","mandatory":true}""", null)]
    [InlineData("""{"path":["cnf","kid"],"sd":"never","mandatory":true}""", TypeRule.Mandatory)]
    [InlineData("""{"path":["family_name"],"sd":"always","mandatory":true}""", null)]
    [InlineData("""{"path":["family_name"],"mandatory":true}""", null)]
    [InlineData("""{"path":["age_equal_or_over","18"],"sd":"always"}""", null)]
    [InlineData("""{"path":["age_equal_or_over","18"],"sd":"never"}""", TypeRule.NeverDisclosable)]
    [InlineData("""{"path":["vct"],"sd":"always"}""", TypeRule.AlwaysDisclosable)]
    [InlineData("""{"path":["a",0],"sd":"never","mandatory":true}""", null)]
    public void A_credential_keeps_to_the_rules_of_its_type(string rule, TypeRule? broken)
    {
        var result = Verify(TypeMetadataCheck.WhereHeld, s => s.Types[Own] = Json($$"""{"vct":"{{Own}}","claims":[{{rule}}]}"""));
        if (broken is { } expected)
        {
            Assert.Equal(expected, result.IsRejected<Failure.AgainstTypeMetadata>().Rule);
        }
        else
        {
            result.IsAccepted();
        }
    }

    private static VerificationResult Aka(params string[] trustedFor) => Scenario.Verify(s =>
    {
        s.Payload["aka_vcts"] = new JsonArray("https://example.org/vct/something-else", Other);
        s.Query = Asking(Other);
        s.Anchors[0] = Anchor(trustedFor);
    });

    private static VerificationResult Verify(TypeMetadataCheck check, Action<Scenario> change) => Scenario.Verify(s =>
    {
        s.Policy = Policies.Haip(types: check);
        change(s);
    });

    private static Anchor Anchor(params string[] types) =>
        new() { Certificate = TestPki.CardAuthority.Certificate, Roles = [AnchorRole.Credentials], Types = types };

    private static CredentialQuery Asking(string type) => CredentialQuery.OfType("card", type).Asking("age_equal_or_over", "18");

    private static JsonElement Json(string text) => JsonElement.Parse(text);

    private static string IntegrityOf(string document) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(document)));
}
