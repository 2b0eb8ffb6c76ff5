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
    private const string AsSdJwt = "patent";
    private const string AsMdoc = "patent-mdoc";

    private Level(string code, bool needsGround, ImmutableArray<PatentClaim> always, params ImmutableArray<PatentClaim> whereThere)
    {
        (Code, NeedsGround) = (code, needsGround);
        Query = DcqlQuery
            .For(
                QueryOf(CredentialQuery.OfType(AsSdJwt, PatentClaim.PatentType), always, whereThere, claim => claim.AsSdJwt),
                QueryOf(CredentialQuery.OfDocType(AsMdoc, PatentClaim.PatentDocType), always, whereThere, claim => claim.AsMdoc))
            .WithSets([new([[AsSdJwt], [AsMdoc]])]);
    }

    /// <summary>The word for it: <c>l0</c>, <c>l0-contract</c>, <c>l1</c> or <c>l2</c>.</summary>
    public string Code { get; }

    /// <summary>True when a legal ground has to be stated, which the holder reads before anything is shown.</summary>
    public bool NeedsGround { get; }

    /// <summary>What is asked: of the patent as SD-JWT VC or as mdoc, whichever the wallet has.</summary>
    public DcqlQuery Query { get; }

    /// <summary>The levels, the smallest first.</summary>
    public static IReadOnlyList<Level> All { get; } =
    [
        new("l0", false, [PatentClaim.Occupation, PatentClaim.Regions, PatentClaim.PaidUntil]),
        new("l0-contract", false, [PatentClaim.Occupation, PatentClaim.Regions, PatentClaim.PaidUntil, PatentClaim.FamilyName], PatentClaim.GivenName),
        new("l1", false, [PatentClaim.Regions, PatentClaim.PaidUntil], PatentClaim.Picture),
        new(
            "l2",
            true,
            [
                PatentClaim.Regions, PatentClaim.PaidUntil, PatentClaim.FamilyName, PatentClaim.Number,
                PatentClaim.DocumentKind, PatentClaim.DocumentNumber, PatentClaim.DocumentCountry,
            ],
            PatentClaim.Picture,
            PatentClaim.GivenName),
    ];

    /// <summary>The level of a word, or null.</summary>
    public static Level? Find(string? code) => All.FirstOrDefault(level => level.Code == code);

    // Not every patent has a photograph, and not everybody has two names: what is not there is not asked for (OpenID4VP §6.4.1).
    private static CredentialQuery QueryOf(
        CredentialQuery empty, ImmutableArray<PatentClaim> always, ImmutableArray<PatentClaim> whereThere, Func<PatentClaim, ClaimPath?> pathOf)
    {
        ImmutableArray<ClaimPath> needed = [.. always.Select(pathOf).OfType<ClaimPath>()];
        var query = needed.Concat(whereThere.Select(pathOf).OfType<ClaimPath>())
            .Select((path, index) => new ClaimQuery(whereThere.IsEmpty ? null : $"c{index}", path, []))
            .Aggregate(empty, (built, claim) => built.Asking(claim));
        return whereThere.IsEmpty ? query : query.WithClaimSets(SetsOf(needed.Length, query.Claims.Length - needed.Length));
    }

    // All of them first, then with fewer of those that may be missing.
    private static IEnumerable<ImmutableArray<string>> SetsOf(int always, int whereThere) => Enumerable.Range(0, 1 << whereThere).Select(left => ImmutableArray.CreateRange(
        Enumerable.Range(0, always + whereThere).Where(index => index < always || (left >> (index - always) & 1) == 0).Select(index => $"c{index}")));
}
