using System.Text.Json;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier.Checks;

/// <summary>The presentation holds what was asked for and nothing else (OpenID4VP §6.4, §8.6): the wallet's own selection is not relied on.</summary>
internal static class RequestedClaims
{
    /// <summary>What is missing or too much, or null.</summary>
    /// <param name="query">What was asked for.</param>
    /// <param name="claims">The verified claims as JSON.</param>
    /// <param name="disclosed">The paths that the holder chose to show.</param>
    public static Failure? Check(CredentialQuery query, JsonElement claims, IReadOnlyList<ClaimPath> disclosed)
    {
        // The first option that holds decides; where none does, the first one's failure is the most useful to know.
        Failure? first = null;
        foreach (var option in Options(query))
        {
            if (CheckOption(claims, disclosed, option) is not { } failure)
            {
                return null;
            }

            first ??= failure;
        }

        return first;
    }

    // OpenID4VP §6.4.1: without claims no selectively disclosable claim; without claim sets all claims; else one of the sets.
    private static IEnumerable<IReadOnlyList<ClaimQuery>> Options(CredentialQuery query) => query.ClaimSets.IsEmpty
        ? [query.Claims]
        : query.ClaimSets.Select(set => (IReadOnlyList<ClaimQuery>)[.. set.Select(id => query.Claims.Single(claim => claim.Id == id))]);

    private static Failure? CheckOption(JsonElement claims, IReadOnlyList<ClaimPath> disclosed, IReadOnlyList<ClaimQuery> asked)
    {
        foreach (var claim in asked)
        {
            var found = claim.Path.Select(claims);
            if (found.Count == 0)
            {
                return new Failure.ClaimMissing(claim.Path);
            }

            // OpenID4VP §6.4.1: any of the values, of the same JSON type.
            if (!claim.Values.IsEmpty && !found.Any(value => claim.Values.Any(wanted => JsonElement.DeepEquals(wanted, value))))
            {
                return new Failure.ValueNotRequested(claim.Path);
            }
        }

        return disclosed.FirstOrDefault(shown => !asked.Any(claim => Belongs(shown, claim.Path))) is { } extra
            ? new Failure.OverDisclosure(extra)
            : null;
    }

    // On the way to what was asked for, or within it.
    private static bool Belongs(ClaimPath shown, ClaimPath asked) => asked.NeedsParent(shown) || asked.CoversStartOf(shown);
}
