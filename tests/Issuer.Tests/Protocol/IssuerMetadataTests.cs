using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.Issuer.Tests.Catalogue;

namespace IdentityPlatform.Issuer.Tests.Protocol;

public sealed class IssuerMetadataTests
{
    private static readonly JsonElement Metadata =
        StrictJson.ParseObject(IssuerMetadata.Write("https://issuer.example/card", CatalogueFiles.Shipped(), null, keyAttestations: false)).OrThrow().Element;

    [Theory]
    [InlineData("https://issuer.example", "/.well-known/openid-credential-issuer")]
    [InlineData("https://issuer.example/card", "/.well-known/openid-credential-issuer/card")]
    [InlineData("http://localhost:5102", "/.well-known/openid-credential-issuer")]
    public void The_well_known_string_goes_between_host_and_path(string issuer, string path) => Assert.Equal(path, IssuerMetadata.PathFor(issuer));

    [Fact]
    public void The_document_has_the_members_of_the_specification_and_no_other()
    {
        Only(Metadata, "credential_issuer", "credential_endpoint", "nonce_endpoint", "deferred_credential_endpoint", "notification_endpoint", "batch_credential_issuance", "display", "credential_configurations_supported");
        Assert.Equal("https://issuer.example/card", Metadata.StringMember("credential_issuer"));
        Assert.Equal("https://issuer.example/card/credential", Metadata.StringMember("credential_endpoint"));
        Assert.Equal("https://issuer.example/card/nonce", Metadata.StringMember("nonce_endpoint"));
        Assert.Equal("https://issuer.example/card/deferred-credential", Metadata.StringMember("deferred_credential_endpoint"));
        Assert.Equal("https://issuer.example/card/notification", Metadata.StringMember("notification_endpoint"));
        Assert.Equal(10, Metadata.GetProperty("batch_credential_issuance").GetProperty("batch_size").GetInt32());
        Locales(Metadata.GetProperty("display"), "name", "locale");
    }

    [Fact]
    public void The_configuration_binds_to_keys_that_are_proved_with_ES256()
    {
        var card = Metadata.GetProperty("credential_configurations_supported").GetProperty("compatriot-card");
        Only(card, "format", "scope", "vct", "credential_signing_alg_values_supported", "cryptographic_binding_methods_supported", "proof_types_supported", "credential_metadata");
        Assert.Equal("dc+sd-jwt", card.StringMember("format"));
        Assert.Equal("compatriot_card", card.StringMember("scope"));
        Assert.Equal(["jwk"], card.StringsMember("cryptographic_binding_methods_supported"));
        Only(card.GetProperty("proof_types_supported"), "jwt");
        Only(card.GetProperty("proof_types_supported").GetProperty("jwt"), "proof_signing_alg_values_supported");
        Assert.Equal(["ES256"], card.GetProperty("proof_types_supported").GetProperty("jwt").StringsMember("proof_signing_alg_values_supported"));
        Only(card.GetProperty("credential_metadata"), "display", "claims");
        Locales(card.GetProperty("credential_metadata").GetProperty("display"), "name", "locale", "description", "background_color", "text_color");
    }

    [Fact]
    public void The_mdoc_is_a_configuration_of_its_own_with_the_numbers_of_cose()
    {
        var card = Metadata.GetProperty("credential_configurations_supported").GetProperty("compatriot-card-mdoc");
        Only(card, "format", "scope", "doctype", "credential_signing_alg_values_supported", "cryptographic_binding_methods_supported", "proof_types_supported", "credential_metadata");
        Assert.Equal(("mso_mdoc", "compatriot_card_mdoc", "org.example.compatriotcard.1"), (card.StringMember("format"), card.StringMember("scope"), card.StringMember("doctype")));
        Assert.Equal("[-7]", card.GetProperty("credential_signing_alg_values_supported").GetRawText());
        Assert.Equal(["cose_key"], card.StringsMember("cryptographic_binding_methods_supported"));
        var paths = card.GetProperty("credential_metadata").GetProperty("claims").EnumerateArray().Select(claim => claim.GetProperty("path").GetRawText()).ToList();
        Assert.Contains("""["org.iso.23220.1","age_over_18"]""", paths);
        Assert.Contains("""["org.iso.23220.1","resident_country"]""", paths);
        Assert.Contains("""["org.example.compatriotcard.1","citizenship_status"]""", paths);
    }

    [Theory]
    [InlineData("compatriot-card")]
    [InlineData("compatriot-card-mdoc")]
    public void Every_claim_is_described_once_with_one_display_a_language(string configuration)
    {
        var claims = Metadata.GetProperty("credential_configurations_supported").GetProperty(configuration)
            .GetProperty("credential_metadata").GetProperty("claims").EnumerateArray().ToList();
        Assert.All(claims, claim =>
        {
            Only(claim, "path", "mandatory", "display");
            Assert.All(claim.GetProperty("path").EnumerateArray(), part => Assert.True(part.ValueKind is JsonValueKind.String or JsonValueKind.Null));
            Locales(claim.GetProperty("display"), "name", "locale");
        });
        var paths = claims.Select(claim => claim.GetProperty("path").GetRawText()).ToList();
        Assert.Equal(paths.Count, paths.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void An_offer_by_code_names_the_issuer_the_card_and_the_state()
    {
        var offer = JsonElement.Parse(CredentialOffer.ForCode("https://issuer.example", ["compatriot-card", "compatriot-card-mdoc"], "state-1"));
        Only(offer, "credential_issuer", "credential_configuration_ids", "grants");
        Only(offer.GetProperty("grants"), "authorization_code");
        Assert.Equal(["compatriot-card", "compatriot-card-mdoc"], offer.StringsMember("credential_configuration_ids"));
        Assert.Equal("state-1", offer.GetProperty("grants").GetProperty("authorization_code").StringMember("issuer_state"));
    }

    [Fact]
    public void An_offer_across_the_desk_asks_for_six_spoken_digits()
    {
        var offer = JsonElement.Parse(CredentialOffer.PreAuthorised("https://issuer.example", ["compatriot-card"], "code-1"));
        var grant = offer.GetProperty("grants").GetProperty("urn:ietf:params:oauth:grant-type:pre-authorized_code");
        Assert.Equal("code-1", grant.StringMember("pre-authorized_code"));
        Assert.Equal("""{"input_mode":"numeric","length":6}""", grant.GetProperty("tx_code").GetRawText());
    }

    private static void Only(JsonElement json, params string[] names) =>
        Assert.Equal(names.Order(StringComparer.Ordinal), json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));

    private static void Locales(JsonElement display, params string[] members)
    {
        var locales = display.EnumerateArray().Select(item => item.StringMember("locale")).ToList();
        Assert.NotEmpty(locales);
        Assert.Equal(locales.Count, locales.Distinct(StringComparer.Ordinal).Count());
        Assert.All(display.EnumerateArray(), item => Only(item, members));
    }
}
