using Microsoft.Playwright;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>Pictures of the pages for people to look at, where <c>BROWSER_SHOTS</c> names a folder.</summary>
internal static class Shots
{
    private static readonly (int Width, int Height)[] Screens = [(1280, 800), (360, 640)];

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
}
