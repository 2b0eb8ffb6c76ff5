using System.Formats.Cbor;
using System.Text;

namespace IdentityPlatform.Formats.Cose;

/// <summary>
/// Strict CBOR (RFC 8949): one item and nothing behind it, definite lengths, no key twice, valid UTF-8, integers of 64 bits, bounded
/// size and depth. Heads need not be the shortest: ISO/IEC 18013-5 does not ask for it, and wallets write others. What is read keeps
/// its bytes, so that it is written again as it was.
/// </summary>
public static class StrictCbor
{
    /// <summary>The bound on size, in bytes, where a caller has no reason for another: several portraits fit in.</summary>
    public const int DefaultMaxBytes = 512 * 1024;

    /// <summary>The bound on nesting. What stands encoded inside a byte string is counted anew when it is read.</summary>
    public const int MaxDepth = 16;

    // Above this many members of one map, keys are compared through a set.
    private const int FewMembers = 16;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Parses one item.</summary>
    /// <param name="encoded">The bytes. They are kept, not copied: the caller changes them no more.</param>
    /// <param name="maxBytes">The bound on their length.</param>
    public static Parsed<CborValue> Parse(ReadOnlyMemory<byte> encoded, int maxBytes = DefaultMaxBytes)
    {
        if (encoded.Length > maxBytes)
        {
            return new FormatFailure(FormatRule.Size, $"CBOR is larger than {maxBytes} bytes");
        }

        try
        {
            // What the framework's strict mode would check (keys, UTF-8) is checked here, for half of its cost.
            var reader = new CborReader(encoded, CborConformanceMode.Lax);
            var value = Read(reader, encoded, 0);
            return reader.BytesRemaining == 0 ? value : new FormatFailure(FormatRule.Cbor, "bytes stand behind the CBOR item");
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException or DecoderFallbackException)
        {
            return new FormatFailure(FormatRule.Cbor, "not strict CBOR");
        }
    }

    /// <summary>Parses a map; anything else is a failure of <see cref="FormatRule.Structure"/>.</summary>
    public static Parsed<CborValue> ParseMap(ReadOnlyMemory<byte> encoded, int maxBytes = DefaultMaxBytes)
    {
        if (Parse(encoded, maxBytes).Failed(out var failure, out var value))
        {
            return failure;
        }

        return value.Kind == CborKind.Map ? value : new FormatFailure(FormatRule.Structure, "a CBOR map is expected");
    }

    private static CborValue Read(CborReader reader, ReadOnlyMemory<byte> all, int depth)
    {
        var start = all.Length - reader.BytesRemaining;
        var (kind, content) = ReadContent(reader, all, depth);
        return new CborValue(kind, content, all[start..^reader.BytesRemaining]);
    }

    private static (CborKind, object?) ReadContent(CborReader reader, ReadOnlyMemory<byte> all, int depth)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger:
                return (CborKind.Number, reader.ReadInt64());
            case CborReaderState.TextString:
                return (CborKind.Text, StrictUtf8.GetString(reader.ReadDefiniteLengthTextStringBytes().Span));
            case CborReaderState.ByteString:
                return (CborKind.Bytes, reader.ReadDefiniteLengthByteString());
            case CborReaderState.Boolean:
                return (CborKind.Boolean, reader.ReadBoolean());
            case CborReaderState.HalfPrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.DoublePrecisionFloat:
                return (CborKind.Real, reader.ReadDouble());
            case CborReaderState.Null:
                reader.ReadNull();
                return (CborKind.Null, null);
            default:
                return depth < MaxDepth ? ReadNested(reader, all, depth) : throw new CborContentException("nested too deeply");
        }
    }

    private static (CborKind, object?) ReadNested(CborReader reader, ReadOnlyMemory<byte> all, int depth)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.StartArray:
                return (CborKind.Array, ReadArray(reader, all, depth));
            case CborReaderState.StartMap:
                return (CborKind.Map, ReadMap(reader, all, depth));
            case CborReaderState.Tag:
                return (CborKind.Tagged, new CborTagged((ulong)reader.ReadTag(), Read(reader, all, depth + 1)));
            default:
                // Indefinite lengths, and simple values without a meaning here.
                throw new CborContentException("of a kind that is not taken");
        }
    }

    private static CborValue[] ReadArray(CborReader reader, ReadOnlyMemory<byte> all, int depth)
    {
        // The reader has compared the count with the bytes that are left: it is no larger than they are.
        var items = new CborValue[reader.ReadStartArray() ?? throw new CborContentException("of indefinite length")];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Read(reader, all, depth + 1);
        }

        reader.ReadEndArray();
        return items;
    }

    private static CborMember[] ReadMap(CborReader reader, ReadOnlyMemory<byte> all, int depth)
    {
        var members = new CborMember[reader.ReadStartMap() ?? throw new CborContentException("of indefinite length")];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = new(Read(reader, all, depth + 1), Read(reader, all, depth + 1));
        }

        reader.ReadEndMap();
        return HasDoubledKey(members) ? throw new CborContentException("a key stands twice") : members;
    }

    // Two keys are the same when their values are: a number in a longer form is still that number.
    private static bool HasDoubledKey(CborMember[] members)
    {
        if (members.Length > FewMembers)
        {
            var names = new HashSet<object>(members.Length);
            return !Array.TrueForAll(members, member => names.Add(Name(member.Key)));
        }

        for (var i = 1; i < members.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (IsSame(members[i].Key, members[j].Key))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsSame(CborValue one, CborValue other) =>
        one.Kind == other.Kind && one.Text == other.Text && one.Number == other.Number
        && (one.Kind is CborKind.Text or CborKind.Number || one.Encoded.Span.SequenceEqual(other.Encoded.Span));

    private static object Name(CborValue key) => (object?)key.Text ?? (object?)key.Number ?? (key.Kind, Convert.ToHexString(key.Encoded.Span));
}
