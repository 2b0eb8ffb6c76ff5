using System.Buffers.Binary;
using System.Text;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>A message of the NFC Data Exchange Format (NFC Forum NDEF 1.0 §3): whole records, the first and the last of which say so.</summary>
internal static class NdefMessage
{
    /// <summary>The bound on a message, in bytes.</summary>
    public const int MaxBytes = 2 * DeviceEngagement.MaxBytes;

    private const int MaxRecords = 32;

    public static Parsed<List<NdefRecord>> Parse(ReadOnlyMemory<byte> encoded)
    {
        if (encoded.Length > MaxBytes)
        {
            return new FormatFailure(FormatRule.Size, $"an NFC message has at most {MaxBytes} bytes");
        }

        var records = new List<NdefRecord>();
        for (var isLast = false; !isLast;)
        {
            if (records.Count == MaxRecords)
            {
                return new FormatFailure(FormatRule.Size, $"an NFC message has at most {MaxRecords} records");
            }

            if (NdefRecord.Read(encoded, isFirst: records.Count == 0, out isLast, out var length).Failed(out var failure, out var record))
            {
                return failure;
            }

            records.Add(record);
            encoded = encoded[length..];
        }

        return encoded.IsEmpty ? records : new FormatFailure(FormatRule.Structure, "nothing comes after the last record");
    }

    public static byte[] Write(params IReadOnlyList<NdefRecord> records)
    {
        using var stream = new MemoryStream();
        for (var index = 0; index < records.Count; index++)
        {
            records[index].WriteTo(stream, isFirst: index == 0, isLast: index == records.Count - 1);
        }

        return stream.ToArray();
    }
}

/// <summary>One record. Its type and id are bytes, here a character each.</summary>
internal sealed class NdefRecord(NdefFormat format, string type, string id, ReadOnlyMemory<byte> payload)
{
    private const byte Begin = 0x80;
    private const byte End = 0x40;
    private const byte Chunk = 0x20;
    private const byte Short = 0x10;
    private const byte HasId = 0x08;
    private const byte FormatBits = 0x07;

    public NdefFormat Format => format;

    public string Type => type;

    public string Id => id;

    public ReadOnlyMemory<byte> Payload => payload;

    public bool Is(NdefFormat otherFormat, string otherType) => format == otherFormat && type == otherType;

    /// <summary>Reads the record with which the bytes begin.</summary>
    public static Parsed<NdefRecord> Read(ReadOnlyMemory<byte> from, bool isFirst, out bool isLast, out int length)
    {
        (isLast, length) = (false, 0);
        var bytes = from.Span;
        var head = bytes.IsEmpty ? (byte)0 : bytes[0];
        var isShort = (head & Short) != 0;
        var hasId = (head & HasId) != 0;
        var fixedBytes = 2 + (isShort ? 1 : 4) + (hasId ? 1 : 0);
        if (bytes.Length < fixedBytes)
        {
            return new FormatFailure(FormatRule.Structure, "a record is cut off");
        }

        if ((head & Begin) != 0 != isFirst || (head & Chunk) != 0)
        {
            return new FormatFailure(FormatRule.Structure, "a message begins once, and its records are whole");
        }

        var (typeBytes, idBytes) = (bytes[1], hasId ? bytes[fixedBytes - 1] : (byte)0);
        var payloadBytes = isShort ? bytes[2] : BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);
        if (fixedBytes + typeBytes + idBytes + (long)payloadBytes > bytes.Length)
        {
            return new FormatFailure(FormatRule.Structure, "a record is cut off");
        }

        // NDEF 1.0 §3.2.6: an unknown type has no name, any other has one; what is empty, unchanged or reserved stands in no message here.
        var format = (NdefFormat)(head & FormatBits);
        if (format is < NdefFormat.WellKnown or > NdefFormat.Unknown || (format == NdefFormat.Unknown) != (typeBytes == 0))
        {
            return new FormatFailure(FormatRule.Type, "a record names its type");
        }

        isLast = (head & End) != 0;
        length = fixedBytes + typeBytes + idBytes + (int)payloadBytes;
        var names = bytes.Slice(fixedBytes, typeBytes + idBytes);
        return new NdefRecord(format, Encoding.Latin1.GetString(names[..typeBytes]), Encoding.Latin1.GetString(names[typeBytes..]), from[(length - (int)payloadBytes)..length]);
    }

    public void WriteTo(Stream stream, bool isFirst, bool isLast)
    {
        var isShort = payload.Length <= byte.MaxValue;
        stream.WriteByte((byte)((isFirst ? Begin : 0) | (isLast ? End : 0) | (isShort ? Short : 0) | (id.Length > 0 ? HasId : 0) | (int)format));
        stream.WriteByte((byte)type.Length);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, payload.Length);
        stream.Write(isShort ? length[3..] : length);
        if (id.Length > 0)
        {
            stream.WriteByte((byte)id.Length);
        }

        stream.Write(Encoding.Latin1.GetBytes(type + id));
        stream.Write(payload.Span);
    }

    /// <summary>Redacted: the payload belongs to one meeting.</summary>
    public override string ToString() => $"record {type}";
}

/// <summary>What a record's type is (NDEF 1.0 §3.2.6).</summary>
internal enum NdefFormat
{
    /// <summary>Nothing: refused.</summary>
    Empty = 0,

    /// <summary>A name of the NFC Forum.</summary>
    WellKnown = 1,

    /// <summary>A media type.</summary>
    Media = 2,

    /// <summary>A URI.</summary>
    Uri = 3,

    /// <summary>A domain and a name.</summary>
    External = 4,

    /// <summary>Not said.</summary>
    Unknown = 5,
}
