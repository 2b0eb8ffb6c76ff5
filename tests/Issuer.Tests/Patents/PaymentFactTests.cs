using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Patents;

namespace IdentityPlatform.Issuer.Tests.Patents;

/// <summary>A payment fact is what the treasury signed for this issuer, to the letter.</summary>
public sealed class PaymentFactTests
{
    private const string Number = "2345678923456789";

    [Fact]
    public void A_fact_of_the_treasury_is_read()
    {
        var fact = Read(TestTreasury.Fact(Number, "2026-11-23", reference: "ED-2026/1")).OrThrow();
        Assert.Equal(("ED-2026/1", Number, TestTreasury.Month, "RUB", new DateOnly(2026, 11, 23)), (fact.Reference, fact.Patent, fact.Amount, fact.Currency, fact.PaidOn));
        Assert.Equal("payment fact", fact.ToString());
    }

    [Fact]
    public void The_same_payment_signed_again_is_the_same_and_another_amount_is_not()
    {
        string Hash(long amount) => Read(TestTreasury.Fact(Number, "2026-11-23", amount, "r1")).OrThrow().ContentHash();
        Assert.Equal(Hash(800_000), Hash(800_000));
        Assert.NotEqual(Hash(800_000), Hash(1_600_000));
    }

    public static TheoryData<string, FormatRule> Broken() => new()
    {
        { "another key", FormatRule.Signature },
        { "another type", FormatRule.Type },
        { "another treasury", FormatRule.Member },
        { "another issuer", FormatRule.Member },
        { "a member more", FormatRule.Member },
        { "no amount", FormatRule.Member },
        { "a negative amount", FormatRule.Member },
        { "a day that is none", FormatRule.Member },
        { "a reference of other letters", FormatRule.Member },
        { "a reference too long", FormatRule.Member },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_is_not_exactly_that_is_refused_by_its_rule(string fault, FormatRule rule)
    {
        using var other = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var token = fault switch
        {
            "another key" => TestTreasury.Fact(Number, "2026-11-23", key: other),
            "another type" => TestTreasury.Fact(Number, "2026-11-23", type: "JWT"),
            "another treasury" => TestTreasury.Fact(Number, "2026-11-23", treasury: "https://elsewhere.example.org"),
            "another issuer" => TestTreasury.Fact(Number, "2026-11-23", issuer: "https://elsewhere.example.org"),
            "a member more" => TestTreasury.Fact(Number, "2026-11-23", more: writer => writer.WriteString("name", "Щеглова")),
            "no amount" => TestTreasury.Fact(Number, "2026-11-23", amount: 0),
            "a negative amount" => TestTreasury.Fact(Number, "2026-11-23", amount: -1),
            "a day that is none" => TestTreasury.Fact(Number, "2026-02-30"),
            "a reference of other letters" => TestTreasury.Fact(Number, "2026-11-23", reference: "a b"),
            _ => TestTreasury.Fact(Number, "2026-11-23", reference: new string('a', 65)),
        };
        Assert.True(Read(token).Failed(out var failure, out _));
        Assert.Equal(rule, failure.Rule);
    }

    private static Parsed<PaymentFact> Read(string token)
    {
        using var treasury = TestTreasury.Known();
        return PaymentFact.Verify(token, treasury, TestTreasury.Issuer);
    }
}
