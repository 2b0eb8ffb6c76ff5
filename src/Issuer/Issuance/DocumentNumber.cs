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
    public static string Create(FillRandom random)
    {
        // 2^64 is about 1.8 million times 10^13: a remainder would favour small numbers only by one part in that, and what is above is drawn again.
        const ulong bound = 10_000_000_000_000;
        const ulong limit = ulong.MaxValue - (ulong.MaxValue % bound);
        Span<byte> bytes = stackalloc byte[8];
        ulong number;
        do
        {
            random(bytes);
            number = BitConverter.ToUInt64(bytes);
        }
        while (number >= limit);
        return WithCheckDigits((number % bound).ToString("D13", CultureInfo.InvariantCulture));
    }

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
