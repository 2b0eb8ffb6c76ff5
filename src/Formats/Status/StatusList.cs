using System.Buffers;
using System.Buffers.Binary;
using System.Formats.Cbor;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Formats.Status;

/// <summary>A status list (Token Status List §4): an array of statuses of 1, 2, 4 or 8 bits, packed from the lowest bit up. Immutable.</summary>
public sealed class StatusList
{
    /// <summary>The bound on the inflated size where a caller has no reason for another.</summary>
    public const int DefaultMaxBytes = 1024 * 1024;

    private readonly byte[] _bytes;
    private byte[]? _smallest;

    private StatusList(byte[] bytes, int bits, int count) => (_bytes, Bits, Count) = (bytes, bits, count);

    /// <summary>Bits per entry.</summary>
    public int Bits { get; }

    /// <summary>The number of entries. A list that was received counts the unused bits of its last byte.</summary>
    public int Count { get; }

    /// <summary>The status of an entry that is known to be there; for an index that was received use <see cref="TryGet"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such entry.</exception>
    public int this[int index] => TryGet(index, out var status) ? status : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>A list of entries with status 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no entry, or <paramref name="bits"/> is none of 1, 2, 4 and 8.</exception>
    public static StatusList Empty(int entries, int bits = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(entries);
        if (bits is not (1 or 2 or 4 or 8))
        {
            throw new ArgumentOutOfRangeException(nameof(bits));
        }

        // Token Status List §4.1: ceil(n * bits / 8) bytes.
        return new(new byte[(((long)entries * bits) + 7) / 8], bits, entries);
    }

    /// <summary>Parses the <c>status_list</c> object of a token.</summary>
    /// <param name="statusListObject">The object.</param>
    /// <param name="maxBytes">The bound on the inflated list.</param>
    public static Parsed<StatusList> Parse(JsonElement statusListObject, int maxBytes = DefaultMaxBytes)
    {
        if (statusListObject.LongMember("bits") is not (1 or 2 or 4 or 8))
        {
            return new FormatFailure(FormatRule.Member, "bits is none of 1, 2, 4 and 8");
        }

        if (statusListObject.Member("lst") is not { ValueKind: JsonValueKind.String } lst)
        {
            return new FormatFailure(FormatRule.Member, "lst is missing or no string");
        }

        // A bundle has hundreds of lists: the text is read where it stands. Only an escape, which base64url has no need of, asks for a copy.
        var text = JsonMarshal.GetRawUtf8Value(lst)[1..^1];
        text = text.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(lst.GetString()!) : text;
        var compressed = ArrayPool<byte>.Shared.Rent(text.Length);
        var list = Base64UrlText.TryDecode(text, compressed, out var length)
            ? Parse((int)statusListObject.LongMember("bits")!.Value, new(compressed, 0, length), maxBytes)
            : Base64UrlText.NotBase64Url("lst");
        ArrayPool<byte>.Shared.Return(compressed);
        return list;
    }

    /// <summary>Parses the <c>status_list</c> map of a CWT (Token Status List §4.3).</summary>
    /// <param name="statusListMap">The map.</param>
    /// <param name="maxBytes">The bound on the inflated list.</param>
    public static Parsed<StatusList> Parse(CborValue statusListMap, int maxBytes = DefaultMaxBytes)
    {
        var bits = statusListMap.Member("bits")?.Number;
        if (bits is not (1 or 2 or 4 or 8))
        {
            return new FormatFailure(FormatRule.Member, "bits is none of 1, 2, 4 and 8");
        }

        return statusListMap.Member("lst")?.Bytes is { } lst
            ? Parse((int)bits.Value, lst.ToArray(), maxBytes)
            : new FormatFailure(FormatRule.Member, "lst is missing or no byte string");
    }

    /// <summary>True with the status of an entry; false where the list has no such entry, which is no statement at all.</summary>
    public bool TryGet(long index, out int status)
    {
        status = 0;
        if (index < 0 || index >= Count)
        {
            return false;
        }

        var bit = index * Bits;
        status = (_bytes[bit / 8] >> (int)(bit % 8)) & ((1 << Bits) - 1);
        return true;
    }

    /// <summary>A copy with one entry changed.</summary>
    public StatusList With(int index, int status) => With([(index, status)]);

    /// <summary>A copy with entries changed; made once for many.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index or status does not fit.</exception>
    public StatusList With(IEnumerable<(int Index, int Status)> changes)
    {
        var bytes = _bytes.ToArray();
        var mask = (1 << Bits) - 1;
        foreach (var (index, status) in changes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            ArgumentOutOfRangeException.ThrowIfNegative(status);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(status, mask);
            var bit = (long)index * Bits;
            var shift = (int)(bit % 8);
            bytes[bit / 8] = (byte)((bytes[bit / 8] & ~(mask << shift)) | (status << shift));
        }

        return new(bytes, Bits, Count);
    }

    /// <summary>The list as <c>lst</c>: ZLIB (RFC 1950), then base64url. The highest level costs ten times the default's time for a tenth of the size.</summary>
    public string Compress(CompressionLevel level = CompressionLevel.SmallestSize) => Base64UrlText.Encode(Deflate(level));

    /// <summary>Writes the <c>status_list</c> object.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("bits", Bits);
        writer.WriteString("lst", Base64UrlText.Encode(Smallest()));
        writer.WriteEndObject();
    }

    /// <summary>Writes the <c>status_list</c> map of a CWT.</summary>
    internal void WriteTo(CborWriter writer)
    {
        writer.WriteStartMap(2);
        writer.WriteTextString("lst");
        writer.WriteByteString(Smallest());
        writer.WriteTextString("bits");
        writer.WriteInt32(Bits);
        writer.WriteEndMap();
    }

    /// <summary>The packed bytes.</summary>
    public ReadOnlySpan<byte> AsSpan() => _bytes;

    // A list goes out as JWT and as CWT: it is compressed once for both.
    private byte[] Smallest() => _smallest ??= Deflate(CompressionLevel.SmallestSize);

    private byte[] Deflate(CompressionLevel level)
    {
        using var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, level))
        {
            zlib.Write(_bytes);
        }

        return output.ToArray();
    }

    private static Parsed<StatusList> Parse(int bits, ArraySegment<byte> compressed, int maxBytes) => Inflate(compressed, maxBytes).Failed(out var failure, out var bytes)
        ? failure
        : new StatusList(bytes, bits, (int)(bytes.LongLength * 8 / bits));

    private static Parsed<byte[]> Inflate(ArraySegment<byte> compressed, int maxBytes)
    {
        // DEFLATE expands at most 1032 times; one byte beyond the bound tells that there is more. Of the pool: a bundle has hundreds of lists.
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(maxBytes, compressed.Count * 1032L) + 1);
        try
        {
            var source = new CompressedBytes(compressed);
            using var zlib = new ZLibStream(source, CompressionMode.Decompress);
            var length = zlib.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length > maxBytes
                ? new FormatFailure(FormatRule.Compression, $"lst inflates to more than {maxBytes} bytes")
                : source.IsReadToItsEnd ? Whole(compressed, buffer.AsSpan(0, length)) : NotOneStream();
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return new FormatFailure(FormatRule.Compression, "lst is no ZLIB stream");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // The framework's reader forgives a stream that ends early. RFC 1950 §2.2: the checksum comes last.
    private static Parsed<byte[]> Whole(ReadOnlySpan<byte> compressed, ReadOnlySpan<byte> inflated) =>
        inflated.Length > 0 && compressed.Length > 6 && BinaryPrimitives.ReadUInt32BigEndian(compressed[^4..]) == Adler32(inflated)
            ? inflated.ToArray()
            : NotOneStream();

    private static FormatFailure NotOneStream() => new FormatFailure(FormatRule.Compression, "lst is empty, cut short, or goes on behind its end");

    // RFC 1950 §8.2. 5552 sums fit 32 bits before they must be reduced.
    private static uint Adler32(ReadOnlySpan<byte> bytes)
    {
        const uint modulus = 65521;
        const int block = 5552;
        var (a, b) = (1u, 0u);
        while (bytes.Length > 0)
        {
            foreach (var value in bytes[..Math.Min(block, bytes.Length)])
            {
                a += value;
                b += a;
            }

            (a, b) = (a % modulus, b % modulus);
            bytes = bytes[Math.Min(block, bytes.Length)..];
        }

        return (b << 16) | a;
    }
}
