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

    // RFC 4648 §3.5, for each letter: behind one byte 4 bits carry no data, behind two bytes 2.
    [Theory]
    [InlineData("A", 16)]
    [InlineData("AA", 4)]
    public void The_last_letter_has_no_spare_bits(string before, int step)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        Assert.All(alphabet.Select((letter, value) => (Text: before + letter, IsWhole: value % step == 0)), one =>
        {
            Assert.Equal(one.IsWhole, Base64UrlText.TryDecode(one.Text, out var bytes));
            Assert.Equal(one.IsWhole ? one.Text : null, bytes is null ? null : Base64UrlText.Encode(bytes));
        });
    }

    [Fact]
    public void Bytes_are_put_into_memory_that_is_there()
    {
        Span<byte> bytes = stackalloc byte[4];
        Assert.True(Base64UrlText.TryDecode("Zm8", bytes, out var length));
        Assert.Equal("fo"u8, bytes[..length]);
        Assert.False(Base64UrlText.TryDecode("Zm9", bytes, out length));
        Assert.Equal(0, length);
    }

    [Fact]
    public void A_failure_names_what_was_read() =>
        Assert.Equal("the tag is not unpadded base64url", Base64UrlText.Parse("=", "the tag").Failed(out var failure, out _) ? failure.Fact : null);
}
