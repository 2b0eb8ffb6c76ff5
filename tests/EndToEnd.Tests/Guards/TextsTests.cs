using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace IdentityPlatform.EndToEnd.Tests.Guards;

/// <summary>The words of every program and package: a language has every text or is absent, and is there where a program offers it.</summary>
public sealed partial class TextsTests
{
    private static readonly string[] Everywhere = ["ru"];
    private static readonly string[] Seven = ["ru", "hy", "kk", "ky", "uz", "tg"];

    // What offers all seven languages; what is not named here offers English and Russian.
    private static readonly string[] InSeven =
        ["src/Issuer/Pages/IssuerTexts", "src/Issuer/Pages/WalletTexts", "src/Verifier/Explanation", "src/Hosting/Pages/PageTexts", "samples/EventDoor/Texts", "samples/PatentCheck/Texts", "samples/RelyingService/Pages/ServiceTexts", "src/IdP/Pages/Texts", "src/Issuer/Pages/PatentTexts"];

    /// <summary>The English file of each set of texts, without its ending.</summary>
    public static TheoryData<string> Sets { get; } = [.. ((string[])["src", "samples"])
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.resx", SearchOption.AllDirectories))
        .Select(file => Repository.Relative(file)[..^".resx".Length])
        .Where(file => !file.Split('/').Any(part => part is "bin" or "obj") && !Path.GetFileName(file).Contains('.', StringComparison.Ordinal))];

    [Fact]
    public void The_sets_that_speak_seven_languages_exist() => Assert.Empty(InSeven.Except(Sets.Select(row => row.Data)));

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_language_that_is_offered_is_there(string set) =>
        Assert.Empty((InSeven.Contains(set) ? Seven : Everywhere).Except(LanguagesOf(set)));

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_language_has_exactly_the_texts_of_the_English_one_with_the_same_places(string set)
    {
        var english = Read($"{set}.resx");
        Assert.NotEmpty(english);
        foreach (var language in LanguagesOf(set))
        {
            Assert.Contains(language, Seven);
            var translated = Read($"{set}.{language}.resx");
            Assert.Equal(english.Keys.Order(StringComparer.Ordinal), translated.Keys.Order(StringComparer.Ordinal));
            Assert.Empty(english.Where(text => !Places(text.Value).SequenceEqual(Places(translated[text.Key]))).Select(text => $"{language}: {text.Key}"));
            Assert.Empty(translated.Where(text => string.IsNullOrWhiteSpace(text.Value)).Select(text => $"{language}: {text.Key}"));
        }
    }

    private static IEnumerable<string> LanguagesOf(string set) => Directory
        .EnumerateFiles(Path.Combine(Repository.Root, Path.GetDirectoryName(set)!), $"{Path.GetFileName(set)}.*.resx")
        .Select(file => Path.GetFileName(file).Split('.')[^2]);

    private static Dictionary<string, string> Read(string file) => XDocument.Load(Path.Combine(Repository.Root, file)).Root!.Elements("data")
        .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static IEnumerable<string> Places(string text) => Place().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\d[^}]*\}", RegexOptions.None, 1000)]
    private static partial Regex Place();
}
