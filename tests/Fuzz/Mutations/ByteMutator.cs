using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Printed;
using JsonValue = System.Text.Json.Nodes.JsonValue;

namespace IdentityPlatform.Fuzz.Mutations;

/// <summary>
/// Breaks one thing of an encoded input, at any depth: the parts of a JWT, the JSON in them, what is base64url, compressed or CBOR
/// inside that, and what stands encoded in its byte strings.
/// </summary>
internal static class ByteMutator
{
    private const int MaxDepth = 6;

    private static readonly byte[][] Pieces =
    [
        [0], [0xFF], [0x7F], "\""u8.ToArray(), "\\u0000"u8.ToArray(), "\\ud800"u8.ToArray(), "{"u8.ToArray(), "[["u8.ToArray(), "~"u8.ToArray(), "."u8.ToArray(), "="u8.ToArray(),
        "1e999"u8.ToArray(), "-0"u8.ToArray(), ",\"a\":1"u8.ToArray(), [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xEF, 0xBB, 0xBF], [0x9F], [0xBF], [0x5F], [0x7B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        [0x9B, 0, 0, 0, 1, 0, 0, 0, 0], [0xC2, 0x41, 0], [0xD8, 0x18, 0x41, 0xF6], [0xF9, 0x7E, 0], [0x78, 0xDA],
    ];

    public static byte[] Mutate(byte[] input, Random random) => Mutate(input, random, 0);

    private static byte[] Mutate(byte[] input, Random random, int depth)
    {
        if (depth == MaxDepth || random.Next(6) == 0)
        {
            return Bytes(input, random);
        }

        byte[] Inside(byte[] inner) => Mutate(inner, random, depth + 1);
        return InPrintedCode(input, Inside)
            ?? InParts(input, random, Inside)
            ?? InJson(input, random, Inside)
            ?? InCompressed(input, random, Inside)
            ?? CborMutator.Mutate(input, random, Inside)
            ?? Bytes(input, random);
    }

    private static byte[] Bytes(byte[] input, Random random)
    {
        var at = random.Next(input.Length + 1);
        var piece = random.Next(4) == 0 ? [(byte)random.Next(256)] : Pieces[random.Next(Pieces.Length)];
        var end = Math.Min(input.Length, at + random.Next(1, 9));
        return random.Next(7) switch
        {
            0 => [.. input[..at], .. piece, .. input[at..]],
            1 => [.. input[..at], .. piece, .. input[end..]],
            2 => [.. input[..at], .. input[end..]],
            3 => input[..at],
            4 => [.. input[..at], .. input[random.Next(at + 1)..at], .. input[at..]],
            5 when input.Length > 0 => Flip(input, random),
            _ => [.. input, .. piece],
        };
    }

    private static byte[] Flip(byte[] input, Random random)
    {
        var flipped = input.ToArray();
        flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    private static byte[]? InPrintedCode(byte[] input, Func<byte[], byte[]> inside)
    {
        var text = Encoding.Latin1.GetString(input);
        return text.StartsWith(PrintedCode.Prefix, StringComparison.Ordinal) && Base45Text.TryDecode(text.AsSpan(PrintedCode.Prefix.Length), out var bytes)
            ? Encoding.Latin1.GetBytes(PrintedCode.Prefix + Base45Text.Encode(inside(bytes)))
            : null;
    }

    // One part between dots and tildes, or the whole: decoded, broken inside, encoded again. Or the parts in another order.
    private static byte[]? InParts(byte[] input, Random random, Func<byte[], byte[]> inside)
    {
        if (input.Length < 8 || input.Any(b => b is not ((>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~')))
        {
            return null;
        }

        var text = Encoding.ASCII.GetString(input);
        var parts = text.Split('.', '~');
        var (part, other) = (parts[random.Next(parts.Length)], parts[random.Next(parts.Length)]);
        if (part.Length == 0 || random.Next(8) == 0)
        {
            return part == other ? null : Encoding.ASCII.GetBytes(text.Replace(part.Length == 0 ? "~" : part, other, StringComparison.Ordinal));
        }

        return Base64UrlText.TryDecode(part, out var bytes)
            ? Encoding.ASCII.GetBytes(text.Replace(part, Base64UrlText.Encode(inside(bytes)), StringComparison.Ordinal))
            : null;
    }

    private static byte[]? InJson(byte[] input, Random random, Func<byte[], byte[]> inside)
    {
        if (input is not [(byte)'{' or (byte)'[', ..])
        {
            return null;
        }

        // The strings of the text, wherever they stand: names and values, tokens and base64url in them.
        var root = JsonMutator.TryParse(input);
        var strings = root is null ? [] : Strings(root).Where(text => text.Length > 0).ToList();
        if (root is JsonObject json && (strings.Count == 0 || random.Next(2) == 0))
        {
            return Encoding.UTF8.GetBytes(JsonMutator.Mutate(json.ToJsonString(), random));
        }

        if (strings.Count == 0)
        {
            return null;
        }

        var chosen = strings[random.Next(strings.Count)];
        var changed = Encoding.UTF8.GetString(inside(Encoding.UTF8.GetBytes(chosen)));
        return Encoding.UTF8.GetBytes(root!.ToJsonString().Replace(JsonValue.Create(chosen).ToJsonString(), JsonValue.Create(changed).ToJsonString(), StringComparison.Ordinal));
    }

    private static IEnumerable<string> Strings(JsonNode? node) => node switch
    {
        JsonObject json => json.SelectMany(member => Strings(member.Value).Prepend(member.Key)),
        JsonArray array => array.SelectMany(Strings),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    private static byte[]? InCompressed(byte[] input, Random random, Func<byte[], byte[]> inside)
    {
        if (input is not [0x78, _, _, _, ..])
        {
            return null;
        }

        using var inflated = new MemoryStream();
        try
        {
            using var stream = new ZLibStream(new MemoryStream(input), CompressionMode.Decompress);
            stream.CopyTo(inflated);
        }
        catch (InvalidDataException)
        {
            return null;
        }

        // Now and then what is small outside and large inside.
        var content = random.Next(200) == 0 ? new byte[8 * 1024 * 1024] : inside(inflated.ToArray());
        using var deflated = new MemoryStream();
        using (var stream = new ZLibStream(deflated, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(content);
        }

        return deflated.ToArray();
    }
}
