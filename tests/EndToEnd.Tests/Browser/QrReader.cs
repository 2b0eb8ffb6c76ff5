using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>A phone's camera on a flawless picture: reads a QR code of level M, versions 1 to 20 (ISO/IEC 18004 §7).</summary>
internal sealed partial class QrReader
{
    private const int QuietZone = 4;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

    // ISO/IEC 18004 table 9, level M: check words of a block, and blocks.
    private static readonly int[] CheckWords = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26];
    private static readonly int[] Blocks = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16];

    private readonly HashSet<(int X, int Y)> _dark;
    private readonly int _size;
    private readonly int _version;
    private readonly int[] _alignment;

    private QrReader(HashSet<(int X, int Y)> dark, int size)
    {
        (_dark, _size, _version) = (dark, size, (size - 17) / 4);
        var count = _version == 1 ? 0 : (_version / 7) + 2;
        var step = count == 0 ? 0 : ((_version * 8) + (count * 3) + 5) / ((count * 4) - 4) * 2;
        _alignment = count == 0 ? [] : [6, .. Enumerable.Range(0, count - 1).Select(i => _size - 7 - (i * step))];
    }

    /// <summary>What the code of this picture says.</summary>
    public static async Task<string> ReadAsync(ILocator svg)
    {
        var side = int.Parse((await svg.GetAttributeAsync("viewBox"))!.Split(' ')[2], CultureInfo.InvariantCulture);
        var path = await svg.Locator("path").GetAttributeAsync("d");
        var dark = Modules().Matches(path!).Select(m => (Number(m.Groups[1]) - QuietZone, Number(m.Groups[2]) - QuietZone)).ToHashSet();
        return new QrReader(dark, side - (2 * QuietZone)).Text();
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    // One segment after the other, each in the mode that is shortest for its letters (§7.3.1), until the terminator or the end.
    private string Text()
    {
        var (data, at, text) = (Data(), 0, new StringBuilder());
        while ((data.Count * 8) - at >= 4 && Take(4) is > 0 and var mode)
        {
            text.Append(mode switch
            {
                1 => Digits(Take(_version < 10 ? 10 : 12), Take),
                2 => Letters(Take(_version < 10 ? 9 : 11), Take),
                4 => Encoding.UTF8.GetString([.. Enumerable.Range(0, Take(_version < 10 ? 8 : 16)).Select(_ => (byte)Take(8))]),
                _ => throw new InvalidOperationException($"No reading of mode {mode}."),
            });
        }

        return text.ToString();

        int Take(int count) => Bits(data, (at += count) - count, count);
    }

    // §7.4.3: three digits in ten bits, the last two in seven, a last one in four.
    private static string Digits(int count, Func<int, int> take) => string.Concat(
        Enumerable.Range(0, count).Chunk(3).Select(chunk => take((chunk.Length * 3) + 1).ToString($"D{chunk.Length}", CultureInfo.InvariantCulture)));

    // §7.4.4: two letters of 45 in eleven bits, a last one in six.
    private static string Letters(int count, Func<int, int> take) => string.Concat(
        Enumerable.Range(0, count).Chunk(2).Select(pair => pair.Length == 1 ? $"{Alphabet[take(6)]}" : Pair(take(11))));

    private static string Pair(int number) => $"{Alphabet[number / 45]}{Alphabet[number % 45]}";

    private static int Bits(List<int> words, int from, int count) =>
        Enumerable.Range(from, count).Aggregate(0, (value, at) => (value << 1) | ((words[at / 8] >> (7 - (at % 8))) & 1));

    // The blocks are interleaved word by word; the longer ones come last (§7.6).
    private List<int> Data()
    {
        var words = Words();
        var (check, blocks) = (CheckWords[_version - 1], Blocks[_version - 1]);
        var (shorter, width) = (blocks - (words.Count % blocks), (words.Count / blocks) - check);
        var data = new List<int>();
        for (var block = 0; block < blocks; block++)
        {
            data.AddRange(Enumerable.Range(0, width).Select(i => words[(i * blocks) + block]));
            if (block >= shorter)
            {
                data.Add(words[(width * blocks) + block - shorter]);
            }
        }

        return data;
    }

    private List<int> Words()
    {
        var (words, word, bits, mask) = (new List<int>(), 0, 0, Mask());
        foreach (var (x, y) in Path().Where(at => !IsFunction(at.X, at.Y)))
        {
            word = (word << 1) | (_dark.Contains((x, y)) != IsInverted(mask, x, y) ? 1 : 0);
            if (++bits % 8 == 0)
            {
                words.Add(word & 0xff);
            }
        }

        return words;
    }

    // §7.7.3: two columns at a time, from the right, up and down.
    private IEnumerable<(int X, int Y)> Path()
    {
        var up = true;
        for (var right = _size - 1; right >= 1; right -= 2, up = !up)
        {
            right -= right == 6 ? 1 : 0;
            for (var row = 0; row < _size; row++)
            {
                var y = up ? _size - 1 - row : row;
                yield return (right, y);
                yield return (right - 1, y);
            }
        }
    }

    private bool IsFunction(int x, int y) =>
        x == 6 || y == 6 || IsFinder(x, y) || IsVersion(x, y) || IsAlignment(x, y);

    private bool IsFinder(int x, int y) => (x < 9 && (y < 9 || y >= _size - 8)) || (x >= _size - 8 && y < 9);

    private bool IsVersion(int x, int y) => _version >= 7 && ((x >= _size - 11 && y < 6) || (y >= _size - 11 && x < 6));

    private bool IsAlignment(int x, int y)
    {
        var (column, row) = (Array.FindIndex(_alignment, at => Math.Abs(at - x) <= 2), Array.FindIndex(_alignment, at => Math.Abs(at - y) <= 2));
        if (column < 0 || row < 0)
        {
            return false;
        }

        // Three corners belong to the finder patterns.
        var (centre, far) = ((_alignment[column], _alignment[row]), _size - 7);
        return centre != (6, 6) && centre != (6, far) && centre != (far, 6);
    }

    // Bits 10 to 12 of the format, under its own fixed mask (§7.9).
    private int Mask() => ((Dark(2, 8) << 2) | (Dark(3, 8) << 1) | Dark(4, 8)) ^ 0b101;

    private int Dark(int x, int y) => _dark.Contains((x, y)) ? 1 : 0;

    private static bool IsInverted(int mask, int x, int y) => 0 == mask switch
    {
        0 => (x + y) % 2,
        1 => y % 2,
        2 => x % 3,
        3 => (x + y) % 3,
        4 => ((x / 3) + (y / 2)) % 2,
        5 => (x * y % 2) + (x * y % 3),
        6 => ((x * y % 2) + (x * y % 3)) % 2,
        _ => (((x + y) % 2) + (x * y % 3)) % 2,
    };

    [GeneratedRegex(@"M(\d+) (\d+)h1v1h-1z", RegexOptions.None, 1000)]
    private static partial Regex Modules();
}
