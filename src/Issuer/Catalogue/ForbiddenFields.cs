using System.Text.RegularExpressions;

namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>
/// Fields that no credential, table, log or client claim may have: what would let a state, an employer or a thief sort people.
/// A name is cut into words (snake_case, camelCase, digits apart) and each word, or pair of words, is looked up.
/// What a schema names on purpose (place of birth, occupation in a patent, an event's venue) is not on the list.
/// </summary>
public static partial class ForbiddenFields
{
    /// <summary>The kind of forbidden data that the name stands for, or null when the name is allowed.</summary>
    public static string? Find(string name)
    {
        var words = Words().Matches(name).Select(match => match.Value.ToLowerInvariant()).ToList();
        var pairs = words.Zip(words.Skip(1), (first, second) => first + second);
        return words.Concat(pairs).Append(string.Concat(words)).Select(KindOf).FirstOrDefault(kind => kind is not null);
    }

    private static readonly (string Kind, string[] Words)[] Kinds =
    [
        ("ethnicity", ["ethnicity", "ethnic", "ethnos", "race", "racial", "tribe", "nationalorigin", "descent", "ancestry", "natsionalnost", "origin"]),
        ("religion", ["religion", "religious", "faith", "confession", "church", "denomination", "creed", "belief", "beliefs"]),
        ("opinion", ["opinion", "opinions", "political", "politics", "ideology", "views", "loyalty", "attitude"]),
        ("party", ["party", "partymembership", "partiinost"]),
        ("union", ["union", "tradeunion", "syndicate", "profsoyuz"]),
        ("health", ["health", "medical", "disease", "diagnosis", "disability", "blood", "bloodtype", "hiv", "vaccination", "pregnancy"]),
        ("biometric template", ["biometric", "biometrics", "fingerprint", "fingerprints", "iris", "faceprint", "facetemplate", "voiceprint", "dna", "embedding"]),
        ("location", ["location", "gps", "geo", "geolocation", "latitude", "longitude", "coordinates", "whereabouts", "geoip", "ipaddress"]),
        ("employer", ["employer", "workplace", "employment", "company", "organisation", "organization"]),
        ("activity", ["activity", "activities", "events", "attendance", "visits", "history", "participation"]),
        ("sex", ["sex", "gender", "orientation"]),
        ("contact", ["phone", "phonenumber", "mobile", "msisdn", "email", "mail", "telegram", "street", "streetaddress"]),
        ("relatives", ["relatives", "relative", "spouse", "kin", "mother", "father", "children"]),
        ("state number", ["snils", "inn", "iin", "pinfl", "pin", "ssn", "personalnumber", "nationalid", "personaladministrativenumber"]),
    ];

    private static string? KindOf(string word) =>
        Kinds.Where(kind => kind.Words.Contains(word, StringComparer.Ordinal)).Select(kind => kind.Kind).FirstOrDefault();

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])")]
    private static partial Regex Words();
}
