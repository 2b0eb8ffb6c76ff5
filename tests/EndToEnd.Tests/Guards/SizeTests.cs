using System.Text.RegularExpressions;

namespace IdentityPlatform.EndToEnd.Tests.Guards;

/// <summary>House rule 1: a file under 300 lines, a method under 40. The formatter fixes the layout, so lines can be counted by indentation.</summary>
public sealed partial class SizeTests
{
    private const int MaxFileLines = 300;
    private const int MaxMethodLines = 40;

    [Fact]
    public void Every_file_is_under_300_lines()
    {
        var large = Repository.SourceFiles().Select(file => (file, Lines: File.ReadLines(file).Count())).Where(f => f.Lines >= MaxFileLines);

        Assert.Empty(large.Select(f => $"{Repository.Relative(f.file)}: {f.Lines}"));
    }

    [Fact]
    public void Every_method_is_under_40_lines() =>
        Assert.Empty(Repository.SourceFiles().SelectMany(file => LongMembers(File.ReadAllLines(file)).Select(found => $"{Repository.Relative(file)}:{found}")));

    [Fact]
    public void The_counter_sees_a_long_method_and_not_a_long_type()
    {
        string[] type = ["public sealed class Long", "{", "    private sealed class Inner", "    {", .. Enumerable.Repeat("        int x;", 60), "    }", "}"];
        string[] method = ["public sealed class Long", "{", "    void Method()", "    {", .. Enumerable.Repeat("        Call();", 60), "    }", "}"];

        Assert.Empty(LongMembers(type));
        Assert.Equal(["4 (62 lines)"], LongMembers(method));
    }

    private static IEnumerable<string> LongMembers(string[] lines)
    {
        for (var open = 1; open < lines.Length; open++)
        {
            var indent = lines[open].Length - 1;
            if (lines[open].TrimStart() != "{" || indent is not (4 or 8) || TypeDeclaration().IsMatch(Header(lines, open)))
            {
                continue;
            }

            var close = Array.FindIndex(lines, open, line => line.Length > indent && line[indent] == '}' && line.AsSpan(0, indent).IsWhiteSpace());
            if (close - open + 1 > MaxMethodLines)
            {
                yield return $"{open + 1} ({close - open + 1} lines)";
            }
        }
    }

    // The declaration may stand on several lines above its brace.
    private static string Header(string[] lines, int open)
    {
        var first = open - 1;
        while (first > 0 && lines[first - 1].Trim() is not ("" or "{" or "}") && !lines[first - 1].TrimStart().StartsWith("///", StringComparison.Ordinal))
        {
            first--;
        }

        return string.Join(' ', lines[first..open]);
    }

    [GeneratedRegex(@"\b(class|record|struct|interface|enum|extension)\b", RegexOptions.None, 1000)]
    private static partial Regex TypeDeclaration();
}
