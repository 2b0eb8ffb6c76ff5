using System.Text.RegularExpressions;

namespace IdentityPlatform.EndToEnd.Tests.Guards;

/// <summary>What docs/safeguards.md says is what the tests carry: each safeguard has its tests, and each such test its row.</summary>
public sealed partial class SafeguardTests
{
    [Fact]
    public void The_table_of_safeguards_is_the_traits_of_the_tests()
    {
        var table = Rows().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "safeguards.md")))
            .SelectMany(row => Names().Matches(row.Groups[2].Value).Select(name => $"{row.Groups[1].Value} {name.Groups[1].Value}"));
        var traits = Repository.SourceFiles().SelectMany(TraitsOf);
        Assert.Equal(table.Order(StringComparer.Ordinal), traits.Distinct().Order(StringComparer.Ordinal));
    }

    // The class that a trait stands in is the last one before it.
    private static IEnumerable<string> TraitsOf(string file)
    {
        var text = File.ReadAllText(file);
        return Traits().Matches(text).Select(trait => $"{trait.Groups[1].Value} {Classes().Matches(text[..trait.Index])[^1].Groups[1].Value}");
    }

    [GeneratedRegex(@"^\| (SG\d+) \|.*\| (`[^|]*`) \|$", RegexOptions.Multiline, 1000)]
    private static partial Regex Rows();

    [GeneratedRegex("`(\\w+)`", RegexOptions.None, 1000)]
    private static partial Regex Names();

    [GeneratedRegex(@"^    +\[Trait\(""Safeguard"", ""(SG\d+)""\)\]", RegexOptions.Multiline, 1000)]
    private static partial Regex Traits();

    [GeneratedRegex(@"^ *(?:public|internal|private) [a-z ]*class (\w+)", RegexOptions.Multiline, 1000)]
    private static partial Regex Classes();
}
