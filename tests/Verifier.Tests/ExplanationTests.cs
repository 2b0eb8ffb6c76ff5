using System.Globalization;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests;

public sealed class ExplanationTests
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");
    private static readonly CultureInfo Russian = CultureInfo.GetCultureInfo("ru");

    /// <summary>The languages beside English, and the letters of each.</summary>
    public static TheoryData<string, string> Languages { get; } = new()
    {
        { "ru", @"[А-ЯЁ]" },
        { "hy", @"\p{IsArmenian}" },
        { "kk", @"[А-ЯЁӘҒҚҢӨҰҮІ]" },
        { "ky", @"[А-ЯЁҢӨҮ]" },
        { "uz", @"[A-Z]" },
        { "tg", @"[А-ЯЁҒӢҚӮҲҶ]" },
    };

    [Fact]
    public void A_verdict_says_as_of_when()
    {
        var result = new Scenario().Verify();
        Assert.Equal("The card is accepted. Valid as of 20 November 2026 12:00 UTC.", result.Explain(English));
        Assert.Equal("Карта принята. Действительна по состоянию на 20 ноября 2026 12:00 UTC.", result.Explain(Russian));
        result = Scenario.Verify(s => s.StatusLists[0] = Scenario.StatusList(Scenario.StatusListAt(5, 1)));
        Assert.Equal("The card was withdrawn by its issuer. This is what was known on 20 November 2026 12:00 UTC.", result.Explain(English));
        Assert.Equal("Карта отозвана издателем. Так было известно на 20 ноября 2026 12:00 UTC.", result.Explain(Russian));
    }

    [Fact]
    public void An_unknown_language_falls_back_to_English_words_and_dates()
    {
        var result = new Scenario().Verify();
        Assert.Equal(result.Explain(English), result.Explain(CultureInfo.GetCultureInfo("fr-FR")));
        Assert.Equal(result.Explain(English), result.Explain(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("en-GB", "en")]
    [InlineData("ru-KG", "ru")]
    [InlineData("hy-AM", "hy")]
    [InlineData("kk-KZ", "kk")]
    [InlineData("kk-Cyrl-KZ", "kk")]
    [InlineData("ky-KG", "ky")]
    [InlineData("uz-UZ", "uz")]
    [InlineData("uz-Latn-UZ", "uz")]
    [InlineData("uz-Arab-AF", "uz")]
    [InlineData("tg-Cyrl-TJ", "tg")]
    public void A_region_or_a_script_speaks_its_language(string culture, string language) =>
        Assert.Equal(new Scenario().Verify().Explain(CultureInfo.GetCultureInfo(language)), new Scenario().Verify().Explain(CultureInfo.GetCultureInfo(culture)));

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_failure_and_every_gap_has_words_in_every_language(string language, string letter)
    {
        foreach (var failure in Failures())
        {
            var result = new VerificationResult.Rejected(failure, new Report([], []));
            var (english, translated) = (result.Explain(English), result.Explain(CultureInfo.GetCultureInfo(language)));
            Assert.Matches(@"^[A-Z][^{}]+\.$", english);
            Assert.Matches($@"^{letter}[^{{}}]+[.։]$", translated);
            Assert.NotEqual(english, translated);
        }
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_check_has_a_sentence_in_every_language(string language, string letter)
    {
        var texts = new System.Resources.ResourceManager("IdentityPlatform.Verifier.Explanation", typeof(VerificationResult).Assembly);
        var own = texts.GetResourceSet(CultureInfo.GetCultureInfo(language), createIfNotExists: true, tryParents: false);
        Assert.NotNull(own);
        foreach (var check in Enum.GetValues<Check>())
        {
            var sentence = own.GetString($"Check_{check}");
            Assert.Matches($@"^{letter}.+[.։]$", sentence);
            Assert.NotEqual(texts.GetString($"Check_{check}", English), sentence);
        }
    }

    [Fact]
    public void What_prints_a_verdict_prints_no_claim()
    {
        var accepted = new Scenario().Verify().IsAccepted();
        Assert.Equal("Accepted", accepted.ToString());
        Assert.Equal($"VerifiedCredential {TestPki.CardType}", accepted.Credential.ToString());
    }

    private static IEnumerable<Failure> Failures()
    {
        var variants = typeof(Failure).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(Failure))).ToList();
        Assert.True(variants.Count > 30);
        return variants.Select(Make).Concat(Enum.GetValues<StatusGap>().Select(gap => new Failure.StatusUnknown(gap)));
    }

    private static Failure Make(Type variant) => (Failure)Activator.CreateInstance(
        variant,
        [.. variant.GetConstructors().Single(c => c.IsPublic).GetParameters().Select(parameter => Fact(parameter.ParameterType))])!;

    private static object? Fact(Type type)
    {
        if (type == typeof(string))
        {
            return "fact";
        }

        if (type == typeof(Formats.SdJwt.ClaimPath))
        {
            return Formats.SdJwt.ClaimPath.Of("family_name");
        }

        if (type == typeof(DateTimeOffset))
        {
            return Scenario.Noon;
        }

        return type.IsValueType ? Activator.CreateInstance(type) : Array.Empty<string>();
    }
}
