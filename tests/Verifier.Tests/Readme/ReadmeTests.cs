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
        var compiled = string.Join('\n', Region().Match(source).Groups[1].Value.Split('\n').Select(line => line.Length > 8 ? line[8..] : line.TrimEnd()));

        Assert.Equal(compiled.Trim('\n'), shown.Trim('\n'));
        Assert.InRange(shown.Split('\n').Count(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal)), 1, 10);
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
}
