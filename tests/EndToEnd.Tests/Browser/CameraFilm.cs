using System.Text;
using Microsoft.Playwright;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>A film of the codes on a wallet's page, as a camera would see them: on a grey ground, a little turned, each for some pictures.</summary>
internal static class CameraFilm
{
    private const int Width = 640;
    private const int Height = 480;
    private const int PicturesEach = 5;

    public static async Task WriteAsync(IPage wallet, string path)
    {
        var pictures = await wallet.EvaluateAsync<string[]>(
            $$"""
            async () => {
              const canvas = new OffscreenCanvas({{Width}}, {{Height}});
              const context = canvas.getContext("2d", { willReadFrequently: true });
              const pictures = [];
              for (const svg of document.querySelectorAll("svg")) {
                const image = new Image();
                image.src = "data:image/svg+xml;base64," + btoa(new XMLSerializer().serializeToString(svg));
                await image.decode();
                context.resetTransform();
                context.fillStyle = "#909498";
                context.fillRect(0, 0, {{Width}}, {{Height}});
                context.translate({{Width}} / 2, {{Height}} / 2);
                context.rotate(0.05);
                context.drawImage(image, -220, -220, 440, 440);
                const { data } = context.getImageData(0, 0, {{Width}}, {{Height}});
                let luma = "";
                for (let at = 0; at < data.length; at += 4) {
                  luma += String.fromCharCode(data[at + 1]);
                }

                pictures.push(btoa(luma));
              }

              return pictures;
            }
            """);
        await using var film = new FileStream(path, FileMode.Create);
        film.Write(Encoding.ASCII.GetBytes($"YUV4MPEG2 W{Width} H{Height} F30:1 Ip A1:1 C420jpeg\n"));
        var grey = new byte[Width * Height / 2];
        Array.Fill(grey, (byte)128);
        foreach (var picture in pictures.SelectMany(picture => Enumerable.Repeat(Convert.FromBase64String(picture), PicturesEach)))
        {
            film.Write("FRAME\n"u8);
            film.Write(picture);
            film.Write(grey);
        }
    }
}
