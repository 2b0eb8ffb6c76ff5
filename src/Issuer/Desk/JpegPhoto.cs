using System.Buffers.Binary;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>
/// A photograph as the desk keeps it: a JPEG of a portrait's size with nothing in it but the picture. What a camera writes beside it
/// (place, time, device, preview) is left out, and what is no plain JPEG is refused. Pure.
/// </summary>
public static class JpegPhoto
{
    /// <summary>The most that is taken: a portrait of 480 by 640 needs less.</summary>
    public const int MaxBytes = 40 * 1024;

    /// <summary>The shorter side at least: a face can be compared.</summary>
    public const int MinSide = 200;

    /// <summary>The longer side at most.</summary>
    public const int MaxSide = 1200;

    private const int Marker = 0xFF;
    private const int Start = 0xD8;
    private const int End = 0xD9;
    private const int Scan = 0xDA;
    private const int Comment = 0xFE;

    /// <summary>The photograph alone; null where it is none that is kept.</summary>
    public static byte[]? Strip(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes || !bytes.StartsWith([(byte)Marker, (byte)Start]))
        {
            return null;
        }

        var kept = new List<byte>(bytes.Length) { Marker, Start };
        var (at, frames, scans) = (2, 0, 0);
        int? marker;
        while ((marker = Next(bytes, ref at)) is { } found and not End)
        {
            if (Segment(bytes, at) is not { } length || !MayStand(found, bytes.Slice(at, length), ref frames))
            {
                return null;
            }

            if (found == Scan)
            {
                scans++;
                length += Coded(bytes[(at + length)..]);
            }

            if (IsPicture(found))
            {
                kept.AddRange([Marker, (byte)found]);
                kept.AddRange(bytes.Slice(at, length));
            }

            at += length;
        }

        // Nothing is hidden behind the end.
        return marker == End && at == bytes.Length && frames == 1 && scans > 0 ? [.. kept, Marker, End] : null;
    }

    /// <summary>The claim's value.</summary>
    public static string DataUrl(byte[] photo) => ClaimValues.PicturePrefix + Convert.ToBase64String(photo);

    // ISO/IEC 10918-1 §B.1.1.2: a marker is FF and a byte that is neither 0 nor FF.
    private static int? Next(ReadOnlySpan<byte> bytes, ref int at)
    {
        if (at + 2 > bytes.Length || bytes[at] != Marker || bytes[at + 1] is 0 or Marker)
        {
            return null;
        }

        at += 2;
        return bytes[at - 1];
    }

    // The length counts its own two bytes (§B.1.1.4).
    private static int? Segment(ReadOnlySpan<byte> bytes, int at) =>
        at + 2 <= bytes.Length && BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]) is var length && length >= 2 && at + length <= bytes.Length ? length : null;

    private static bool IsPicture(int marker) => marker is 0xC0 or 0xC1 or 0xC2 or 0xC4 or 0xDB or 0xDD or Scan;

    // One frame, baseline, extended or progressive with Huffman coding, before its scans; tables anywhere; the camera's own segments are read over.
    private static bool MayStand(int marker, ReadOnlySpan<byte> segment, ref int frames)
    {
        if (marker is 0xC0 or 0xC1 or 0xC2)
        {
            return ++frames == 1 && IsPortrait(segment);
        }

        return marker == Scan ? frames == 1 : IsPicture(marker) || marker is (>= 0xE0 and <= 0xEF) or Comment;
    }

    // §B.2.2: length, precision, height, width, components. Eight bits, grey or colour.
    private static bool IsPortrait(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 8 || frame[2] != 8 || frame[7] is not (1 or 3) || frame.Length != 8 + (3 * frame[7]))
        {
            return false;
        }

        var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(frame[3..]), BinaryPrimitives.ReadUInt16BigEndian(frame[5..]));
        return Math.Min(height, width) >= MinSide && Math.Max(height, width) <= MaxSide;
    }

    // §B.1.1.5: inside a scan FF stands with 0, or begins a restart marker; anything else ends it.
    private static int Coded(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at + 1 < bytes.Length && (bytes[at] != Marker || bytes[at + 1] is 0 or (>= 0xD0 and <= 0xD7)))
        {
            at += bytes[at] == Marker ? 2 : 1;
        }

        return at;
    }
}
