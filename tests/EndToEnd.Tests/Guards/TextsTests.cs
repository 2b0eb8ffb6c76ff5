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
        ["src/Issuer/Pages/IssuerTexts", "src/Issuer/Pages/WalletTexts", "src/Verifier/Explanation", "src/Hosting/Pages/PageTexts", "samples/EventDoor/Texts", "samples/Kiosk/Texts", "samples/PatentCheck/Texts", "samples/RelyingService/Pages/ServiceTexts", "src/IdP/Pages/Texts", "src/Issuer/Pages/PatentTexts", "src/Issuer/Pages/AgreementTexts", "src/Issuer/Pages/EventTexts", "src/Issuer/Pages/PaperTexts"];

    // What every program may name beside its own.
    private const string SharedSet = "src/Hosting/Pages/PageTexts";

    // The frame of the samples that check cards. They may name its words, and it names words that each of them has.
    private const string Kiosk = "samples/Kiosk";
    private static readonly string[] OnKiosk = ["samples/EventDoor", "samples/PatentCheck"];

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
        var known = KnownIn(program).ToHashSet(StringComparer.Ordinal);
        var sources = SourcesOf(program).Select(File.ReadAllText).ToList();
        Assert.Empty(sources.SelectMany(source => NamesIn(source)).Except(known));
        Assert.All(
            sources.SelectMany(source => Computed().Matches(source)).Select(match => match.Groups[1].Value),
            start => Assert.Contains(known, name => name.StartsWith(start, StringComparison.Ordinal)));
    }

    [Fact]
    public void Names_of_texts_are_found_where_they_stand()
    {
        Assert.All((string[])["src/IdP", "src/Issuer"], program => Assert.True(SourcesOf(program).Sum(file => NamesIn(File.ReadAllText(file)).Count()) > 50));
        Assert.All((string[])[Kiosk, .. OnKiosk], program => Assert.True(SourcesOf(program).Sum(file => NamesIn(File.ReadAllText(file)).Count()) > 12));
    }

    [Theory]
    [InlineData("""@T["home.title"]""", "home.title")]
    [InlineData("""<h1>@Words["AskTitle"]</h1>""", "AskTitle")]
    [InlineData("""Words.Of("AskPrivacy", Settings.Age)""", "AskPrivacy")]
    [InlineData("""Door.Words.Named("TicketFirst")""", "TicketFirst")]
    [InlineData("""Words[$"Level.{code}"]""", "Level.")]
    [InlineData("""headers["Referrer-Policy"]""", null)]
    public void A_name_is_seen_in_each_way_of_naming_it(string source, string? name) =>
        Assert.Equal(name, NamesIn(source).Concat(Computed().Matches(source).Select(match => match.Groups[1].Value)).SingleOrDefault());

    private static IEnumerable<string> NamesIn(string source) => Named().Matches(source).Select(match => match.Groups[1].Value);

    private static IEnumerable<string> KnownIn(string program) => TextsOf(program).Concat(Read($"{SharedSet}.resx").Keys).Concat(
        program == Kiosk ? OnKiosk.Select(TextsOf).Aggregate((all, more) => all.Intersect(more)) : OnKiosk.Contains(program) ? TextsOf(Kiosk) : []);

    private static IEnumerable<string> TextsOf(string program) =>
        Sets.Select(row => row.Data).Where(set => set.StartsWith($"{program}/", StringComparison.Ordinal)).SelectMany(set => Read($"{set}.resx").Keys);

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
    [GeneratedRegex("\\b(?:(?:T|texts|Shared|Words)\\[|Words\\.(?:Of|Named)\\()\"([a-zA-Z0-9_.-]{3,})\"[\\],)]", RegexOptions.None, 1000)]
    private static partial Regex Named();

    // What a name begins with whose rest is worked out.
    [GeneratedRegex("\\bWords(?:\\[|\\.(?:Of|Named)\\()\\$\"([a-zA-Z0-9_.-]+)\\{", RegexOptions.None, 1000)]
    private static partial Regex Computed();
}
