using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>
/// The rule that nobody decides about a relative, as far as names tell: an officer with the applicant's family name does not.
/// It stops some who are no relatives; another officer then decides.
/// </summary>
internal static class Kinship
{
    private static readonly string[] FamilyNames = ["family_name", "family_name_latin1", "birth_family_name"];

    /// <summary>True when a word of the officer's name is a family name of the applicant.</summary>
    public static bool SharesFamilyName(JsonElement claims, string officerName)
    {
        var words = officerName.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Fold).ToHashSet(StringComparer.Ordinal);
        return FamilyNames.Any(member => Named(claims, member).Any(name => words.Contains(Fold(name))));
    }

    // The applicant's own, and that of a child who is acted for.
    private static IEnumerable<string> Named(JsonElement claims, string member) =>
        claims.EnumerateObject().Where(claim => claim.Value.ValueKind == JsonValueKind.Object).Select(claim => claim.Value.StringMember(member))
            .Append(claims.StringMember(member)).OfType<string>();

    // Matching uses a folded key, display the exact string: case, diacritics, apostrophes and hyphens do not count,
    // nor does the ending that tells Иванов from Иванова.
    private static string Fold(string name)
    {
        var folded = new StringBuilder();
        foreach (var c in name.Normalize(NormalizationForm.FormD).Where(char.IsLetter))
        {
            folded.Append(char.ToUpperInvariant(c));
        }

        var text = folded.ToString();
        return text.Length > 3 && text[^1] is 'А' or 'A' ? text[..^1] : text;
    }
}
