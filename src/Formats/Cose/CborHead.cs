using System.Buffers.Binary;

namespace IdentityPlatform.Formats.Cose;

/// <summary>The head of a CBOR item (RFC 8949 §3): what it is, its argument, and how many bytes that took.</summary>
internal readonly struct CborHead
{
    public const int Unsigned = 0;
    public const int Negative = 1;
    public const int Bytes = 2;
    public const int Text = 3;
    public const int Array = 4;
    public const int Map = 5;
    public const int Tag = 6;
    public const int Simple = 7;

    /// <summary>The longest head.</summary>
    public const int MaxLength = 9;

    private CborHead(int major, int information, ulong argument, int length) => (Major, Information, Argument, Length) = (major, information, argument, length);

    /// <summary>The major type: one of the constants.</summary>
    public int Major { get; }

    /// <summary>The low five bits of the first byte.</summary>
    public int Information { get; }

    /// <summary>The argument: a number, a length, a count or a tag.</summary>
    public ulong Argument { get; }

    /// <summary>How many bytes the head has.</summary>
    public int Length { get; }

    /// <summary>True for the first byte of a head that is no longer than it.</summary>
    public static bool IsByte(byte first) => (first & 0x1F) < 24;

    /// <summary>Reads the head at the start; false where there is none, or where it is of indefinite length or reserved (RFC 8949 §3.2, §3).</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CborHead head)
    {
        head = default;
        if (bytes.IsEmpty)
        {
            return false;
        }

        var (major, information) = (bytes[0] >> 5, bytes[0] & 0x1F);
        if (IsByte(bytes[0]))
        {
            head = new CborHead(major, information, (ulong)information, 1);
            return true;
        }

        var following = information switch { 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => 0 };
        if (following == 0 || bytes.Length < 1 + following)
        {
            return false;
        }

        var rest = bytes[1..];
        var argument = following switch
        {
            1 => rest[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(rest),
            4 => BinaryPrimitives.ReadUInt32BigEndian(rest),
            _ => BinaryPrimitives.ReadUInt64BigEndian(rest),
        };
        head = new CborHead(major, information, argument, 1 + following);
        return true;
    }

    /// <summary>Reads the head of an item that was checked before.</summary>
    public static CborHead Of(ReadOnlySpan<byte> item) => TryRead(item, out var head) ? head : throw new InvalidOperationException("The item was not checked.");

    /// <summary>Writes the shortest head for an argument (RFC 8949 §4.2.1), and answers its length.</summary>
    public static int Write(int major, int argument, Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(argument);
        var type = (byte)(major << 5);
        switch (argument)
        {
            case < 24:
                bytes[0] = (byte)(type | argument);
                return 1;
            case <= byte.MaxValue:
                (bytes[0], bytes[1]) = ((byte)(type | 24), (byte)argument);
                return 2;
            case <= ushort.MaxValue:
                bytes[0] = (byte)(type | 25);
                BinaryPrimitives.WriteUInt16BigEndian(bytes[1..], (ushort)argument);
                return 3;
            default:
                bytes[0] = (byte)(type | 26);
                BinaryPrimitives.WriteUInt32BigEndian(bytes[1..], (uint)argument);
                return 5;
        }
    }

    /// <summary>The number of an integer that was checked before.</summary>
    public long Number() => Major == Unsigned ? (long)Argument : -1 - (long)Argument;
}
