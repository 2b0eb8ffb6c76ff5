using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Formats.Tests;

public sealed class ClaimPathTests
{
    [Theory]
    [InlineData("""["age_equal_or_over","18"]""")]
    [InlineData("""["a",0,null,"b"]""")]
    [InlineData("""["имя"]""")]
    public void A_path_prints_and_writes_as_the_json_that_it_was(string json)
    {
        var path = Expect.Accepted(ClaimPath.Parse(TestKeys.Json(json)));
        Assert.Equal(json, path.ToString());
        Assert.Equal(json, System.Text.Encoding.UTF8.GetString(JsonText.Write(path.WriteTo)));
        Assert.Equal(path, ClaimPath.Parse(TestKeys.Json(json)).OrThrow());
        Assert.Equal(path.GetHashCode(), ClaimPath.Parse(TestKeys.Json(json)).OrThrow().GetHashCode());
    }

    [Theory]
    [InlineData("[]", FormatRule.Structure)]
    [InlineData("\"a\"", FormatRule.Structure)]
    [InlineData("{}", FormatRule.Structure)]
    [InlineData("[-1]", FormatRule.Member)]
    [InlineData("[1.5]", FormatRule.Member)]
    [InlineData("[99999999999]", FormatRule.Member)]
    [InlineData("[true]", FormatRule.Member)]
    [InlineData("""[["a"]]""", FormatRule.Member)]
    public void What_is_no_path_is_refused(string json, FormatRule rule) => Expect.Refused(rule, ClaimPath.Parse(TestKeys.Json(json)));

    [Theory]
    [InlineData("""["a"]""", 1)]
    [InlineData("""["a",0]""", 1)]
    [InlineData("""["a",null]""", 2)]
    [InlineData("""["a",null,"b"]""", 2)]
    [InlineData("""["a",2]""", 0)]
    [InlineData("""["a","b"]""", 0)]
    [InlineData("""["x"]""", 0)]
    [InlineData("""["c",null,"b"]""", 0)]
    [InlineData("[0]", 0)]
    public void A_path_selects_by_the_rules_of_OpenID4VP(string json, int count)
    {
        var claims = TestKeys.Json("""{"a":[{"b":1},{"b":2}],"c":[{"b":1},2]}""");
        Assert.Equal(count, ClaimPath.Parse(TestKeys.Json(json)).OrThrow().Select(claims).Count);
    }

    [Fact]
    public void A_path_covers_what_it_names_with_null_for_any_item()
    {
        Assert.True(ClaimPath.Of("n", null).Covers(ClaimPath.Of("n", 3)));
        Assert.False(ClaimPath.Of("n", 2).Covers(ClaimPath.Of("n", 3)));
        Assert.False(ClaimPath.Of("n", null).Covers(ClaimPath.Of("n", "x")));
        Assert.False(ClaimPath.Of("n").Covers(ClaimPath.Of("n", 3)));
        Assert.True(ClaimPath.Of("n").CoversStartOf(ClaimPath.Of("n", 3)));
        Assert.True(ClaimPath.Of("n", null, "x").NeedsParent(ClaimPath.Of("n", 3)));
        Assert.False(ClaimPath.Of("n").NeedsParent(ClaimPath.Of("n", 3)));
        Assert.Throws<ArgumentException>(() => ClaimPath.Of());
        Assert.Throws<ArgumentException>(() => ClaimPath.Of(1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClaimPath.Of(-1));
    }
}
