using System.Formats.Cbor;
using System.Globalization;

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

/// <summary>A CBOR item with the bytes in which it was read or is written. Immutable; the bytes are never encoded a second time.</summary>
public sealed class CborValue
{
    private readonly object? _content;

    internal CborValue(CborKind kind, object? content, ReadOnlyMemory<byte> encoded) => (Kind, _content, Encoded) = (kind, content, encoded);

    /// <summary>Null.</summary>
    public static CborValue Null { get; } = Build(writer => writer.WriteNull());

    /// <summary>What the item is.</summary>
    public CborKind Kind { get; }

    /// <summary>The item's bytes.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The number of an integer, else null.</summary>
    public long? Number => _content as long?;

    /// <summary>The text of a text string, else null.</summary>
    public string? Text => _content as string;

    /// <summary>The bytes of a byte string, else null.</summary>
    public ReadOnlyMemory<byte>? Bytes => _content as ReadOnlyMemory<byte>?;

    /// <summary>True or false, else null.</summary>
    public bool? Boolean => _content as bool?;

    /// <summary>The number of a floating-point number, else null.</summary>
    public double? Real => _content as double?;

    /// <summary>The items of an array, in their order, else null.</summary>
    public IReadOnlyList<CborValue>? Items => _content as CborValue[];

    /// <summary>The members of a map, in their order, else null.</summary>
    public IReadOnlyList<CborMember>? Members => _content as CborMember[];

    /// <summary>What stands behind a tag of this number, or null where the item is another.</summary>
    public CborValue? Tagged(ulong tag) => _content is CborTagged tagged && tagged.Tag == tag ? tagged.Value : null;

    /// <summary>What stands behind a tag, whatever its number, or null where the item has none.</summary>
    public CborValue? Untagged() => (_content as CborTagged)?.Value;

    /// <summary>The member of a map with this text as key, or null.</summary>
    public CborValue? Member(string name)
    {
        foreach (var member in _content as CborMember[] ?? [])
        {
            if (member.Key.Text == name)
            {
                return member.Value;
            }
        }

        return null;
    }

    /// <summary>The member of a map with this number as key, or null.</summary>
    public CborValue? Member(long label)
    {
        foreach (var member in _content as CborMember[] ?? [])
        {
            if (member.Key.Number == label)
            {
                return member.Value;
            }
        }

        return null;
    }

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

/// <summary>A tag and what stands behind it.</summary>
internal sealed class CborTagged(ulong tag, CborValue value)
{
    public ulong Tag { get; } = tag;

    public CborValue Value { get; } = value;
}
