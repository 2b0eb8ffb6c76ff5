using System.Globalization;
using System.Text.RegularExpressions;
using IdentityPlatform.Verifier.Refresh;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Readme;

public sealed partial class ReadmeTests
{
    [Fact]
    public void The_README_shows_the_compiled_example_and_nothing_else()
    {
        var readme = File.ReadAllText(Path.Combine(Root(), "README.md"));
        var source = File.ReadAllText(Path.Combine(Root(), "tests/Verifier.Tests/Readme/EmbeddingExample.cs"));

        var shown = ReadmeCode().Match(readme).Groups[1].Value;
        Assert.Equal(Dedented(Region().Match(source).Groups[1].Value), shown.Trim('\n'));
        Assert.InRange(shown.Split('\n').Count(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal)), 1, 10);
    }

    // What an integrator copies compiles: docs/verifier.md is a whole program, which is built from the packages (PackageTests).
    [Fact]
    public void The_packages_pages_and_the_guides_show_compiled_code_and_nothing_else()
    {
        string[] guides = [.. Directory.EnumerateFiles(Path.Combine(Root(), "src"), "README.md", SearchOption.AllDirectories)
            .Where(path => Path.GetRelativePath(Path.Combine(Root(), "src"), path).StartsWith("Verifier", StringComparison.Ordinal)),
            .. ((string[])["testing", "proximity", "presentations", "printed", "trust"]).Select(name => Path.Combine(Root(), "docs", name + ".md"))];
        var source = File.ReadAllText(Path.Combine(Root(), "tests/Verifier.Tests/Readme/GuideExamples.cs"));
        var compiled = Regions().Matches(source).Select(match => Dedented(match.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);

        var shown = guides.SelectMany(path => ReadmeCode().Matches(File.ReadAllText(path)).Select(block => (Guide: path, Code: block.Groups[1].Value.Trim('\n')))).ToList();

        Assert.Equal(10, shown.Count);
        Assert.All(shown, block => Assert.True(compiled.Contains(block.Code), $"{block.Guide} shows code that is not compiled:\n{block.Code}"));
        Assert.All(compiled, code => Assert.Contains(code, shown.Select(block => block.Code)));
    }

    [Theory]
    [InlineData("bm9uY2Utb2YtdGhpcy1yZXF1ZXN0", "The card is accepted.")]
    [InlineData("another-nonce", "The answer belongs to another request.")]
    public async Task The_example_checks_a_card_while_its_mirror_is_away(string nonce, string beginning)
    {
        var folder = Directory.CreateTempSubdirectory("readme-");
        try
        {
            var scenario = new Scenario(TimeProvider.System.GetUtcNow());
            BundleStore.Open(folder.FullName, [TestPki.BundleRoot.PublicKey], TimeProvider.System).Offer(scenario.Bundle());

            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
            var words = await EmbeddingExample.CheckAsync(
                scenario.Present(), nonce, "x509_hash:door", TestPki.BundleRoot.PublicKey, folder.FullName, new Uri("http://127.0.0.1:9/bundle"), TestContext.Current.CancellationToken);

            Assert.StartsWith(beginning, words, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Dedented(string region) =>
        string.Join('\n', region.Split('\n').Select(line => line.Length > 8 ? line[8..] : line.TrimEnd())).Trim('\n');

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "IdentityPlatform.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline, 1000)]
    private static partial Regex ReadmeCode();

    [GeneratedRegex("#region README\n(.*?)\n *#endregion", RegexOptions.Singleline, 1000)]
    private static partial Regex Region();

    [GeneratedRegex("#region (?:src|docs)/[^\n]*\n(.*?)\n *#endregion", RegexOptions.Singleline, 1000)]
    private static partial Regex Regions();
}
