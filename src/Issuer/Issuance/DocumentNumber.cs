using System.Globalization;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>
/// A card's number: 13 random digits and two check digits of ISO/IEC 7064 MOD 97-10. It holds no birth date, country or sequence,
/// and is new with every card.
/// </summary>
public static class DocumentNumber
{
    /// <summary>Makes a number.</summary>
    public static string Create(FillRandom random) => WithCheckDigits(RandomDigits.Create(13, random));

    /// <summary>Thirteen digits with their two check digits: 98 - (n * 100 mod 97).</summary>
    public static string WithCheckDigits(string digits)
    {
        var check = 98 - (Number(digits) * 100 % 97);
        return digits + check.ToString("D2", CultureInfo.InvariantCulture);
    }

    /// <summary>True for 15 digits whose check digits fit: n mod 97 = 1.</summary>
    public static bool IsValid(string text) =>
        text.Length == 15 && !text.AsSpan().ContainsAnyExceptInRange('0', '9') && Number(text) % 97 == 1;

    private static long Number(string digits) => long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>The number of what a region issues: its series of two digits and ten random ones, in the region's own form.</summary>
public static class SeriesNumber
{
    private const int Digits = 10;

    /// <summary>Makes a number.</summary>
    public static string Create(string series, FillRandom random) => series + RandomDigits.Create(Digits, random);

    /// <summary>True for a number of this series.</summary>
    public static bool IsValid(string text, string? series) =>
        series is not null && text.Length == series.Length + Digits && text.StartsWith(series, StringComparison.Ordinal) && !text.AsSpan().ContainsAnyExceptInRange('0', '9');
}

/// <summary>Random digits, each number as likely as any other.</summary>
internal static class RandomDigits
{
    public static string Create(int count, FillRandom random)
    {
        // A remainder would favour small numbers: what is above the last whole multiple is drawn again.
        var bound = Enumerable.Repeat(10UL, count).Aggregate(1UL, (product, ten) => product * ten);
        var limit = ulong.MaxValue - (ulong.MaxValue % bound);
        Span<byte> bytes = stackalloc byte[8];
        ulong number;
        do
        {
            random(bytes);
            number = BitConverter.ToUInt64(bytes);
        }
        while (number >= limit);
        return (number % bound).ToString($"D{count}", CultureInfo.InvariantCulture);
    }
}
