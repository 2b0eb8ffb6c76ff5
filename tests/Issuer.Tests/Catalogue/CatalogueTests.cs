using System.Security.Cryptography;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Tests.Catalogue;

public sealed class CatalogueTests
{
    [Fact]
    public void The_shipped_card_is_read()
    {
        var card = CatalogueFiles.Card();
        Assert.Equal(("compatriot-card", "compatriot_card", "https://example.org/vct/compatriot-card/1"), (card.Id, card.Scope, card.Vct));
        Assert.Equal(new MdocForm("compatriot-card-mdoc", "compatriot_card_mdoc", "org.example.compatriotcard.1"), card.Mdoc);
        Assert.Equal([CredentialFormat.SdJwtVc, CredentialFormat.MsoMdoc], card.Configurations.Select(configuration => configuration.Format));
        Assert.Equal((10, 90), (card.BatchSize, card.CopyValidityDays));
        Assert.Equal([12, 14, 16, 18, 21, 25, 35, 60, 65], card.Claims.Single(claim => claim.Name == "age_equal_or_over").Thresholds);
        Assert.All(card.ConsentTexts("ru"), text => Assert.True(text.Label.Length > 0 && text.Purpose.Length > 0));
    }

    [Fact]
    public void Every_path_has_a_finished_label_of_its_own_in_each_language()
    {
        var labels = CatalogueFiles.Card().Paths().Where(path => path.Path[^1] is not null).ToList();
        Assert.All(labels, path => Assert.DoesNotContain(path.Label.All, text => text.Text.Contains('{', StringComparison.Ordinal)));
        Assert.Equal(labels.Count, labels.Select(path => path.Label.In("ru")).Distinct(StringComparer.Ordinal).Count());
        Assert.Contains(labels, path => path.Label.In("en") == "18 years or older");
    }

    [Fact]
    [Trait("Safeguard", "SG1")]
    public void The_shipped_card_has_no_forbidden_field() =>
        Assert.All(CatalogueFiles.Card().Paths().SelectMany(path => path.Path), part => Assert.Null(part is null ? null : ForbiddenFields.Find(part)));

    [Theory]
    [InlineData("ethnicity", "ethnicity")]
    [InlineData("national_origin", "ethnicity")]
    [InlineData("religious_affiliation", "religion")]
    [InlineData("politicalViews", "opinion")]
    [InlineData("party_membership", "party")]
    [InlineData("trade_union", "union")]
    [InlineData("blood_type", "health")]
    [InlineData("face_template", "biometric template")]
    [InlineData("last_known_location", "location")]
    [InlineData("gps", "location")]
    [InlineData("employer_name", "employer")]
    [InlineData("recent_activity", "activity")]
    [InlineData("sex", "sex")]
    [InlineData("phone_number", "contact")]
    [InlineData("snils", "state number")]
    public void A_forbidden_field_and_its_synonyms_are_found(string name, string kind) => Assert.Equal(kind, ForbiddenFields.Find(name));

    [Theory]
    [InlineData("place_of_birth")]
    [InlineData("occupation")]
    [InlineData("issuing_authority")]
    [InlineData("authorized_regions")]
    [InlineData("given_name_latin1")]

    public void A_name_that_a_schema_may_have_is_let_through(string name) =>
        Assert.Null(ForbiddenFields.Find(name));

    [Fact]
    [Trait("Safeguard", "SG1")]
    public void A_file_with_a_forbidden_field_is_refused()
    {
        var e = Assert.Throws<CatalogueException>(() => CatalogueFiles.Parse(json => AddClaim(json, "religion")));
        Assert.Equal(CatalogueRule.ForbiddenField, e.Rule);
        Assert.EndsWith(".religion", e.Place, StringComparison.Ordinal);
    }

    [Fact]
    public void A_forbidden_field_inside_an_object_is_refused()
    {
        var e = Assert.Throws<CatalogueException>(() => CatalogueFiles.Parse(json =>
            Claim(json, "address")["members"]![0]!["name"] = "street"));
        Assert.Equal(CatalogueRule.ForbiddenField, e.Rule);
    }

    [Fact]
    [Trait("Safeguard", "SG1")]
    public void A_file_with_another_field_is_read() =>
        Assert.Contains(CatalogueFiles.Parse(json => AddClaim(json, "second_family_name")).Claims, claim => claim.Name == "second_family_name");

    public static TheoryData<string, CatalogueRule> BrokenFiles() => new()
    {
        { "unknown member", CatalogueRule.UnknownMember },
        { "unknown member of a claim", CatalogueRule.UnknownMember },
        { "no scope", CatalogueRule.MissingMember },
        { "no purpose", CatalogueRule.MissingMember },
        { "no Russian label", CatalogueRule.MissingMember },
        { "a language nobody speaks here", CatalogueRule.UnknownMember },
        { "vct over http", CatalogueRule.BadValue },
        { "batch of one", CatalogueRule.BadValue },
        { "unknown type", CatalogueRule.BadValue },
        { "claim that belongs to the format", CatalogueRule.BadValue },
        { "claim twice", CatalogueRule.DoubledName },
        { "other format", CatalogueRule.BadValue },
        { "ages that fall", CatalogueRule.BadValue },
        { "places without an mdoc form", CatalogueRule.BadValue },
        { "an mdoc form without places", CatalogueRule.BadValue },
        { "a document type of a driving licence", CatalogueRule.BadValue },
        { "a namespace without a version", CatalogueRule.BadValue },
        { "ages in one element", CatalogueRule.BadValue },
        { "an element with the pattern of ages", CatalogueRule.BadValue },
        { "an element twice", CatalogueRule.DoubledName },
        { "a place inside what is whole", CatalogueRule.BadValue },
        { "a forbidden element", CatalogueRule.ForbiddenField },
        { "ages of no date", CatalogueRule.BadValue },
        { "an issuer's claim without its value", CatalogueRule.MissingMember },
        { "a value twice", CatalogueRule.DoubledName },
        { "a word twice", CatalogueRule.DoubledName },
        { "what is paid for, issued nowhere", CatalogueRule.BadValue },
    };

    [Theory]
    [MemberData(nameof(BrokenFiles))]
    public void A_broken_file_is_refused_by_its_rule(string fault, CatalogueRule rule) =>
        Assert.Equal(rule, Assert.Throws<CatalogueException>(() => CatalogueFiles.Parse(json => Break(json, fault))).Rule);

    [Fact]
    public void A_directory_without_a_deployment_is_refused() =>
        Assert.Equal(CatalogueRule.Unreadable, Assert.Throws<CatalogueException>(() => Deployment.Load(Path.GetTempPath())).Rule);

    [Fact]
    public void Type_metadata_names_the_type_and_its_integrity_is_the_digest_of_the_served_bytes()
    {
        var metadata = TypeMetadata.Of(CatalogueFiles.Card());
        var json = StrictJson.ParseObject(metadata.Document.Span).OrThrow().Element;
        Assert.Equal(metadata.Vct, json.StringMember("vct"));
        Assert.Equal("sha256-" + Convert.ToBase64String(SHA256.HashData(metadata.Document.Span)), metadata.Integrity);
        Assert.Equal(metadata.Integrity, TypeMetadata.Of(CatalogueFiles.Card()).Integrity);
        var claims = json.GetProperty("claims").EnumerateArray().ToList();
        Assert.All(claims, claim => Assert.Equal("always", claim.StringMember("sd")));
        Assert.Contains(claims, claim => claim.GetProperty("path").GetRawText() == """["age_equal_or_over","18"]""");
        Assert.Contains(claims, claim => claim.GetProperty("path").GetRawText() == """["nationalities",null]""");
        Assert.Contains(claims, claim => claim.GetProperty("path").GetRawText() == """["address","country"]""");
    }

    private static void Break(JsonObject json, string fault)
    {
        Dictionary<string, Action> faults = new()
        {
            ["unknown member"] = () => json["colour"] = "red",
            ["unknown member of a claim"] = () => Claim(json, "birthdate")["sd"] = "never",
            ["no scope"] = () => json.Remove("scope"),
            ["no purpose"] = () => Claim(json, "birthdate").Remove("purpose"),
            ["no Russian label"] = () => Claim(json, "birthdate")["label"]!.AsObject().Remove("ru"),
            ["a language nobody speaks here"] = () => Claim(json, "birthdate")["label"]!["xx"] = "date",
            ["vct over http"] = () => json["vct"] = "http://example.org/vct/compatriot-card/1",
            ["batch of one"] = () => json["batch_size"] = 1,
            ["unknown type"] = () => Claim(json, "birthdate")["type"] = "number",
            ["claim that belongs to the format"] = () => AddClaim(json, "sub"),
            ["claim twice"] = () => AddClaim(json, "birthdate"),
            ["other format"] = () => json["format"] = "mso_mdoc",
            ["places without an mdoc form"] = () => json.Remove("mdoc"),
            ["an mdoc form without places"] = () => RemovePlaces(json["claims"]!.AsArray()),
            ["a document type of a driving licence"] = () => json["mdoc"]!["doctype"] = "org.iso.18013.5.1.mDL",
            ["a namespace without a version"] = () => Claim(json, "birthdate")["mdoc"]!["namespace"] = "names",
            ["ages in one element"] = () => Claim(json, "age_equal_or_over")["mdoc"]!["element"] = "ages",
            ["an element with the pattern of ages"] = () => Claim(json, "birthdate")["mdoc"]!["element"] = "birth_{0}",
            ["an element twice"] = () => Claim(json, "birthdate")["mdoc"]!["element"] = "age_over_18",
            ["a place inside what is whole"] = () => Claim(json, "account")["members"]![0]!["mdoc"] = new JsonObject { ["namespace"] = "org.example.compatriotcard.1", ["element"] = "provider" },
            ["a forbidden element"] = () => Claim(json, "birthdate")["mdoc"]!["element"] = "sex",
            ["ages of no date"] = () => Claim(json, "age_equal_or_over")["of"] = "family_name",
            ["an issuer's claim without its value"] = () => Claim(json, "document_number").Remove("value"),
            ["a value twice"] = () => Claim(json, "date_of_expiry")["value"] = "issued",
            ["a word twice"] = () => Claim(json, "citizenship_status")["words"]![1]!["word"] = "citizen",
            ["what is paid for, issued nowhere"] = () => Claim(json, "date_of_expiry")["value"] = "paid_until",
            ["ages that fall"] = () => Claim(json, "age_equal_or_over")["thresholds"] = new JsonArray(18, 14),
        };
        faults[fault]();
    }

    private static void RemovePlaces(JsonArray claims)
    {
        foreach (var claim in claims.Select(claim => claim!.AsObject()))
        {
            claim.Remove("mdoc");
            RemovePlaces(claim["members"]?.AsArray() ?? []);
        }
    }

    private static JsonObject Claim(JsonObject json, string name) =>
        json["claims"]!.AsArray().Select(claim => claim!.AsObject()).Single(claim => (string)claim["name"]! == name);

    private static void AddClaim(JsonObject json, string name)
    {
        var claim = Claim(json, "family_name").DeepClone().AsObject();
        claim["name"] = name;
        claim.Remove("mdoc");
        json["claims"]!.AsArray().Add(claim);
    }
}
