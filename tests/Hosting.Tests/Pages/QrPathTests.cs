using IdentityPlatform.Hosting.Pages;

namespace IdentityPlatform.Hosting.Tests.Pages;

public sealed class QrPathTests
{
    [Fact]
    public void A_code_has_its_quiet_zone_and_three_finder_patterns()
    {
        var (size, path) = QrPath.Draw("https://example.org/offer?id=42");
        var dark = path.Split('z', StringSplitOptions.RemoveEmptyEntries).Select(Module).ToHashSet();

        // ISO/IEC 18004 §6.3.1 and §6.3.8: version 3 has 29 modules, and four light ones on each side.
        Assert.Equal(29 + 8, size);
        Assert.All(dark, module => Assert.True(module is { X: >= 4 and < 33, Y: >= 4 and < 33 }));
        foreach (var (left, top) in new[] { (4, 4), (26, 4), (4, 26) })
        {
            Assert.All(Enumerable.Range(0, 7), at => Assert.Contains((left + at, top), dark));
            Assert.All(Enumerable.Range(1, 5), at => Assert.DoesNotContain((left + at, top + 1), dark));
        }
    }

    private static (int X, int Y) Module(string square)
    {
        var numbers = square[1..].Split('h')[0].Split(' ').Select(number => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        return (numbers[0], numbers[1]);
    }
}
