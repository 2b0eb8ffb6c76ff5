using IdentityPlatform.Formats.Frames;
using QRCoder;

namespace IdentityPlatform.Kiosk;

/// <summary>Frames as QR codes for a screen: level L, because a screen is neither torn nor stained.</summary>
public static class FrameCodes
{
    /// <summary>A frame as SVG.</summary>
    public static string Svg(Frame frame)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(frame.ToText(), QRCodeGenerator.ECCLevel.L);
        using var svg = new SvgQRCode(data);
        return svg.GetGraphic(4, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}
