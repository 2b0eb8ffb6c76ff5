using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Security.Cryptography;
using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>The items and digests of one document, of random bytes that were drawn in one piece. Each item is encoded once, and its digest is made from those bytes.</summary>
internal sealed class MdocMint
{
    // ISO/IEC 18013-5 §9.1.2.5: at least 16 bytes.
    private const int SaltBytes = 16;

    // For one step of the shuffle: the bias of the remainder is far below anything that could be seen.
    private const int ShuffleBytes = 8;

    private readonly MdocContent _content;
    private readonly byte[] _random;
    private readonly byte[] _digests;
    private readonly byte[][] _items;
    private readonly CborWriter _writer = new(CborConformanceMode.Lax, initialCapacity: 256);
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
            Fill(space, _items.AsSpan(item, space.Elements.Count), _digests.AsSpan(first * SHA256.HashSizeInBytes, space.Digests * SHA256.HashSizeInBytes));
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
            SHA256.HashData(items[i], digest);
        }
    }

    private byte[] Item(int id, string element, ReadOnlySpan<byte> value)
    {
        _writer.Reset();
        _writer.WriteStartMap(4);
        _writer.WriteTextString("random");
        _writer.WriteByteString(Draw(SaltBytes));
        _writer.WriteTextString("digestID");
        _writer.WriteInt32(id);
        _writer.WriteTextString("elementValue");
        _writer.WriteEncodedValue(value);
        _writer.WriteTextString("elementIdentifier");
        _writer.WriteTextString(element);
        _writer.WriteEndMap();
        var item = _writer.Encode();
        _writer.Reset();
        _writer.WriteTag((CborTag)CborTags.Encoded);
        _writer.WriteByteString(item);
        return _writer.Encode();
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
