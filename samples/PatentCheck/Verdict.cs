using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Kiosk;
using IdentityPlatform.Verifier;

namespace IdentityPlatform.PatentCheck;

/// <summary>What the checker reads. It holds what the holder chose to show, so it is no record and prints nothing.</summary>
internal sealed class Verdict
{
    private static readonly (string Name, PatentClaim[] Claims)[] Facts =
    [
        ("family_name", [PatentClaim.FamilyName]),
        ("given_name", [PatentClaim.GivenName]),
        ("occupation", [PatentClaim.Occupation]),
        ("document_number", [PatentClaim.Number]),
        ("identity_document", [PatentClaim.DocumentKind, PatentClaim.DocumentNumber, PatentClaim.DocumentCountry]),
        ("authorized_regions", [PatentClaim.Regions]),
        ("paid_until", [PatentClaim.PaidUntil]),
    ];

    private Verdict(string state, string? check, string? failure, Func<CultureInfo, string> explain, IReadOnlyList<(string Name, string Value)> shown) =>
        (State, Check, Failure, Explain, Shown) = (state, check, failure, explain, shown);

    private Verdict(Verdict other)
        : this(other.State, other.Check, other.Failure, other.Explain, other.Shown)
    {
    }

    /// <summary><c>allowed</c>, <c>refused</c> (a valid patent that does not allow work here today), <c>rejected</c> (no valid patent) or <c>declined</c>.</summary>
    public string State { get; }

    /// <summary>The check of the verifier that failed, or <c>Region</c> or <c>Paid</c>; null where all passed.</summary>
    public string? Check { get; }

    /// <summary>The failure, or null.</summary>
    public string? Failure { get; }

    /// <summary>The reason in plain words.</summary>
    public Func<CultureInfo, string> Explain { get; }

    /// <summary>What was shown, for the eyes in front of the screen.</summary>
    public IReadOnlyList<(string Name, string Value)> Shown { get; }

    /// <summary>What else was shown and allows nothing here today, for another reason than this verdict: it is told and decides nothing.</summary>
    public IReadOnlyList<Verdict> Also { get; private init; } = [];

    /// <summary>The holder or the wallet declined: that says nothing about the holder.</summary>
    public static Verdict Declined { get; } = new("declined", null, "Declined", PatentChecks.Words.Named("Declined"), []);

    /// <summary>The wallet sent something else.</summary>
    public static Verdict Unreadable { get; } = new("rejected", "Format", "Malformed", PatentChecks.Words.Named("Unanswered"), []);

    /// <summary>A valid patent, and what it allows here.</summary>
    public static Verdict Of(VerificationResult.Accepted accepted, WorkPermission permission, string region) => new(
        permission == WorkPermission.Allowed ? "allowed" : "refused",
        permission switch
        {
            WorkPermission.Allowed => null,
            WorkPermission.NotPaid => "Paid",
            WorkPermission.OtherRegion or WorkPermission.UnknownRegion or WorkPermission.Incomplete or WorkPermission.None => "Region",
            _ => throw new ArgumentOutOfRangeException(nameof(permission)),
        },
        permission == WorkPermission.Allowed ? null : permission.ToString(),
        culture => string.Format(culture, PatentChecks.Words.Named($"Permission.{permission}")(culture), PatentChecks.RegionName(region, culture)),
        ShownOf(accepted.Credential));

    /// <summary>No valid patent: the verifier's own words, worked out at once so that nothing of the presentation has to be kept.</summary>
    public static Verdict Of(VerificationResult.Rejected rejected)
    {
        var words = Words.Languages.ToDictionary(language => language.Name, rejected.Explain);
        return new("rejected", rejected.Failure.Check.ToString(), rejected.Failure.GetType().Name, culture => words[culture.Name], []);
    }

    /// <summary>
    /// The verdict about all patents that were shown: one that allows work here is enough, however old another copy is. What is wrong with
    /// the others is told beside it.
    /// </summary>
    public static Verdict Together(IEnumerable<Verdict> shown)
    {
        var all = shown.OrderBy(one => one.State switch { "allowed" => 0, "refused" => 1, _ => 2 }).ToList();
        return new(all[0])
        {
            Also = [.. all.Skip(1).Where(one => one.State != "allowed").DistinctBy(one => one.Failure).Where(one => one.Failure != all[0].Failure)],
        };
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => $"verdict {State}";

    private static List<(string Name, string Value)> ShownOf(VerifiedCredential patent) =>
    [
        .. Facts.Select(fact => (fact.Name, Value: string.Join(", ", fact.Claims.SelectMany(claim => claim.In(patent)).SelectMany(TextsOf))))
            .Append((Name: "picture", Value: PictureOf(patent)))
            .Where(shown => shown.Value.Length > 0),
    ];

    // Of an occupation its name and code; which classification the code is of is for machines.
    private static IEnumerable<string> TextsOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Object => new[] { value.StringMember("name"), value.StringMember("code") }.OfType<string>(),
        JsonValueKind.Array or JsonValueKind.Undefined or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null => [],
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    // What an img element takes: an SD-JWT VC has it so, an mdoc has the bytes of the JPEG (ISO/IEC 23220-2).
    private static string PictureOf(VerifiedCredential patent) => PatentClaim.Picture.In(patent).SelectMany(TextsOf).FirstOrDefault() is not { } picture ? ""
        : patent.Type == PatentClaim.PatentDocType && Base64UrlText.Parse(picture, "the photograph").Succeeded(out var jpeg, out _) ? $"data:image/jpeg;base64,{Convert.ToBase64String(jpeg)}"
        : picture;
}
