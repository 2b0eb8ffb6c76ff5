using System.Formats.Cbor;
using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>Changes one place in CBOR and leaves all else as it was; what comes in its stead need not be CBOR that anybody would take.</summary>
internal static class CborEdit
{
    /// <summary>A step into what is encoded in a byte string, with a tag 24 before it or without.</summary>
    public const string Inside = "<inside>";

    /// <summary>The bytes with the place changed.</summary>
    /// <param name="value">The whole.</param>
    /// <param name="path">Names and numbers of members, places in arrays, and <see cref="Inside"/>.</param>
    /// <param name="change">What stands there instead: raw bytes, or null for nothing. It gets what is there, or null.</param>
    public static byte[] At(CborValue value, ReadOnlySpan<object> path, Func<CborValue?, byte[]?> change) =>
        path.IsEmpty ? change(value)! : (value, path[0]) switch
        {
            ({ Kind: CborKind.Map }, _) => Map(value, path, change),
            ({ Items: { } items }, int place) => Write(true, [.. Changed(items, place, path, change)]),
            (_, Inside) when value.Embedded() is { } embedded => [0xD8, 0x18, .. Bytes(At(StrictCbor.Parse(embedded).OrThrow(), path[1..], change))],
            ({ Bytes: { } bytes }, Inside) => Bytes(At(StrictCbor.Parse(bytes).OrThrow(), path[1..], change)),
            _ => throw new ArgumentException($"There is no {path[0]}."),
        };

    public static byte[] At(byte[] whole, object[] path, Func<CborValue?, byte[]?> change) => At(StrictCbor.Parse(whole).OrThrow(), path, change);

    public static byte[] Bytes(byte[] content)
    {
        var writer = new CborWriter(CborConformanceMode.Lax);
        writer.WriteByteString(content);
        return writer.Encode();
    }

    private static byte[] Map(CborValue map, ReadOnlySpan<object> path, Func<CborValue?, byte[]?> change)
    {
        var parts = new List<byte[]>();
        var found = false;
        foreach (var member in map.Members!)
        {
            if (!(member.Key.Text is { } text ? text.Equals(path[0]) : member.Key.Number is { } number && path[0] is int label && number == label))
            {
                parts.Add([.. member.Key.Encoded.Span, .. member.Value.Encoded.Span]);
                continue;
            }

            found = true;
            if ((path.Length > 1 ? At(member.Value, path[1..], change) : change(member.Value)) is { } value)
            {
                parts.Add([.. member.Key.Encoded.Span, .. value]);
            }
        }

        if (!found && change(null) is { } added)
        {
            parts.Add([.. (path[0] is int label ? CborValue.Of(label) : CborValue.Of((string)path[0])).Encoded.Span, .. added]);
        }

        return Write(false, parts);
    }

    private static IEnumerable<byte[]> Changed(IReadOnlyList<CborValue> items, int place, ReadOnlySpan<object> path, Func<CborValue?, byte[]?> change)
    {
        var all = items.Select(item => (byte[]?)item.Encoded.ToArray()).ToList();
        all[place] = path.Length > 1 ? At(items[place], path[1..], change) : change(items[place]);
        return all.OfType<byte[]>();
    }

    private static byte[] Write(bool isArray, List<byte[]> parts)
    {
        var head = new CborWriter(CborConformanceMode.Lax);
        head.WriteUInt64((ulong)parts.Count);
        var bytes = head.Encode();
        bytes[0] |= isArray ? (byte)0x80 : (byte)0xA0;
        return [.. bytes, .. parts.SelectMany(part => part)];
    }
}
