using System.Globalization;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests;

public sealed class ExplanationTests
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");
    private static readonly CultureInfo Russian = CultureInfo.GetCultureInfo("ru");

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
    public void An_unknown_language_falls_back_to_English() =>
        Assert.StartsWith("The card is accepted.", new Scenario().Verify().Explain(CultureInfo.GetCultureInfo("fr")), StringComparison.Ordinal);

    [Fact]
    public void Every_failure_and_every_gap_has_words_in_both_languages()
    {
        foreach (var failure in Failures())
        {
            var result = new VerificationResult.Rejected(failure, new Report(System.Collections.Immutable.ImmutableSortedDictionary<Check, CheckOutcome>.Empty, []));
            Assert.Matches(@"^[A-Z][^{}]+\.$", result.Explain(English));
            Assert.Matches(@"^[А-Я][^{}]+\.$", result.Explain(Russian));
            Assert.NotEqual(result.Explain(English), result.Explain(Russian));
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
