using System.Buffers.Binary;

namespace IdentityPlatform.Fuzz.Mutations;

/// <summary>Breaks one item of a CBOR text (RFC 8949): its head, its content, its place; or what stands encoded inside a byte string.</summary>
internal static class CborMutator
{
    private static readonly byte[][] Items =
    [
        [0x00], [0x20], [0x1B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x3B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x40], [0x60], [0x61, 0xFF], [0x80], [0xA0], [0xA1, 0, 0],
        [0xF6], [0xF7], [0xF5], [0xF9, 0x7C, 0], [0xFB, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0], [0xC0, 0x60], [0xC2, 0x49, 1, 0, 0, 0, 0, 0, 0, 0, 0], [0xD8, 0x18, 0x41, 0xA0], [0xD9, 3, 0xEC, 0x60], [0x9F, 0xFF], [0x5F, 0xFF],
        [0x18, 0x00], [0x58, 0x01, 0x00], [0xB8, 0x01, 0x00, 0x00], [0xC1, 0xC1, 0xC1, 0x00],
    ];

    /// <summary>A broken text, or null when the input is no CBOR of definite lengths.</summary>
    /// <param name="input">What is broken.</param>
    /// <param name="random">Chooses.</param>
    /// <param name="inside">Breaks what a byte string holds.</param>
    public static byte[]? Mutate(byte[] input, Random random, Func<byte[], byte[]> inside)
    {
        var at = 0;
        if (Item.Read(input, ref at, 0) is not { } root || at != input.Length)
        {
            return null;
        }

        var all = root.All().ToList();
        var item = all[random.Next(all.Count)];
        switch (random.Next(8))
        {
            case 0:
                item.Raw = Items[random.Next(Items.Length)];
                break;
            case 1:
                item.Raw = all[random.Next(all.Count)].Encode();
                break;
            case 2 when item.Children.Count > 0:
                item.Children.Add(item.Children[random.Next(item.Children.Count)]);
                item.Argument += item.Major == 5 ? 0u : 1u;
                break;
            case 3 when item.Children.Count > 0:
                item.Children.RemoveAt(random.Next(item.Children.Count));
                break;
            case 4:
                item.Argument = random.Next(3) switch { 0 => item.Argument + 1, 1 => item.Argument - 1, _ => (ulong)random.NextInt64() };
                break;
            case 5:
                item.Major = random.Next(8);
                break;
            default:
                Within(all, random, inside);
                break;
        }

        return root.Encode();
    }

    // The content of a string, with the length that it then has: nothing but what it says is broken.
    private static void Within(List<Item> all, Random random, Func<byte[], byte[]> inside)
    {
        var strings = all.Where(item => item.Major is 2 or 3).ToList();
        if (strings.Count > 0)
        {
            var item = strings[random.Next(strings.Count)];
            item.Content = inside(item.Content);
            item.Argument = (ulong)item.Content.Length;
        }
    }

    private sealed class Item(int major, ulong argument, int width)
    {
        public int Major { get; set; } = major;

        public ulong Argument { get; set; } = argument;

        public byte[] Content { get; set; } = [];

        public List<Item> Children { get; } = [];

        public byte[]? Raw { get; set; }

        public static Item? Read(byte[] bytes, ref int at, int depth)
        {
            if (at >= bytes.Length || depth > 32)
            {
                return null;
            }

            var (major, info) = (bytes[at] >> 5, bytes[at++] & 31);
            var width = info switch { < 24 => 0, 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => -1 };
            if (width < 0 || at + width > bytes.Length)
            {
                return null;
            }

            Span<byte> wide = stackalloc byte[8];
            bytes.AsSpan(at, width).CopyTo(wide[(8 - width)..]);
            at += width;
            var item = new Item(major, width == 0 ? (ulong)info : BinaryPrimitives.ReadUInt64BigEndian(wide), width);
            return item.ReadContent(bytes, ref at, depth) ? item : null;
        }

        public IEnumerable<Item> All() => Children.SelectMany(child => child.All()).Prepend(this);

        public byte[] Encode() => Raw ?? [.. Head(), .. Content, .. Children.SelectMany(child => child.Encode())];

        private bool ReadContent(byte[] bytes, ref int at, int depth)
        {
            if (Major is 2 or 3)
            {
                if (Argument > (ulong)(bytes.Length - at))
                {
                    return false;
                }

                Content = bytes[at..(at + (int)Argument)];
                at += (int)Argument;
                return true;
            }

            var count = Major switch { 4 => Argument, 5 => Argument * 2, 6 => 1u, _ => 0u };
            for (ulong i = 0; i < count; i++)
            {
                if (Read(bytes, ref at, depth + 1) is not { } child)
                {
                    return false;
                }

                Children.Add(child);
            }

            return true;
        }

        // As wide as it was, or wider where the argument needs it: what was not broken is written as it was.
        private byte[] Head()
        {
            var needed = Argument switch { < 24 => 0, <= byte.MaxValue => 1, <= ushort.MaxValue => 2, <= uint.MaxValue => 4, _ => 8 };
            var wide = Math.Max(width, needed);
            if (wide == 0)
            {
                return [(byte)((Major << 5) | (int)Argument)];
            }

            var head = new byte[9];
            BinaryPrimitives.WriteUInt64BigEndian(head.AsSpan(1), Argument);
            var info = wide switch { 1 => 24, 2 => 25, 4 => 26, _ => 27 };
            return [(byte)((Major << 5) | info), .. head[(9 - wide)..]];
        }
    }
}
