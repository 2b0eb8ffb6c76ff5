using System.Security.Cryptography;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Tests.Issuance;

public sealed class DocumentNumberTests
{
    [Theory]
    [InlineData("4821093755160", "482109375516037")]
    [InlineData("0000000000001", "000000000000195")]
    [InlineData("9000000000042", "900000000004277")]
    public void Check_digits_are_those_of_ISO_7064_MOD_97_10(string digits, string number)
    {
        Assert.Equal(number, DocumentNumber.WithCheckDigits(digits));
        Assert.True(DocumentNumber.IsValid(number));
    }

    [Theory]
    [InlineData("482109375516036")]
    [InlineData("48210937551603")]
    [InlineData("4821093755160370")]
    [InlineData("48210937551603a")]
    [InlineData("842109375516037")]
    [InlineData("")]
    public void A_number_with_a_fault_is_not_valid(string number) => Assert.False(DocumentNumber.IsValid(number));

    [Fact]
    public void New_numbers_are_valid_and_differ()
    {
        var numbers = Enumerable.Range(0, 1000).Select(_ => DocumentNumber.Create(RandomNumberGenerator.Fill)).ToList();
        Assert.All(numbers, number => Assert.True(DocumentNumber.IsValid(number)));
        Assert.Equal(1000, numbers.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void What_would_favour_small_numbers_is_drawn_again()
    {
        var draws = 0;
        var number = DocumentNumber.Create(bytes => bytes.Fill(draws++ == 0 ? (byte)0xff : (byte)0));
        Assert.Equal((2, "0000000000000"), (draws, number[..13]));
    }

    [Theory]
    [InlineData("2008-11-21", 18, "2026-11-20", false)]
    [InlineData("2008-11-21", 18, "2026-11-21", true)]
    [InlineData("2008-02-29", 18, "2026-02-28", false)]
    [InlineData("2008-02-29", 18, "2026-03-01", true)]
    [InlineData("2008-02-29", 16, "2024-02-29", true)]
    public void An_age_is_reached_on_the_birthday(string born, int age, string day, bool reached) => Assert.Equal(
        reached,
        Ages.HasReached(DateOnly.ParseExact(born, "yyyy-MM-dd"), age, DateOnly.ParseExact(day, "yyyy-MM-dd")));
}
