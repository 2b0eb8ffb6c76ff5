namespace IdentityPlatform.OAuth.Protocol;

/// <summary>What a person copies from a device (RFC 8628 §6.1): eight consonants, so that no word and no confusion of 0 and O comes up. 34 bits.</summary>
public sealed class UserCode
{
    /// <summary>The letters that it is made of.</summary>
    public const string Letters = "BCDFGHJKLMNPQRSTVWXZ";

    /// <summary>How many there are.</summary>
    public const int Length = 8;

    private UserCode(string letters) => Value = letters;

    /// <summary>The letters alone.</summary>
    public string Value { get; }

    /// <summary>As it is shown: <c>WDJB-MJHT</c>.</summary>
    public string Shown => $"{Value[..4]}-{Value[4..]}";

    /// <summary>Reads what a person typed: case, blanks and dashes do not matter. Null for anything else.</summary>
    public static UserCode? Find(string? typed)
    {
        if (typed is null or { Length: > 64 })
        {
            return null;
        }

        var letters = string.Concat(typed.Where(c => c is not (' ' or '-' or '\u2010' or '\u2011' or '\u2013' or '\u00a0'))).ToUpperInvariant();
        return letters.Length == Length && letters.All(Letters.Contains) ? new(letters) : null;
    }

    /// <summary>Redacted: whoever has it can answer for the device.</summary>
    public override string ToString() => nameof(UserCode);
}
