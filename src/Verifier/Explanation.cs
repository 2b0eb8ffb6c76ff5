using System.Globalization;
using System.Resources;

namespace IdentityPlatform.Verifier;

/// <summary>Says a verdict in short plain sentences, for a person at a door and not for a developer.</summary>
internal static class Explanation
{
    private static readonly ResourceManager Texts = new("IdentityPlatform.Verifier.Explanation", typeof(Explanation).Assembly);

    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    public static string Of(VerificationResult result, CultureInfo asked)
    {
        var culture = LanguageFor(asked);
        var (verdict, asOf) = result.Match(
            accepted => (Text(accepted.Credential.IsFaceToBeCompared ? "AcceptedCompareFace" : "Accepted", culture), "ValidAsOf"),
            rejected => (OfFailure(rejected.Failure, culture), "KnownAsOf"));
        return result.Report.ValidAsOf is { } time ? $"{verdict} {Format(asOf, culture, time)}" : verdict;
    }

    // Words and dates are in one language: the nearest that has words ("uz-Latn-UZ" speaks "uz"), else English in both.
    private static CultureInfo LanguageFor(CultureInfo asked)
    {
        for (var culture = asked; culture.Name.Length > 0; culture = culture.Parent)
        {
            if (Texts.GetResourceSet(culture, createIfNotExists: true, tryParents: false) is not null)
            {
                return culture;
            }
        }

        return English;
    }

    private static string OfFailure(Failure failure, CultureInfo culture) => failure switch
    {
        Failure.Expired e => Format("Expired", culture, e.ValidUntil),
        Failure.NotYetValid n => Format("NotYetValid", culture, n.ValidFrom),
        Failure.BundleTooOld b => Format("BundleTooOld", culture, b.AsOf),
        Failure.ClaimMissing m => Format("ClaimMissing", culture, m.Path),
        Failure.OverDisclosure o => Format("OverDisclosure", culture, o.Path),
        Failure.StatusUnknown s => Text("StatusUnknown", culture) + " " + Text($"Gap_{s.Reason}", culture),

        // One sentence for each variant where its name is known to the texts, else the sentence of its check.
        _ => Find(failure.GetType().Name, culture) ?? Text($"Check_{failure.Check}", culture),
    };

    private static string Format(string name, CultureInfo culture, object fact) =>
        string.Format(culture, Text(name, culture), fact is DateTimeOffset time ? time.UtcDateTime.ToString("d MMMM yyyy HH:mm", culture) + " UTC" : fact);

    private static string Text(string name, CultureInfo culture) =>
        Find(name, culture) ?? throw new MissingManifestResourceException($"No text is named {name}.");

    private static string? Find(string name, CultureInfo culture) => Texts.GetString(name, culture);
}
