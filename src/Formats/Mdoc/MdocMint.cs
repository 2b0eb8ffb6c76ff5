using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>The items and digests of one document, of random bytes that were drawn in one piece. Each item is encoded once, and its digest is made from those bytes.</summary>
internal sealed class MdocMint
{
    // ISO/IEC 18013-5 §9.1.2.5: at least 16 bytes.
    private const int SaltBytes = 16;

    // For one step of the shuffle: the bias of the remainder is far below anything that could be seen.
    private const int ShuffleBytes = 8;

    // RFC 8949 §3.1: major types in the three highest bits, and the head of a tag with one byte behind it.
    private const byte NumberType = 0 << 5;
    private const byte ByteStringType = 2 << 5;
    private const byte TextType = 3 << 5;
    private const byte TagHead = 0xd8;

    private readonly MdocContent _content;
    private readonly byte[] _random;
    private readonly byte[] _digests;
    private readonly byte[][] _items;
    private int _used;

    public MdocMint(MdocContent content, FillRandom random)
    {
        var (elements, digests) = (content.Namespaces.Sum(space => space.Elements.Count), content.Namespaces.Sum(space => space.Digests));
        _content = content;
        _items = new byte[elements][];
        _digests = new byte[digests * SHA256.HashSizeInBytes];
        _random = new byte[(elements * SaltBytes) + ((digests - elements) * SHA256.HashSizeInBytes) + (digests * ShuffleBytes)];
        random(_random);
        var (item, first) = (0, 0);
        foreach (var space in content.Namespaces)
        {
            Fill(space, new Span<byte[]>(_items, item, space.Elements.Count), _digests.AsSpan(first * SHA256.HashSizeInBytes, space.Digests * SHA256.HashSizeInBytes));
            item += space.Elements.Count;
            first += space.Digests;
        }
    }

    /// <summary>The digests by their number: the order of the numbers says nothing about the elements.</summary>
    public void WriteDigestsTo(CborWriter writer)
    {
        var digests = _digests.AsSpan();
        writer.WriteStartMap(_content.Namespaces.Count);
        foreach (var space in _content.Namespaces)
        {
            writer.WriteTextString(space.Name);
            writer.WriteStartMap(space.Digests);
            for (var id = 0; id < space.Digests; id++)
            {
                writer.WriteInt32(id);
                writer.WriteByteString(digests[..SHA256.HashSizeInBytes]);
                digests = digests[SHA256.HashSizeInBytes..];
            }

            writer.WriteEndMap();
        }

        writer.WriteEndMap();
    }

    public void WriteTo(CborWriter writer)
    {
        var item = 0;
        var shown = _content.Namespaces.Count(space => space.Elements.Count > 0);
        writer.WriteStartMap(shown);
        foreach (var space in _content.Namespaces.Where(space => space.Elements.Count > 0))
        {
            writer.WriteTextString(space.Name);
            writer.WriteStartArray(space.Elements.Count);
            for (var i = 0; i < space.Elements.Count; i++)
            {
                writer.WriteEncodedValue(_items[item++]);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndMap();
    }

    private void Fill(MdocNamespace space, Span<byte[]> items, Span<byte> digests)
    {
        var ids = Shuffled(space.Digests);
        for (var i = 0; i < ids.Length; i++)
        {
            var digest = digests.Slice(ids[i] * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes);
            if (i >= items.Length)
            {
                Draw(SHA256.HashSizeInBytes).CopyTo(digest);
                continue;
            }

            items[i] = Item(ids[i], space.Elements[i].Name, space.Elements[i].Value.Span);
            Digests.Sha256(items[i], digest);
        }
    }

    // What stands before the parts of an item: the head of its map with the first key and the head of a salt, and the other keys.
    private static ReadOnlySpan<byte> FirstKey => [0xa4, 0x66, (byte)'r', (byte)'a', (byte)'n', (byte)'d', (byte)'o', (byte)'m', 0x40 | SaltBytes];

    // The letter before a key is its head: 0x60 and the length of the text.
    private static ReadOnlySpan<byte> IdKey => "hdigestID"u8;

    private static ReadOnlySpan<byte> ValueKey => "lelementValue"u8;

    private static ReadOnlySpan<byte> NameKey => "qelementIdentifier"u8;

    private static int KeysLength => FirstKey.Length + IdKey.Length + ValueKey.Length + NameKey.Length;

    // ISO/IEC 18013-5 §9.1.2.5, the keys in their deterministic order (RFC 8949 §4.2.1), inside a byte string behind tag 24.
    // Written by hand: a general writer costs more here than the digest that follows.
    private byte[] Item(int id, string element, ReadOnlySpan<byte> value)
    {
        var nameLength = Encoding.UTF8.GetByteCount(element);
        var inner = KeysLength + SaltBytes + HeadLength(id) + value.Length + HeadLength(nameLength) + nameLength;
        var item = new byte[2 + HeadLength(inner) + inner];
        var rest = item.AsSpan();
        Put(ref rest, [TagHead, (byte)CborTags.Encoded]);
        PutHead(ref rest, ByteStringType, inner);
        Put(ref rest, FirstKey);
        Put(ref rest, Draw(SaltBytes));
        Put(ref rest, IdKey);
        PutHead(ref rest, NumberType, id);
        Put(ref rest, ValueKey);
        Put(ref rest, value);
        Put(ref rest, NameKey);
        PutHead(ref rest, TextType, nameLength);
        Encoding.UTF8.GetBytes(element, rest);
        return item;
    }

    private static void Put(ref Span<byte> rest, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }

    // RFC 8949 §3: a number stands in the first byte, or in the one, two or four bytes behind it.
    private static int HeadLength(int number) => number switch { < 24 => 1, <= byte.MaxValue => 2, <= ushort.MaxValue => 3, _ => 5 };

    private static void PutHead(ref Span<byte> rest, byte type, int number)
    {
        var length = HeadLength(number);
        rest[0] = (byte)(type | length switch { 1 => number, 2 => 24, 3 => 25, _ => 26 });
        for (var at = length - 1; at > 0; at--)
        {
            rest[at] = (byte)(number & 0xff);
            number >>= 8;
        }

        rest = rest[length..];
    }

    // Fisher and Yates: every order is as likely as any other.
    private int[] Shuffled(int count)
    {
        var ids = Enumerable.Range(0, count).ToArray();
        for (var last = count - 1; last >= 0; last--)
        {
            var other = (int)(BinaryPrimitives.ReadUInt64LittleEndian(Draw(ShuffleBytes)) % (ulong)(last + 1));
            (ids[last], ids[other]) = (ids[other], ids[last]);
        }

        return ids;
    }

    private ReadOnlySpan<byte> Draw(int count)
    {
        _used += count;
        return _random.AsSpan(_used - count, count);
    }
}
