using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Tests.Catalogue;

public sealed class RepresentationTypeTests
{
    [Fact]
    public void What_nobody_may_hide_is_said_so_in_the_type_metadata_and_everything_else_is_disclosed_apart()
    {
        var type = CatalogueFiles.Shipped().Types[1];
        Assert.Equal("https://example.org/vct/representation/1", type.Vct);
        Assert.Null(type.Mdoc);
        Assert.Equal(["nature_of_representation", "powers", "valid_until"], type.Claims.Where(claim => claim.AlwaysDisclosed).Select(claim => claim.Name));
        var document = TypeMetadata.Of(type).Document;
        var claims = StrictJson.ParseObject(document.Span).OrThrow().Element.GetProperty("claims").EnumerateArray();
        Assert.Equal(
            ["nature_of_representation", "powers", "powers", "valid_until"],
            claims.Where(claim => claim.StringMember("sd") == "never").Select(claim => claim.GetProperty("path")[0].GetString()));
        Assert.All(LocalisedText.Languages, language => Assert.All(type.Paths(), path => Assert.Contains(path.Label.All, text => text.Language == language)));
    }

    public static TheoryData<string, CatalogueRule> BrokenFiles() => new()
    {
        { "a name that everybody sees", CatalogueRule.BadValue },
        { "a birth date that everybody sees", CatalogueRule.BadValue },
        { "an account that everybody sees", CatalogueRule.BadValue },
        { "an end that can be hidden", CatalogueRule.BadValue },
        { "an end that may be missing", CatalogueRule.BadValue },
        { "a child without a birth date", CatalogueRule.BadValue },
        { "a child that may be missing", CatalogueRule.BadValue },
        { "always disclosed and no representation", CatalogueRule.BadValue },
        { "another word for always", CatalogueRule.BadValue },
        { "a forbidden field that everybody sees", CatalogueRule.ForbiddenField },
        { "choices without words", CatalogueRule.BadValue },
        { "a power twice", CatalogueRule.DoubledName },
        { "an mdoc", CatalogueRule.BadValue },
    };

    [Theory]
    [Trait("Safeguard", "SG2")]
    [MemberData(nameof(BrokenFiles))]
    public void A_broken_file_is_refused_by_its_rule(string fault, CatalogueRule rule) =>
        Assert.Equal(rule, Assert.Throws<CatalogueException>(() => CatalogueFiles.ParseRepresentation(json => Break(json, fault))).Rule);

    [Fact]
    public void A_list_of_choices_that_everybody_sees_may_have_another_word() =>
        Assert.Equal(4, CatalogueFiles.ParseRepresentation(json => Claim(json, "powers")["words"]!.AsArray().Add(Claim(json, "powers")["words"]![0]!.DeepClone().With("schools")))
            .Claims.Single(claim => claim.Name == "powers").Words.Count);

    [Fact]
    public void A_representation_is_nobodys_first_type()
    {
        using var copy = new DeploymentCopy(CatalogueFiles.Directory, "deployment.json", json => json["credential_types"] = new JsonArray("representation.json", "compatriot-card.json"));
        Assert.Equal(CatalogueRule.BadValue, Assert.Throws<CatalogueException>(copy.Load).Rule);
    }

    private static void Break(JsonObject json, string fault)
    {
        Dictionary<string, Action> faults = new()
        {
            ["a name that everybody sees"] = () => Claim(json, "represented")["disclosed"] = "always",
            ["a birth date that everybody sees"] = () => json["claims"]!.AsArray().Add(Claim(json, "represented")["members"]![2]!.DeepClone().With("born", always: true)),
            ["an account that everybody sees"] = () => Claim(json, "account")["disclosed"] = "always",
            ["an end that can be hidden"] = () => Claim(json, "valid_until").Remove("disclosed"),
            ["an end that may be missing"] = () => Claim(json, "valid_until")["required"] = false,
            ["a child without a birth date"] = () => Claim(json, "represented")["members"]!.AsArray().RemoveAt(2),
            ["a child that may be missing"] = () => Claim(json, "represented")["required"] = false,
            ["always disclosed and no representation"] = () => json.Remove("represents"),
            ["another word for always"] = () => Claim(json, "powers")["disclosed"] = "sometimes",
            ["a forbidden field that everybody sees"] = () => Claim(json, "nature_of_representation")["name"] = "religion",
            ["choices without words"] = () => Claim(json, "powers").Remove("words"),
            ["a power twice"] = () => Claim(json, "powers")["words"]![1]!["word"] = "services",
            ["an mdoc"] = () =>
            {
                json["mdoc"] = new JsonObject { ["id"] = "representation-mdoc", ["scope"] = "representation_mdoc", ["doctype"] = "org.example.representation.1" };
                Claim(json, "represented")["members"]![2]!["mdoc"] = new JsonObject { ["namespace"] = "org.example.representation.1", ["element"] = "birth_date" };
            },
        };
        faults[fault]();
    }

    private static JsonObject Claim(JsonObject json, string name) =>
        json["claims"]!.AsArray().Select(claim => claim!.AsObject()).Single(claim => (string)claim["name"]! == name);
}

/// <summary>Copies of parts of a file with another name.</summary>
internal static class CatalogueNodes
{
    public static JsonNode With(this JsonNode node, string name, bool always = false)
    {
        node[node["word"] is null ? "name" : "word"] = name;
        if (always)
        {
            node["disclosed"] = "always";
        }

        return node;
    }
}
