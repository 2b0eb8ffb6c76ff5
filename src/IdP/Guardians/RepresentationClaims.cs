using System.Globalization;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier;

namespace IdentityPlatform.IdP.Guardians;

/// <summary>Reads a guardianship out of the credential that was checked. Pure.</summary>
internal static class RepresentationClaims
{
    public const string Child = "represented";
    public const string Birthdate = "birthdate";
    public const string GivenName = "given_name";

    private const int HeardFrom = 14;
    private const int OfAge = 18;

    // The first place on earth where a day begins: what ends with a day ends where it ends first, as the issuer has it.
    private static readonly TimeSpan FirstOffset = TimeSpan.FromHours(14);

    /// <summary>What it says, or null where it says what is not known here, or cannot be withdrawn.</summary>
    public static Guardianship? Read(VerifiedCredential shown, string guardianId, string childId)
    {
        var (claims, child) = (shown.Claims, shown.Claims.ObjectMember(Child));
        return NatureOf(claims.StringMember("nature_of_representation")) is { } nature
            && PowersOf(claims.StringsMember("powers")) is { } powers
            && DateOf(claims.StringMember("valid_until")) is { } last
            && DateOf(child?.StringMember(Birthdate)) is { } born
            && shown.ValidUntil is { } copyEnds
            && shown.Status is { } status
                ? new()
                {
                    GuardianId = guardianId,
                    ChildId = childId,
                    ChildName = child?.StringMember(GivenName),
                    Nature = nature,
                    Powers = powers,
                    ChildTurns14At = Begin(born.AddYears(HeardFrom)),
                    ChildTurns18At = Begin(born.AddYears(OfAge)),
                    Until = Begin(last.AddDays(1)),
                    ShownUntil = copyEnds,
                    Status = status,
                }
                : null;
    }

    /// <summary>The word of the credential for a nature.</summary>
    public static string WordOf(Representation nature) => nature switch
    {
        Representation.Parent => "parent",
        Representation.AdoptiveParent => "adoptive_parent",
        Representation.Guardian => "guardian",
        Representation.Trustee => "trustee",
        Representation.Proxy => "proxy",
        _ => throw new ArgumentOutOfRangeException(nameof(nature)),
    };

    /// <summary>The word of the credential for a power.</summary>
    public static string WordOf(GuardianPower power) => power switch
    {
        GuardianPower.Services => "services",
        GuardianPower.Cards => "cards",
        GuardianPower.Journeys => "journeys",
        _ => throw new ArgumentOutOfRangeException(nameof(power)),
    };

    private static Representation? NatureOf(string? word) =>
        Enum.GetValues<Representation>().Where(nature => WordOf(nature) == word).Cast<Representation?>().FirstOrDefault();

    // A power that is not known here may narrow the others: then nothing is taken from the list.
    private static GuardianPower[]? PowersOf(IReadOnlyList<string>? words)
    {
        var known = Enum.GetValues<GuardianPower>();
        return words is { Count: > 0 } && words.All(word => Array.Exists(known, power => WordOf(power) == word))
            ? [.. known.Where(power => words.Contains(WordOf(power)))]
            : null;
    }

    private static DateOnly? DateOf(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is > 1900 and < 9900 ? date : null;

    private static DateTimeOffset Begin(DateOnly day) => new(day, TimeOnly.MinValue, FirstOffset);
}
