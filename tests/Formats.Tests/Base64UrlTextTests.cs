namespace IdentityPlatform.Formats.Tests;

public sealed class Base64UrlTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("Zg", "66")]
    [InlineData("Zm8", "666F")]
    [InlineData("Zm9v", "666F6F")]
    [InlineData("-_8", "FBFF")]
    public void What_is_canonical_decodes(string text, string hex)
    {
        Assert.True(Base64UrlText.TryDecode(text, out var bytes));
        Assert.Equal(hex, Convert.ToHexString(bytes));
        Assert.Equal(text, Base64UrlText.Encode(bytes));
    }

    [Theory]
    [InlineData("Zg==", "padding")]
    [InlineData("Zm8=", "padding")]
    [InlineData("Zm 9v", "white space")]
    [InlineData("Zm9v\n", "a newline at the end")]
    [InlineData("\r\nZm9v", "a newline at the start")]
    [InlineData("Zm9v\t", "a tab")]
    [InlineData("Zh", "spare bits behind one byte")]
    [InlineData("Zm9", "spare bits behind two bytes")]
    [InlineData("+/8", "the ordinary alphabet")]
    [InlineData("Z", "a length that no bytes have")]
    [InlineData("Zm9vA", "a length that no bytes have, longer")]
    [InlineData("Zm9\u0000", "a zero character")]
    [InlineData("\uFF3Am9v", "a full-width letter")]
    public void What_is_not_canonical_is_refused(string text, string why)
    {
        Assert.False(Base64UrlText.TryDecode(text, out _), why);
        Expect.Refused(FormatRule.Base64Url, Base64UrlText.Parse(text, why));
    }
}
