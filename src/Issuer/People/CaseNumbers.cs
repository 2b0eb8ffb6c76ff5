using System.Buffers;
using System.Security.Cryptography;

namespace IdentityPlatform.Issuer.People;

/// <summary>Random ids that a person can read out: no order, no check, 80 bits of chance, so that none can be guessed.</summary>
public static class CaseNumbers
{
    private const string Letters = "23456789abcdefghjkmnpqrstuvwxyz";
    private const int Length = 16;
    private static readonly SearchValues<char> Known = SearchValues.Create(Letters);

    public static string New() => RandomNumberGenerator.GetString(Letters, Length);

    /// <summary>True for text that could be one: what is not is never looked for.</summary>
    public static bool IsOne(string text) => text.Length == Length && !text.AsSpan().ContainsAnyExcept(Known);
}
