using System.Collections.Immutable;
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
        // OpenID4VP §6.4.1: without claims no selectively disclosable claim; without claim sets all claims; else one of the sets.
        if (query.ClaimSets.IsEmpty)
        {
            return CheckOption(claims, disclosed, query.Claims);
        }

        // The first option that holds decides; where none does, the first one's failure is the most useful to know.
        Failure? first = null;
        foreach (var set in query.ClaimSets)
        {
            if (CheckOption(claims, disclosed, Named(query, set)) is not { } failure)
            {
                return null;
            }

            first ??= failure;
        }

        return first;
    }

    private static ImmutableArray<ClaimQuery> Named(CredentialQuery query, ImmutableArray<string> set) =>
        [.. set.Select(id => query.Claims.Single(claim => claim.Id == id))];

    private static Failure? CheckOption(JsonElement claims, IReadOnlyList<ClaimPath> disclosed, ImmutableArray<ClaimQuery> asked)
    {
        foreach (var claim in asked)
        {
            if (!claim.Path.SelectsAny(claims))
            {
                return new Failure.ClaimMissing(claim.Path);
            }

            // OpenID4VP §6.4.1: any of the values, of the same JSON type.
            if (!claim.Values.IsEmpty && !HoldsOneOf(claim, claims))
            {
                return new Failure.ValueNotRequested(claim.Path);
            }
        }

        for (var i = 0; i < disclosed.Count; i++)
        {
            if (!IsAsked(disclosed[i], asked))
            {
                return new Failure.OverDisclosure(disclosed[i]);
            }
        }

        return null;
    }

    private static bool HoldsOneOf(ClaimQuery claim, JsonElement claims) =>
        claim.Path.Select(claims).Any(value => claim.Values.Any(wanted => JsonElement.DeepEquals(wanted, value)));

    // On the way to what was asked for, or within it.
    private static bool IsAsked(ClaimPath shown, ImmutableArray<ClaimQuery> asked)
    {
        foreach (var claim in asked)
        {
            if (claim.Path.NeedsParent(shown) || claim.Path.CoversStartOf(shown))
            {
                return true;
            }
        }

        return false;
    }
}
