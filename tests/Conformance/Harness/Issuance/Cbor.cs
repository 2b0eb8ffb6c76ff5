using System.Formats.Cbor;

namespace IdentityPlatform.Conformance.Harness.Issuance;

/// <summary>A value of CBOR as it came (RFC 8949), with its bytes.</summary>
internal sealed class Cbor
{
    private readonly object? _value;

    private Cbor(object? value, byte[] raw, ulong? tag) => (_value, Raw, Tag) = (value, raw, tag);

    public byte[] Raw { get; }

    public ulong? Tag { get; }

    public string Text => (string)_value!;

    public byte[] Bytes => (byte[])_value!;

    public long Number => (long)_value!;

    public IReadOnlyList<Cbor> Items => (List<Cbor>)_value!;

    public IReadOnlyList<(object Key, Cbor Value)> Members => (List<(object, Cbor)>)_value!;

    public bool IsBytes => _value is byte[];

    /// <summary>A member of a map, by a text or a number.</summary>
    public Cbor this[object key] => Members.Single(member => member.Key.Equals(key is int number ? (long)number : key)).Value;

    public static Cbor Parse(byte[] bytes)
    {
        var reader = new CborReader(bytes, CborConformanceMode.Strict);
        ulong? tag = null;
        if (reader.PeekState() == CborReaderState.Tag)
        {
            tag = (ulong)reader.ReadTag();
        }

        var value = Read(reader);
        Assert.Equal(0, reader.BytesRemaining);
        return new(value, bytes, tag);
    }

    /// <summary>What a byte string with tag 24 holds.</summary>
    public Cbor Embedded()
    {
        Assert.Equal(24ul, Tag);
        return Parse(Bytes);
    }

    private static object? Read(CborReader reader)
    {
        var state = reader.PeekState();
        if (state is CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger)
        {
            return reader.ReadInt64();
        }

        if (state == CborReaderState.TextString)
        {
            return reader.ReadTextString();
        }

        if (state == CborReaderState.ByteString)
        {
            return reader.ReadByteString();
        }

        if (state == CborReaderState.Boolean)
        {
            return reader.ReadBoolean();
        }

        Assert.True(state is CborReaderState.StartArray or CborReaderState.StartMap, $"{state} is not expected");
        return state == CborReaderState.StartArray ? ReadArray(reader) : ReadMap(reader);
    }

    private static List<Cbor> ReadArray(CborReader reader)
    {
        var items = new List<Cbor>();
        for (var left = reader.ReadStartArray()!.Value; left > 0; left--)
        {
            items.Add(Parse(reader.ReadEncodedValue().ToArray()));
        }

        reader.ReadEndArray();
        return items;
    }

    private static List<(object, Cbor)> ReadMap(CborReader reader)
    {
        var members = new List<(object, Cbor)>();
        for (var left = reader.ReadStartMap()!.Value; left > 0; left--)
        {
            members.Add((Read(reader)!, Parse(reader.ReadEncodedValue().ToArray())));
        }

        reader.ReadEndMap();
        return members;
    }
}
