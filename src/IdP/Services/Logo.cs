using System.Buffers.Binary;

namespace IdentityPlatform.IdP.Services;

/// <summary>
/// The picture of a service, as a PNG: the one format whose size in pixels stands at a fixed place, so that a small file cannot
/// unfold into a picture that fills the memory of a phone.
/// </summary>
public sealed class Logo
{
    /// <summary>The most pixels of an edge.</summary>
    public const int MaxPixels = 1024;

    /// <summary>Its media type.</summary>
    public const string MediaType = "image/png";

    // PNG (W3C, third edition) §5.2, and the length and name of IHDR, which comes first (§5.6).
    private static ReadOnlySpan<byte> Start => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];

    private Logo(ReadOnlyMemory<byte> png) => Png = png;

    /// <summary>The file, as the service gave it.</summary>
    public ReadOnlyMemory<byte> Png { get; }

    /// <summary>The picture in a file; null where it is no PNG, or one with too many pixels.</summary>
    public static Logo? Read(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        return bytes.Length >= Start.Length + 8 && bytes.StartsWith(Start) && IsEdge(bytes[Start.Length..]) && IsEdge(bytes[(Start.Length + 4)..])
            ? new(file)
            : null;
    }

    private static bool IsEdge(ReadOnlySpan<byte> number) => BinaryPrimitives.ReadUInt32BigEndian(number) is > 0 and <= MaxPixels;
}
