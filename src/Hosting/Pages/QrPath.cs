using System.Globalization;
using System.Text;
using QRCoder;

namespace IdentityPlatform.Hosting.Pages;

/// <summary>A QR code as one SVG path: a unit square for each dark module.</summary>
internal static class QrPath
{
    /// <summary>The side of the picture in modules, quiet zone included, and the path data.</summary>
    public static (int Size, string Path) Draw(string content)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(content, QRCodeGenerator.ECCLevel.M);
        var path = new StringBuilder();
        var rows = code.ModuleMatrix;
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows[y].Count; x++)
            {
                if (rows[y][x])
                {
                    path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
                }
            }
        }

        return (rows.Count, path.ToString());
    }
}
