using System.Globalization;
using System.Text;
using IdentityPlatform.Formats.Frames;
using QRCoder;

namespace IdentityPlatform.Wallet.Presentation;

/// <summary>A page of its own that shows frames in a loop, for a phone held before a camera. It needs nothing from elsewhere.</summary>
public static class FramesPage
{
    private const int MillisecondsEach = 200;

    /// <summary>The page.</summary>
    public static string Write(IReadOnlyList<Frame> frames)
    {
        var page = new StringBuilder("""
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Hold this before the camera</title>
            <style>
              body { margin: 0; min-height: 100dvh; display: grid; place-content: center; justify-items: center; background: #fff; color: #1b2430; font: 1.1rem system-ui, sans-serif; }
              svg { display: none; width: min(96vw, 90dvh); height: auto; }
              svg.now { display: block; }
            </style>

            """);
        foreach (var frame in frames)
        {
            page.Append(Svg(frame)).Append('\n');
        }

        return page.Append(CultureInfo.InvariantCulture, $$"""
            <p id="which" aria-live="off"></p>
            <script>
              const codes = [...document.querySelectorAll("svg")];
              let at = -1;
              const turn = () => {
                codes[at]?.classList.remove("now");
                at = (at + 1) % codes.length;
                codes[at].classList.add("now");
                document.getElementById("which").textContent = `${at + 1} / ${codes.length}`;
              };
              turn();
              setInterval(turn, {{MillisecondsEach}});
            </script>

            """).ToString();
    }

    private static string Svg(Frame frame)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(frame.ToText(), QRCodeGenerator.ECCLevel.L);
        using var svg = new SvgQRCode(data);
        return svg.GetGraphic(4, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}
