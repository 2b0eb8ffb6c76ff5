using System.Collections.Immutable;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.PatentCheck;

/// <summary>
/// How much a check may ask: exactly the claims of its level, and nothing more can be asked with this program. L0 is an employer's,
/// with the name once a contract is made; L1 an inspector's on site; L2 an inspector's who states a legal ground.
/// </summary>
internal sealed class Level
{
    /// <summary>The one kind of credential.</summary>
    public const string PatentType = "https://example.org/vct/work-patent/1";

    private static readonly ClaimPath Regions = ClaimPath.Of("authorized_regions", null);
    private static readonly ClaimPath Paid = ClaimPath.Of("paid_until");

    private Level(string code, bool needsGround, ImmutableArray<ClaimPath> always, params ImmutableArray<ClaimPath> whereThere)
    {
        (Code, NeedsGround) = (code, needsGround);
        Query = DcqlQuery.For(QueryOf(always, whereThere));
    }

    /// <summary>The word for it: <c>l0</c>, <c>l0-contract</c>, <c>l1</c> or <c>l2</c>.</summary>
    public string Code { get; }

    /// <summary>True when a legal ground has to be stated, which the holder reads before anything is shown.</summary>
    public bool NeedsGround { get; }

    /// <summary>What is asked.</summary>
    public DcqlQuery Query { get; }

    /// <summary>The levels, the smallest first.</summary>
    public static IReadOnlyList<Level> All { get; } =
    [
        new("l0", false, [ClaimPath.Of("occupation"), Regions, Paid]),
        new("l0-contract", false, [ClaimPath.Of("occupation"), Regions, Paid, ClaimPath.Of("family_name")], ClaimPath.Of("given_name")),
        new("l1", false, [Regions, Paid], ClaimPath.Of("picture")),
        new(
            "l2",
            true,
            [
                Regions, Paid, ClaimPath.Of("family_name"), ClaimPath.Of("document_number"),
                ClaimPath.Of("identity_document", "type"), ClaimPath.Of("identity_document", "number"), ClaimPath.Of("identity_document", "issuing_country"),
            ],
            ClaimPath.Of("picture"),
            ClaimPath.Of("given_name")),
    ];

    /// <summary>The level of a word, or null.</summary>
    public static Level? Find(string? code) => All.FirstOrDefault(level => level.Code == code);

    // Not every patent has a photograph, and not everybody has two names: what is not there is not asked for (OpenID4VP §6.4.1).
    private static CredentialQuery QueryOf(ImmutableArray<ClaimPath> always, ImmutableArray<ClaimPath> whereThere)
    {
        var paths = always.AddRange(whereThere);
        var query = paths.Select((path, index) => new ClaimQuery(whereThere.IsEmpty ? null : $"c{index}", path, []))
            .Aggregate(CredentialQuery.OfType("patent", PatentType), (built, claim) => built.Asking(claim));
        return whereThere.IsEmpty ? query : query.WithClaimSets(SetsOf(always.Length, whereThere.Length));
    }

    // All of them first, then with fewer of those that may be missing.
    private static IEnumerable<ImmutableArray<string>> SetsOf(int always, int whereThere) => Enumerable.Range(0, 1 << whereThere).Select(left => ImmutableArray.CreateRange(
        Enumerable.Range(0, always + whereThere).Where(index => index < always || (left >> (index - always) & 1) == 0).Select(index => $"c{index}")));
}
