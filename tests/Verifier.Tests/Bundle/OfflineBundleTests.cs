using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Bundle;

public sealed class OfflineBundleTests
{
    [Fact]
    public void A_list_is_the_same_however_its_JSON_is_spelled()
    {
        var scenario = new Scenario();
        var list = scenario.StatusLists[0];
        var spelled = Encoding.UTF8.GetString(scenario.Bundle()).Replace(list, list.Replace(".", "\\u002e", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("\\u002e", spelled, StringComparison.Ordinal);
        var read = OfflineBundle.Parse(Encoding.UTF8.GetBytes(spelled), TestPki.BundleRoot.PublicKey).OrThrow();
        Assert.Equal(list, read.StatusLists.Single().Jwt.Compact());
        Assert.Null(Trust.From(read).GapOf(TestPki.StatusUri, scenario.Now));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var scenario = new Scenario();
        scenario.Denied.Add("thumb");
        var read = OfflineBundle.Parse(scenario.Bundle(), TestPki.BundleRoot.PublicKey).OrThrow();
        Assert.Equal((7, Scenario.Noon.AddDays(-1)), (read.Content.Version, read.Content.IssuedAt));
        Assert.Equal(["CN=Card issuer authority", "CN=Status authority"], read.Content.Anchors.Select(anchor => anchor.ToString()));
        Assert.Equal([AnchorRole.Credentials], read.Content.Anchors[0].Roles);
        Assert.Equal([TestPki.CardType], read.Content.Anchors[0].Types);
        Assert.Equal(["thumb"], read.Content.Denied);
        Assert.Equal(180, read.Content.Regions["RU-MOW"]);
        Assert.Equal((TimeSpan.FromDays(30), TimeSpan.FromDays(7)), (read.Content.BundleMaxAge, read.Content.StatusMaxAge));
        Assert.Equal(TestPki.StatusUri, read.StatusLists.Single().Subject);
    }

    [Fact]
    public void A_root_that_is_not_pinned_is_refused() => Refuses(FormatRule.Signature, new Scenario().Bundle(), TestPki.OtherHolder.PublicKey);

    [Fact]
    public void One_of_several_pinned_roots_is_enough() =>
        OfflineBundle.Parse(new Scenario().Bundle(), TestPki.OtherHolder.PublicKey, TestPki.BundleRoot.PublicKey).OrThrow();

    [Fact]
    public void Without_a_pinned_root_nothing_is_a_bundle() => Refuses(FormatRule.Key, new Scenario().Bundle());

    [Fact]
    public void Another_token_of_the_root_is_no_bundle() =>
        Refuses(FormatRule.Type, Container(JwtWriter.Sign(TestPki.BundleRoot, "jwt", writer => writer.WriteNumber("version", 9))), TestPki.BundleRoot.PublicKey);

    [Theory]
    [InlineData("version", "-1")]
    [InlineData("version", "\"7\"")]
    [InlineData("version", null)]
    [InlineData("iat", null)]
    [InlineData("anchors", null)]
    [InlineData("anchors", "[{}]")]
    [InlineData("denied", "[1]")]
    [InlineData("types", "[]")]
    [InlineData("regions", """{"RU-MOW":"180"}""")]
    [InlineData("regions", """{"RU-MOW":10000}""")]
    [InlineData("max_age", "{}")]
    [InlineData("max_age", """{"bundle":0,"status":1}""")]
    [InlineData("max_age", """{"bundle":1,"status":99999999999}""")]
    public void A_claim_that_is_missing_or_wrong_is_refused(string name, string? value) => Refuses(FormatRule.Member, Resigned(name, value), TestPki.BundleRoot.PublicKey);

    [Fact]
    public void A_certificate_that_is_none_is_refused() =>
        Refuses(FormatRule.Structure, Resigned("anchors", """[{"certificate":"AAAA","roles":[],"types":[]}]"""), TestPki.BundleRoot.PublicKey);

    [Fact]
    public void A_signers_usage_is_read_and_a_malformed_one_is_refused()
    {
        var certificate = Convert.ToBase64String(TestPki.CardAuthority.Certificate.RawData);
        string Anchors(string usage) => $$"""[{"certificate":"{{certificate}}","roles":[],"types":[],"signer_usage":{{usage}}}]""";
        Assert.Equal("1.2.3", OfflineBundle.Parse(Resigned("anchors", Anchors("\"1.2.3\"")), TestPki.BundleRoot.PublicKey).OrThrow().Content.Anchors[0].SignerUsage);
        Refuses(FormatRule.Member, Resigned("anchors", Anchors("7")), TestPki.BundleRoot.PublicKey);
    }

    [Fact]
    public void An_unknown_claim_and_an_unknown_role_are_ignored()
    {
        var certificate = Convert.ToBase64String(TestPki.CardAuthority.Certificate.RawData);
        var anchors = $$"""[{"certificate":"{{certificate}}","roles":["wallets","status"],"types":[]}]""";
        OfflineBundle.Parse(Resigned("more", "1"), TestPki.BundleRoot.PublicKey).OrThrow();
        Assert.Equal([AnchorRole.Status], OfflineBundle.Parse(Resigned("anchors", anchors), TestPki.BundleRoot.PublicKey).OrThrow().Content.Anchors[0].Roles);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"bundle":"a.b.c"}""")]
    [InlineData("""{"bundle":"a.b.c","status_lists":[]}""")]
    public void Something_else_is_refused(string text) => Assert.True(OfflineBundle.Parse(Encoding.UTF8.GetBytes(text), TestPki.BundleRoot.PublicKey).Failed(out _, out _));

    [Fact]
    public void A_status_list_that_is_none_is_refused_by_its_place()
    {
        var scenario = new Scenario();
        scenario.StatusLists.Add("no list");
        Assert.True(OfflineBundle.Parse(scenario.Bundle(), TestPki.BundleRoot.PublicKey).Failed(out var failure, out _));
        Assert.StartsWith("status_lists[1]: ", failure.Fact, StringComparison.Ordinal);
    }

    private static byte[] Resigned(string name, string? value)
    {
        var container = JsonNode.Parse(new Scenario().Bundle())!;
        Base64UrlText.TryDecode(container["bundle"]!.GetValue<string>().Split('.')[1], out var bytes);
        var claims = JsonNode.Parse(bytes)!.AsObject();
        claims.Remove(name);
        if (value is not null)
        {
            claims[name] = JsonNode.Parse(value);
        }

        return Container(JwtWriter.SignPayload(TestPki.BundleRoot, OfflineBundle.TokenType, Encoding.UTF8.GetBytes(claims.ToJsonString())));
    }

    private static byte[] Container(string signed) => Encoding.UTF8.GetBytes(new JsonObject { ["bundle"] = signed, ["status_lists"] = new JsonArray() }.ToJsonString());

    private static void Refuses(FormatRule rule, byte[] bundle, params Jwk[] roots)
    {
        Assert.True(OfflineBundle.Parse(bundle, roots).Failed(out var failure, out _));
        Assert.Equal(rule, failure.Rule);
    }
}
