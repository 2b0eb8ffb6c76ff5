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
        ["src/Issuer/Pages/IssuerTexts", "src/Issuer/Pages/WalletTexts", "src/Verifier/Explanation", "src/Hosting/Pages/PageTexts", "samples/EventDoor/Texts", "samples/Kiosk/Texts", "samples/PatentCheck/Texts", "samples/RelyingService/Pages/ServiceTexts", "src/IdP/Pages/Texts", "src/Issuer/Pages/PatentTexts", "src/Issuer/Pages/EventTexts", "src/Issuer/Pages/PaperTexts"];

    // What every program may name beside its own.
    private const string SharedSet = "src/Hosting/Pages/PageTexts";

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
        Assert.DoesNotContain(english, text => string.IsNullOrWhiteSpace(text.Value));
        foreach (var language in LanguagesOf(set))
        {
            Assert.Contains(language, Seven);
            var translated = Read($"{set}.{language}.resx");
            Assert.Equal(english.Keys.Order(StringComparer.Ordinal), translated.Keys.Order(StringComparer.Ordinal));
            Assert.Empty(english.Where(text => !Places(text.Value).SequenceEqual(Places(translated[text.Key]))).Select(text => $"{language}: {text.Key}"));
            Assert.Empty(translated.Where(text => string.IsNullOrWhiteSpace(text.Value)).Select(text => $"{language}: {text.Key}"));
        }
    }

    /// <summary>The programs and samples with texts of their own.</summary>
    public static TheoryData<string> Programs { get; } = [.. Sets.Select(row => string.Join('/', row.Data.Split('/').Take(2))).Distinct()];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Every_text_that_a_page_names_exists(string program)
    {
        var known = Sets.Select(row => row.Data).Where(set => set.StartsWith($"{program}/", StringComparison.Ordinal) || set == SharedSet).SelectMany(set => Read($"{set}.resx").Keys);
        Assert.Empty(SourcesOf(program).SelectMany(file => Named().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).Except(known));
    }

    [Fact]
    public void Names_of_texts_are_found_where_they_stand() =>
        Assert.All((string[])["src/IdP", "src/Issuer"], program => Assert.True(SourcesOf(program).Sum(file => Named().Count(File.ReadAllText(file))) > 50));

    private static IEnumerable<string> SourcesOf(string program) => Directory
        .EnumerateFiles(Path.Combine(Repository.Root, program), "*.*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".razor" or ".cs" && !Repository.Relative(file).Split('/').Any(part => part is "bin" or "obj"));

    private static IEnumerable<string> LanguagesOf(string set) => Directory
        .EnumerateFiles(Path.Combine(Repository.Root, Path.GetDirectoryName(set)!), $"{Path.GetFileName(set)}.*.resx")
        .Select(file => Path.GetFileName(file).Split('.')[^2]);

    private static Dictionary<string, string> Read(string file) => XDocument.Load(Path.Combine(Repository.Root, file)).Root!.Elements("data")
        .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static IEnumerable<string> Places(string text) => Place().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\d[^}]*\}", RegexOptions.None, 1000)]
    private static partial Regex Place();

    // Two letters are a language.
    [GeneratedRegex("\\b(?:T|texts|Shared)\\[\"([a-zA-Z0-9_.-]{3,})\"[\\],]", RegexOptions.None, 1000)]
    private static partial Regex Named();
}
