using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Globalization;
using System.Text;

namespace IdentityPlatform.Formats.Cose;

/// <summary>The kinds of CBOR items that are taken.</summary>
public enum CborKind
{
    /// <summary>Null.</summary>
    Null,

    /// <summary>A whole number of 64 bits, with its sign.</summary>
    Number,

    /// <summary>A byte string.</summary>
    Bytes,

    /// <summary>A text string.</summary>
    Text,

    /// <summary>An array.</summary>
    Array,

    /// <summary>A map.</summary>
    Map,

    /// <summary>A tag and what it stands before.</summary>
    Tagged,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A floating-point number.</summary>
    Real,
}

/// <summary>A member of a CBOR map. Redacted: a class, because its value may be personal.</summary>
/// <param name="key">The key.</param>
/// <param name="value">The value.</param>
public sealed class CborMember(CborValue key, CborValue value)
{
    /// <summary>The key.</summary>
    public CborValue Key { get; } = key;

    /// <summary>The value.</summary>
    public CborValue Value { get; } = value;
}

/// <summary>A CBOR item with the bytes in which it was read or is written, which are read in place and never encoded a second time. Immutable.</summary>
public sealed class CborValue
{
    private const int MaxStackBytes = 256;

    // Text, items or members: made when they are first asked for. Who comes second at the same time makes the same.
    private object? _made;

    /// <summary>One whole item that was checked.</summary>
    internal CborValue(ReadOnlyMemory<byte> encoded) => (Kind, Encoded) = (KindOf(encoded.Span[0]), encoded);

    /// <summary>Null.</summary>
    public static CborValue Null { get; } = Build(writer => writer.WriteNull());

    /// <summary>What the item is.</summary>
    public CborKind Kind { get; }

    /// <summary>The item's bytes.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The number of an integer, else null.</summary>
    public long? Number => Kind == CborKind.Number ? CborHead.Of(Encoded.Span).Number() : null;

    /// <summary>The text of a text string, else null.</summary>
    public string? Text => Kind == CborKind.Text ? (string)(_made ??= Encoding.UTF8.GetString(Content.Span)) : null;

    /// <summary>The bytes of a byte string, else null.</summary>
    public ReadOnlyMemory<byte>? Bytes => Kind == CborKind.Bytes ? Content : default(ReadOnlyMemory<byte>?);

    /// <summary>True or false, else null.</summary>
    public bool? Boolean => Kind == CborKind.Boolean ? Encoded.Span[0] == 0xF5 : null;

    // Its bytes are the argument of the head (RFC 8949 §3.3): nothing stands behind it.
    /// <summary>The number of a floating-point number, else null.</summary>
    public double? Real => Kind != CborKind.Real ? null : Encoded.Length switch
    {
        3 => (double)BinaryPrimitives.ReadHalfBigEndian(Encoded.Span[1..]),
        5 => BinaryPrimitives.ReadSingleBigEndian(Encoded.Span[1..]),
        _ => BinaryPrimitives.ReadDoubleBigEndian(Encoded.Span[1..]),
    };

    /// <summary>The items of an array, in their order, else null.</summary>
    public IReadOnlyList<CborValue>? Items => Kind == CborKind.Array ? (CborValue[])(_made ??= MakeItems()) : null;

    /// <summary>The members of a map, in their order, else null.</summary>
    public IReadOnlyList<CborMember>? Members => Kind == CborKind.Map ? (CborMember[])(_made ??= MakeMembers()) : null;

    /// <summary>What stands behind a tag of this number, or null where the item is another.</summary>
    public CborValue? Tagged(ulong tag) => Kind == CborKind.Tagged && CborHead.Of(Encoded.Span).Argument == tag ? new(Content) : null;

    /// <summary>What stands behind a tag, whatever its number, or null where the item has none.</summary>
    public CborValue? Untagged() => Kind == CborKind.Tagged ? new(Content) : null;

    /// <summary>The member of a map with this text as key, or null.</summary>
    public CborValue? Member(string name)
    {
        var size = Encoding.UTF8.GetByteCount(name);
        var utf8 = size <= MaxStackBytes ? stackalloc byte[MaxStackBytes] : new byte[size];
        return Made(Find(CborHead.Text, utf8[..Encoding.UTF8.GetBytes(name, utf8)], 0));
    }

    /// <summary>The member of a map with this number as key, or null.</summary>
    public CborValue? Member(long label) => Made(RawMember(label));

    /// <summary>The bytes of the member with this number as key; none where there is none.</summary>
    internal ReadOnlyMemory<byte> RawMember(long label) =>
        label >= 0 ? Find(CborHead.Unsigned, default, (ulong)label) : Find(CborHead.Negative, default, (ulong)(-1 - label));

    private static CborValue? Made(ReadOnlyMemory<byte> item) => item.IsEmpty ? null : new(item);

    /// <summary>What stands behind the head.</summary>
    private ReadOnlyMemory<byte> Content => Encoded[CborHead.Of(Encoded.Span).Length..];

    /// <summary>How many items or members there are.</summary>
    internal int Count => Kind is CborKind.Array or CborKind.Map ? (int)CborHead.Of(Encoded.Span).Argument : 0;

    /// <summary>What an array or map holds, one after the other; of a map the key before its value.</summary>
    internal CborParts Parts => new(Kind is CborKind.Array or CborKind.Map ? Content : default);

    /// <summary>True when a map has this key, a text or a number, however its head is written.</summary>
    internal bool HasKey(ReadOnlySpan<byte> key)
    {
        var head = CborHead.Of(key);
        return head.Major switch
        {
            CborHead.Text => !Find(head.Major, key[head.Length..], 0).IsEmpty,
            CborHead.Unsigned or CborHead.Negative => !Find(head.Major, default, head.Argument).IsEmpty,
            _ => false,
        };
    }

    private ReadOnlyMemory<byte> Find(int major, ReadOnlySpan<byte> text, ulong number)
    {
        if (Kind != CborKind.Map)
        {
            return default;
        }

        var parts = Parts;
        while (parts.TryNext(out var key))
        {
            var head = CborHead.Of(key.Span);
            var isIt = head.Major == major && (major == CborHead.Text ? key.Span[head.Length..].SequenceEqual(text) : head.Argument == number);
            parts.TryNext(out var value);
            if (isIt)
            {
                return value;
            }
        }

        return default;
    }

    private CborValue[] MakeItems()
    {
        var (items, parts) = (new CborValue[Count], Parts);
        for (var i = 0; parts.TryNext(out var item); i++)
        {
            items[i] = new CborValue(item);
        }

        return items;
    }

    private CborMember[] MakeMembers()
    {
        var (members, parts) = (new CborMember[Count], Parts);
        for (var i = 0; parts.TryNext(out var key) && parts.TryNext(out var value); i++)
        {
            members[i] = new CborMember(new CborValue(key), new CborValue(value));
        }

        return members;
    }

    private static CborKind KindOf(byte first) => (first >> 5) switch
    {
        CborHead.Unsigned or CborHead.Negative => CborKind.Number,
        CborHead.Bytes => CborKind.Bytes,
        CborHead.Text => CborKind.Text,
        CborHead.Array => CborKind.Array,
        CborHead.Map => CborKind.Map,
        CborHead.Tag => CborKind.Tagged,
        _ => first switch { 0xF4 or 0xF5 => CborKind.Boolean, 0xF6 => CborKind.Null, _ => CborKind.Real },
    };

    /// <summary>The bytes of an item that is encoded inside a byte string behind tag 24 (RFC 8949 §3.4.5.1), or null.</summary>
    public ReadOnlyMemory<byte>? Embedded() => Tagged(CborTags.Encoded)?.Bytes;

    /// <summary>The day of a <c>full-date</c> (tag 1004, RFC 8943), or null.</summary>
    public DateOnly? FullDate() =>
        DateOnly.TryParseExact(Tagged(CborTags.FullDate)?.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>The instant of a <c>tdate</c> (tag 0): UTC in whole seconds, as ISO/IEC 18013-5 §7.1 has it; null for anything else.</summary>
    public DateTimeOffset? Time() => DateTimeOffset.TryParseExact(
        Tagged(CborTags.Time)?.Text, CborTags.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>A text string.</summary>
    public static CborValue Of(string value) => Build(writer => writer.WriteTextString(value));

    /// <summary>A whole number.</summary>
    public static CborValue Of(long value) => Build(writer => writer.WriteInt64(value));

    /// <summary>True or false.</summary>
    public static CborValue Of(bool value) => Build(writer => writer.WriteBoolean(value));

    /// <summary>A byte string.</summary>
    public static CborValue Of(ReadOnlyMemory<byte> value) => Build(writer => writer.WriteByteString(value.Span));

    /// <summary>A day as <c>full-date</c> (tag 1004, RFC 8943).</summary>
    public static CborValue Of(DateOnly day) => Build(writer => CborTags.Write(writer, day));

    /// <summary>An instant as <c>tdate</c> (tag 0), in UTC; fractions of a second are dropped.</summary>
    public static CborValue Of(DateTimeOffset time) => Build(writer => CborTags.Write(writer, time));

    /// <summary>An array.</summary>
    public static CborValue Array(params IEnumerable<CborValue> items) => Build(writer =>
    {
        IReadOnlyList<CborValue> all = [.. items];
        writer.WriteStartArray(all.Count);
        foreach (var item in all)
        {
            writer.WriteEncodedValue(item.Encoded.Span);
        }

        writer.WriteEndArray();
    });

    /// <summary>A map with text keys, written in their deterministic order (RFC 8949 §4.2.1).</summary>
    /// <exception cref="ArgumentException">A name stands twice.</exception>
    public static CborValue Map(params IEnumerable<(string Name, CborValue Value)> members)
    {
        var all = members.OrderBy(member => member.Name, CborKeyOrder.OfTexts).ToList();
        if (all.DistinctBy(member => member.Name).Count() != all.Count)
        {
            throw new ArgumentException("A name stands twice.", nameof(members));
        }

        return Build(writer =>
        {
            writer.WriteStartMap(all.Count);
            foreach (var (name, value) in all)
            {
                writer.WriteTextString(name);
                writer.WriteEncodedValue(value.Encoded.Span);
            }

            writer.WriteEndMap();
        });
    }

    /// <summary>An item encoded inside a byte string behind tag 24.</summary>
    public static CborValue Embed(CborValue value) => Build(writer =>
    {
        writer.WriteTag((CborTag)CborTags.Encoded);
        writer.WriteByteString(value.Encoded.Span);
    });

    /// <summary>Redacted: values are personal.</summary>
    public override string ToString() => $"CBOR {Kind}";

    internal static CborValue Build(Action<CborWriter> write)
    {
        var writer = new CborWriter(CborConformanceMode.Strict);
        write(writer);
        return StrictCbor.Parse(writer.Encode(), int.MaxValue).OrThrow();
    }
}

/// <summary>What an array or map that was checked holds, read one after the other.</summary>
/// <param name="rest">What is not read yet.</param>
internal struct CborParts(ReadOnlyMemory<byte> rest)
{
    private ReadOnlyMemory<byte> _rest = rest;

    /// <summary>The next item's bytes; false at the end.</summary>
    public bool TryNext(out ReadOnlyMemory<byte> item)
    {
        item = _rest.IsEmpty ? default : _rest[..StrictCbor.LengthOf(_rest.Span)];
        _rest = _rest[item.Length..];
        return !item.IsEmpty;
    }
}
