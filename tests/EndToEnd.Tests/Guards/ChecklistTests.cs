using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace IdentityPlatform.EndToEnd.Tests.Guards;

/// <summary>docs/checklist.md: every rule has tests that refuse and tests that accept, and each of them is there.</summary>
public sealed partial class ChecklistTests
{
    private static readonly string Corpus = Path.Combine(Repository.Root, "tests", "vectors", "negative");

    public static TheoryData<string, string, string> Rules => new(
        from line in File.ReadLines(Path.Combine(Repository.Root, "docs", "checklist.md"))
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        where cells.Length == 6 && Rule().IsMatch(cells[1])
        select new TheoryDataRow<string, string, string>(cells[1], cells[3], cells[4]));

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_has_what_it_refuses_and_its_twin(string rule, string reject, string accept)
    {
        Assert.NotEmpty(Names(reject));
        Assert.NotEmpty(Names(accept));
        Assert.All(Names(reject), name => Assert.True(IsThere(name, "rejected"), $"{rule}: {name}"));
        Assert.All(Names(accept), name => Assert.True(IsThere(name, "accepted"), $"{rule}: {name}"));
    }

    [Fact]
    public void The_table_was_read() => Assert.InRange(Rules.Count, 40, 200);

    private static List<string> Names(string cell) => [.. Name().Matches(cell).Select(match => match.Groups[1].Value)];

    private static bool IsThere(string name, string verdict)
    {
        if (name.Split('/') is [var family, var pattern])
        {
            // A pattern of refused cases passes over the accepted twins that it matches as well.
            var cases = Directory.EnumerateFiles(Path.Combine(Corpus, family), $"{pattern}.json").Where(file => !file.EndsWith("/bundle.json", StringComparison.Ordinal))
                .Select(file => (string?)JsonNode.Parse(File.ReadAllText(file))!["expected"]!["verdict"]).ToList();
            return pattern.Contains('*', StringComparison.Ordinal) ? cases.Contains(verdict) : cases is [var only] && only == verdict;
        }

        var (type, method) = (name.Split('.')[0], name.Split('.')[1]);
        return Repository.SourceFiles().Where(file => Path.GetFileNameWithoutExtension(file) == type)
            .Any(file => File.ReadAllText(file).Contains($" {method}(", StringComparison.Ordinal));
    }

    [GeneratedRegex("^([B-F][0-9]|ERICA |Polaris|Gap: )", RegexOptions.None, 1000)]
    private static partial Regex Rule();

    [GeneratedRegex("`([^`]+)`", RegexOptions.None, 1000)]
    private static partial Regex Name();
}
