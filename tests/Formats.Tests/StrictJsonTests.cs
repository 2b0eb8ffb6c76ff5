using System.Text;

namespace IdentityPlatform.Formats.Tests;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"b":{"a":2}}""")]
    [InlineData("""[{"a":1},{"a":2}]""")]
    [InlineData("""{"a":"\ud83d\ude00 \u0416 \\ud800 \"\\"}""")]
    [InlineData(" {\"a\" : null }\n")]
    [InlineData("\"\"")]
    public void Strict_json_is_read(string text) => Expect.Accepted(Parse(text));

    [Theory]
    [InlineData("""{"a":1,"a":2}""", "doubled members")]
    [InlineData("""{"x":{"a":1,"a":1}}""", "doubled members inside")]
    [InlineData("""[[{"a":1,"b":2,"a":1}]]""", "doubled members inside arrays")]
    [InlineData("""{"a":1,"\u0061":2}""", "doubled members, one escaped")]
    [InlineData("""{"a":1,}""", "a trailing comma")]
    [InlineData("""{"a":1} {"b":2}""", "two values")]
    [InlineData("""{"a":1}//""", "a comment behind")]
    [InlineData("""{/**/"a":1}""", "a comment inside")]
    [InlineData("""{'a':1}""", "single quotes")]
    [InlineData("""{"a":01}""", "a leading zero")]
    [InlineData("""{"a":NaN}""", "no number")]
    [InlineData("{\"a\":\"\n\"}", "a raw newline in a string")]
    [InlineData("\uFEFF{}", "a byte order mark")]
    [InlineData("""{"a":"\ud800"}""", "the first half of a pair alone")]
    [InlineData("""{"a":"\udc00"}""", "the second half of a pair alone")]
    [InlineData("""{"a":"\udc00\ud800"}""", "a pair the wrong way round")]
    [InlineData("""{"a":"\ud800\u0041"}""", "half a pair and a letter")]
    [InlineData("""{"a":"\\\ud800x"}""", "half a pair behind an escaped backslash")]
    [InlineData("""{"a":"\ud800xudc00"}""", "half a pair and the digits of the other")]
    [InlineData("""{"a":"\ud800\xdc00"}""", "half a pair and another escape")]
    [InlineData("""{"a":"\""", "an end behind a backslash")]
    [InlineData("""{"a":"\ud8""", "an end within an escape")]
    [InlineData("""{"a":"\ud800""", "an end behind half a pair")]
    [InlineData("""{"\uDBFF":1}""", "half a pair in a name")]
    [InlineData("", "nothing")]
    public void Loose_json_is_refused(string text, string why)
    {
        Assert.NotEmpty(why);
        Expect.Refused(FormatRule.Json, Parse(text));
    }

    [Theory]
    [InlineData(new byte[] { 0x22, 0xC3, 0x28, 0x22 })]
    [InlineData(new byte[] { 0x22, 0xC0, 0xAF, 0x22 })]
    [InlineData(new byte[] { 0x22, 0xED, 0xA0, 0x80, 0x22 })]
    [InlineData(new byte[] { 0x22, 0xFF, 0x22 })]
    public void Invalid_utf8_is_refused(byte[] bytes) => Expect.Refused(FormatRule.Json, StrictJson.Parse(bytes));

    [Fact]
    public void Depth_is_bounded()
    {
        Expect.Accepted(Parse(new string('[', StrictJson.MaxDepth) + new string(']', StrictJson.MaxDepth)));
        Expect.Refused(FormatRule.Json, Parse(new string('[', StrictJson.MaxDepth + 1) + new string(']', StrictJson.MaxDepth + 1)));
    }

    [Fact]
    public void Size_is_bounded()
    {
        Expect.Accepted(StrictJson.Parse("[1234567]"u8, 9));
        Expect.Refused(FormatRule.Size, StrictJson.Parse("[1234567]"u8, 8));
    }

    [Fact]
    public void An_object_is_told_from_other_values()
    {
        Expect.Accepted(StrictJson.ParseObject("{}"u8));
        Expect.Refused(FormatRule.Structure, StrictJson.ParseObject("[]"u8));
        Expect.Refused(FormatRule.Structure, StrictJson.ParseObject("null"u8));
    }

    [Fact]
    public void A_member_of_another_type_is_absent()
    {
        var json = TestKeys.Json("""{"s":"x","n":1,"f":1.5,"e":1e3,"b":true,"o":{},"a":["x",1]}""");
        Assert.Equal("x", json.StringMember("s"));
        Assert.Null(json.StringMember("n"));
        Assert.Equal(1, json.LongMember("n"));
        Assert.Null(json.LongMember("f"));
        Assert.Null(json.LongMember("s"));
        Assert.True(json.BooleanMember("b"));
        Assert.Null(json.ObjectMember("a"));
        Assert.Null(json.StringsMember("a"));
        Assert.Null(default(JsonElement).Member("s"));
    }

    private static Parsed<JsonValue> Parse(string text) => StrictJson.Parse(Encoding.UTF8.GetBytes(text));
}
