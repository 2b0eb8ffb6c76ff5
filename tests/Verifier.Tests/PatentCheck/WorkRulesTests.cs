using System.Globalization;
using System.Text.Json;
using IdentityPlatform.PatentCheck;
using IdentityPlatform.Verifier.Bundle;

namespace IdentityPlatform.Verifier.Tests.PatentCheck;

/// <summary>Where and until when a patent allows work: the region's own day, the last paid day to its end.</summary>
public sealed class WorkRulesTests
{
    private const string Patent = """{"authorized_regions":["RU-SPE","RU-LEN"],"paid_until":"2026-12-23"}""";
    private const string Mdoc = $$"""{"{{PatentClaim.PatentDocType}}":{{Patent}}}""";

    // 23 December ends at 21:00 UTC in Saint Petersburg (UTC+3), and at 22:00 in Kaliningrad (UTC+2).
    [Theory]
    [InlineData("RU-SPE", "2026-12-23T20:59:59Z", "Allowed")]
    [InlineData("RU-LEN", "2026-12-23T20:59:59Z", "Allowed")]
    [InlineData("RU-SPE", "2026-12-23T21:00:00Z", "NotPaid")]
    [InlineData("RU-MOW", "2026-12-23T20:59:59Z", "OtherRegion")]
    [InlineData("RU-XXX", "2026-12-23T20:59:59Z", "UnknownRegion")]
    public void The_day_is_that_of_the_region_in_either_format(string region, string now, string permission)
    {
        Assert.Equal(permission, WorkRules.Answer(Verified(Patent), region, Bundle(), Time(now)).ToString());
        Assert.Equal(permission, WorkRules.Answer(VerifiedMdoc(Mdoc), region, Bundle(), Time(now)).ToString());
    }

    [Fact]
    public void Each_region_of_a_patent_has_its_own_midnight()
    {
        var patent = Verified("""{"authorized_regions":["RU-KGD","RU-SPE"],"paid_until":"2026-12-23"}""");
        var between = Time("2026-12-23T21:30:00Z");
        Assert.Equal(WorkPermission.Allowed, WorkRules.Answer(patent, "RU-KGD", Bundle(), between));
        Assert.Equal(WorkPermission.NotPaid, WorkRules.Answer(patent, "RU-SPE", Bundle(), between));
    }

    [Theory]
    [InlineData("""{"authorized_regions":["RU-SPE"]}""")]
    [InlineData("""{"paid_until":"2026-12-23"}""")]
    [InlineData("""{"authorized_regions":[],"paid_until":"2026-12-23"}""")]
    [InlineData("""{"authorized_regions":["RU-SPE"],"paid_until":"23.12.2026"}""")]
    public void What_does_not_say_where_and_until_when_allows_nothing(string claims) =>
        Assert.Equal(WorkPermission.Incomplete, WorkRules.Answer(Verified(claims), "RU-SPE", Bundle(), Time("2026-12-01T00:00:00Z")));

    [Theory]
    [InlineData("""{"org.example.workpatent.1":{"authorized_regions":["RU-SPE"]}}""")]
    [InlineData("""{"org.example.workpatent.1":{"paid_until":"2026-12-23"}}""")]
    [InlineData("""{"org.iso.23220.1":{"authorized_regions":["RU-SPE"],"paid_until":"2026-12-23"}}""")]
    [InlineData(Patent)]
    public void An_mdoc_that_does_not_say_it_in_its_own_namespace_allows_nothing(string claims) =>
        Assert.Equal(WorkPermission.Incomplete, WorkRules.Answer(VerifiedMdoc(claims), "RU-SPE", Bundle(), Time("2026-12-01T00:00:00Z")));

    [Fact]
    public void A_bundle_tells_the_day_of_its_regions_and_of_no_other()
    {
        Assert.Equal(new DateOnly(2026, 12, 24), Bundle().DayIn("RU-SPE", Time("2026-12-23T21:00:00Z")));
        Assert.Equal(new DateOnly(2026, 12, 23), Bundle().DayIn("RU-KGD", Time("2026-12-23T21:00:00Z")));
        Assert.Null(Bundle().DayIn("RU-XXX", Time("2026-12-23T21:00:00Z")));
    }

    [Theory]
    [InlineData(
        "l0",
        """[{"path":["occupation"]},{"path":["authorized_regions",null]},{"path":["paid_until"]}]""",
        """[{"path":["org.example.workpatent.1","occupation"]},{"path":["org.example.workpatent.1","authorized_regions"]},{"path":["org.example.workpatent.1","paid_until"]}]""",
        null)]
    [InlineData(
        "l1",
        """[{"id":"c0","path":["authorized_regions",null]},{"id":"c1","path":["paid_until"]},{"id":"c2","path":["picture"]}]""",
        """[{"id":"c0","path":["org.example.workpatent.1","authorized_regions"]},{"id":"c1","path":["org.example.workpatent.1","paid_until"]},{"id":"c2","path":["org.iso.23220.1","portrait"]}]""",
        """[["c0","c1","c2"],["c0","c1"]]""")]
    public void A_level_asks_for_exactly_its_claims_in_either_format(string level, string sdJwt, string mdoc, string? sets)
    {
        var query = JsonElement.Parse(Level.Find(level)!.Query.ToJson());
        Assert.Equal("""[{"options":[["patent"],["patent-mdoc"]]}]""", query.GetProperty("credential_sets").GetRawText());
        Assert.Equal(2, query.GetProperty("credentials").GetArrayLength());
        Assert.Equal(PatentClaim.PatentDocType, query.GetProperty("credentials")[1].GetProperty("meta").GetProperty("doctype_value").GetString());
        foreach (var (index, claims) in new[] { (0, sdJwt), (1, mdoc) })
        {
            var asked = query.GetProperty("credentials")[index];
            Assert.Equal(claims, asked.GetProperty("claims").GetRawText());
            Assert.Equal(sets, asked.TryGetProperty("claim_sets", out var found) ? found.GetRawText() : null);
        }
    }

    [Fact]
    public void Only_the_level_with_a_ground_asks_for_the_number_and_the_document()
    {
        foreach (var level in Level.All)
        {
            var json = level.Query.ToJson();
            Assert.Equal(level.NeedsGround, json.Contains("document_number", StringComparison.Ordinal));
            Assert.Equal(level.NeedsGround, json.Contains("identity_document", StringComparison.Ordinal));
            Assert.Equal(level.NeedsGround, json.Contains("travel_document", StringComparison.Ordinal));
            Assert.Equal(level.Code is "l2" or "l0-contract", json.Contains("family_name", StringComparison.Ordinal));
            Assert.DoesNotContain("tax_id", json, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_ground_is_stated_in_every_language()
    {
        var statement = LegalGround.StatementOf("complaint");
        Assert.Equal(("legal-ground", "complaint"), (statement.Format, statement.Data.GetProperty("code").GetString()));
        Assert.Equal(["en", "ru", "hy", "kk", "ky", "uz", "tg"], statement.Data.GetProperty("texts").EnumerateObject().Select(text => text.Name));
    }

    private static VerifiedCredential Verified(string claims) => new(PatentClaim.PatentType, "issuer", null, JsonElement.Parse(claims), []);

    private static VerifiedCredential VerifiedMdoc(string claims) => new(PatentClaim.PatentDocType, "issuer", null, JsonElement.Parse(claims), []);

    private static BundleContent Bundle() => new()
    {
        Version = 1,
        IssuedAt = Time("2026-12-01T00:00:00Z"),
        Anchors = [],
        Denied = [],
        Types = new Dictionary<string, JsonElement>(),
        Regions = new Dictionary<string, int> { ["RU-SPE"] = 180, ["RU-LEN"] = 180, ["RU-MOW"] = 180, ["RU-KGD"] = 120 },
        BundleMaxAge = TimeSpan.FromDays(30),
        StatusMaxAge = TimeSpan.FromDays(7),
    };

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
