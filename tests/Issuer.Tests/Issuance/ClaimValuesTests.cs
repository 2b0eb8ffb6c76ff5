using System.Globalization;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Tests.Issuance;

public sealed class ClaimValuesTests
{
    [Fact]
    public void Every_day_has_one_writing_and_reads_back()
    {
        foreach (var year in (int[])[1, 4, 999, 1900, 1999, 2000, 2024, 2026, 9999])
        {
            for (var day = new DateOnly(year, 1, 1); ; day = day.AddDays(1))
            {
                Assert.Equal(day, ClaimValues.Date(CardDetails.Text(day)));
                if (day == new DateOnly(year, 12, 31))
                {
                    break;
                }
            }
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2026-02-29")]
    [InlineData("1900-02-29")]
    [InlineData("2026-04-31")]
    [InlineData("2026-00-10")]
    [InlineData("2026-13-10")]
    [InlineData("2026-01-00")]
    [InlineData("2026-01-32")]
    [InlineData("0000-01-01")]
    [InlineData("2026-1-010")]
    [InlineData("2026/01/01")]
    [InlineData("2026-01-01 ")]
    [InlineData(" 2026-01-0")]
    [InlineData("2026-01-1\0")]
    [InlineData("202\0-01-01")]
    [InlineData("+026-01-01")]
    [InlineData("-026-01-01")]
    [InlineData("2026-01-1٣")]
    [InlineData("20260101")]
    [InlineData("2026-01-01T00:00:00Z")]
    public void What_is_no_day_in_its_one_writing_is_none(string? text)
    {
        Assert.Null(ClaimValues.Date(text));
        Assert.False(DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
    }
}
