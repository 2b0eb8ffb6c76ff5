using System.Text.Json.Nodes;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Tests.Catalogue;

/// <summary>The work patent: another file, and another deployment of the same program.</summary>
public sealed class PatentCatalogueTests
{
    [Fact]
    public void The_shipped_patent_is_read_in_both_formats()
    {
        var patent = CatalogueFiles.Patent();
        Assert.Equal(("work-patent", "https://example.org/vct/work-patent/1", "org.example.workpatent.1"), (patent.Id, patent.Vct, patent.Mdoc?.DocType));
        Assert.Equal((true, "issuing_jurisdiction", null), (patent.IsPaid, patent.Jurisdiction?.Name, patent.Account?.Name));
        Assert.Equal((12, 10), (patent.CardValidityMonths, patent.BatchSize));
        Assert.Equal("account", CatalogueFiles.Card().Account?.Name);
        Assert.False(CatalogueFiles.Card().IsPaid);
    }

    [Fact]
    public void Every_label_purpose_and_name_is_there_in_seven_languages()
    {
        foreach (var type in CatalogueFiles.Events().Types.Append(CatalogueFiles.Patent()).Append(CatalogueFiles.Card()))
        {
            var texts = type.Paths().SelectMany(path => new[] { path.Label, path.Claim.Purpose }).Append(type.Name).Append(type.Description)
                .Concat(type.Claims.Concat(type.Claims.SelectMany(claim => claim.Members)).SelectMany(claim => claim.Words).Select(word => word.Label));
            Assert.All(texts, text => Assert.Equal(LocalisedText.Languages, text.All.Select(one => one.Language)));
        }
    }

    [Fact]
    public void The_shipped_patent_has_no_forbidden_field() =>
        Assert.All(CatalogueFiles.Patent().Paths().SelectMany(path => path.Path), part => Assert.Null(part is null ? null : ForbiddenFields.Find(part)));

    [Theory]
    [InlineData("employer", CatalogueRule.ForbiddenField)]
    [InlineData("fingerprints", CatalogueRule.ForbiddenField)]
    [InlineData("medical_check", CatalogueRule.ForbiddenField)]
    [InlineData("payment_history", CatalogueRule.ForbiddenField)]
    [InlineData("street_address", CatalogueRule.ForbiddenField)]
    [InlineData("spouse", CatalogueRule.ForbiddenField)]
    [InlineData("inn", CatalogueRule.ForbiddenField)]
    public void A_forbidden_field_cannot_be_added_to_the_patent(string name, CatalogueRule rule) =>
        Assert.Equal(rule, Assert.Throws<CatalogueException>(() => CatalogueFiles.ParsePatent(json => AddClaim(json, name))).Rule);

    [Theory]
    [InlineData("second_occupation")]
    [InlineData("tax_number")]
    public void Another_field_can_be_added_to_the_patent(string name) =>
        Assert.Contains(CatalogueFiles.ParsePatent(json => AddClaim(json, name)).Claims, claim => claim.Name == name);

    [Fact]
    public void A_patent_for_two_regions_is_one_of_their_agreement()
    {
        var patents = CatalogueFiles.Patents();
        Assert.Equal(["RU-SPE", "RU-LEN"], patents.AgreementFor("RU-LEN", new DateOnly(2026, 11, 22))?.Regions);
        Assert.Equal(["RU-MOW"], patents.AgreementFor("RU-MOW", new DateOnly(2026, 6, 30))?.Regions);
        Assert.Equal(["RU-MOW", "RU-MOS"], patents.AgreementFor("RU-MOW", new DateOnly(2026, 7, 1))?.Regions);
        Assert.Null(patents.AgreementFor("RU-MOS", new DateOnly(2026, 6, 30)));
        Assert.Null(patents.AgreementFor("RU-KGD", new DateOnly(2026, 11, 22)));
    }

    [Theory]
    [InlineData("2026-01-01", AgreementState.Draft)]
    [InlineData("2026-02-01", AgreementState.Concluded)]
    [InlineData("2026-03-01", AgreementState.InForce)]
    [InlineData("2026-12-31", AgreementState.InForce)]
    [InlineData("2027-01-01", AgreementState.Ended)]
    public void An_agreement_is_signed_then_begins_then_ends(string day, AgreementState state)
    {
        var agreement = new Agreement("one", ["RU-SPE"], Day("2026-02-01"), Day("2026-03-01"), Day("2026-12-31"));
        Assert.Equal(state, agreement.On(Day(day)));
        Assert.Equal(AgreementState.Draft, (agreement with { SignedOn = null }).On(Day(day)));
        Assert.NotEqual(AgreementState.Ended, (agreement with { Until = null }).On(Day(day)));
    }

    public static TheoryData<string, string, CatalogueRule> BrokenFiles() => new()
    {
        { "no agreements", "deployment.json", CatalogueRule.MissingMember },
        { "no currency", "deployment.json", CatalogueRule.MissingMember },
        { "a region of an agreement without a price", "deployment.json", CatalogueRule.MissingMember },
        { "prices out of order", "deployment.json", CatalogueRule.BadValue },
        { "no region's code", "deployment.json", CatalogueRule.BadValue },
        { "a region twice", "deployment.json", CatalogueRule.DoubledName },
        { "an agreement of a region that is not there", "agreements.json", CatalogueRule.BadValue },
        { "two agreements of a region at a time", "agreements.json", CatalogueRule.BadValue },
        { "an agreement that ends before it begins", "agreements.json", CatalogueRule.BadValue },
        { "an agreement twice", "agreements.json", CatalogueRule.DoubledName },
        { "a day that is none", "agreements.json", CatalogueRule.BadValue },
    };

    [Theory]
    [MemberData(nameof(BrokenFiles))]
    public void A_broken_deployment_is_refused_by_its_rule(string fault, string file, CatalogueRule rule)
    {
        using var copy = new DeploymentCopy(CatalogueFiles.PatentDirectory, file, json => Break(json, fault));
        Assert.Equal(rule, Assert.Throws<CatalogueException>(copy.Load).Rule);
    }

    private static void Break(JsonObject json, string fault)
    {
        Dictionary<string, Action> faults = new()
        {
            ["no agreements"] = () => json.Remove("agreements"),
            ["no currency"] = () => json.Remove("currency"),
            ["a region of an agreement without a price"] = () => json["regions"]![3]!.AsObject().Remove("monthly_prices"),
            ["prices out of order"] = () => json["regions"]![3]!["monthly_prices"]![0]!["from"] = "2027-01-01",
            ["no region's code"] = () => json["regions"]![0]!["code"] = "Moscow",
            ["a region twice"] = () => json["regions"]![0]!["code"] = "RU-MOW",
            ["an agreement of a region that is not there"] = () => json["agreements"]![0]!["regions"]![0] = "RU-XXX",
            ["two agreements of a region at a time"] = () => json["agreements"]![0]!["regions"]![0] = "RU-MOW",
            ["an agreement that ends before it begins"] = () => json["agreements"]![3]!["until"] = "2026-10-31",
            ["an agreement twice"] = () => json["agreements"]![0]!["id"] = "kamchatka",
            ["a day that is none"] = () => json["agreements"]![0]!["from"] = "2026-02-30",
        };
        faults[fault]();
    }

    private static void AddClaim(JsonObject json, string name)
    {
        var claim = json["claims"]!.AsArray().Select(one => one!.AsObject()).Single(one => (string)one["name"]! == "middle_name").DeepClone().AsObject();
        claim["name"] = name;
        claim.Remove("mdoc");
        json["claims"]!.AsArray().Add(claim);
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
