using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>Pictures of the pages for people to look at, where <c>BROWSER_SHOTS</c> names a folder.</summary>
internal static partial class Shots
{
    private static readonly (int Width, int Height)[] Screens = [(1280, 800), (360, 640)];

    /// <summary>The page as it comes out of a printer, on A4; gives how many sheets that are.</summary>
    public static async Task<int> PrintAsync(IPage page, string name)
    {
        var sheets = await page.PdfAsync(new() { Format = "A4", PreferCSSPageSize = true });
        if (Environment.GetEnvironmentVariable("BROWSER_SHOTS") is { Length: > 0 } folder)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}.pdf"), sheets);
        }

        return SheetOf().Count(System.Text.Encoding.Latin1.GetString(sheets));
    }

    public static async Task TakeAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("BROWSER_SHOTS") is not { Length: > 0 } folder)
        {
            return;
        }

        foreach (var (width, height) in Screens)
        {
            await page.SetViewportSizeAsync(width, height);
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}.png"), FullPage = true });
        }
    }

    [GeneratedRegex(@"/Type\s*/Page\b", RegexOptions.None, 1000)]
    private static partial Regex SheetOf();
}
