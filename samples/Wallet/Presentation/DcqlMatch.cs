using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Wallet.Cards;

namespace IdentityPlatform.Wallet.Presentation;

/// <summary>One copy chosen for one credential query, and what of it will be shown.</summary>
/// <param name="QueryId">The <c>id</c> of the credential query.</param>
/// <param name="Copy">The copy.</param>
/// <param name="Disclose">The claims that the verifier asked for, and no other.</param>
public sealed record ChosenCopy(string QueryId, CardCopy Copy, IReadOnlyList<ClaimPath> Disclose);

/// <summary>Finds copies for a DCQL query (OpenID4VP 1.0 §6), without <c>credential_sets</c>.</summary>
public static class DcqlMatch
{
    /// <summary>A copy for every credential query, or null when the wallet cannot serve one: to a verifier that looks like having no card at all.</summary>
    public static IReadOnlyList<ChosenCopy>? Find(JsonElement query, WalletFile wallet) => Find(query, wallet.Copies.Where(copy => !copy.Used));

    /// <summary>The same among these copies, the first that serves each query; a careful wallet offers none that was shown before.</summary>
    public static IReadOnlyList<ChosenCopy>? Find(JsonElement query, IEnumerable<CardCopy> copies)
    {
        var chosen = new List<ChosenCopy>();
        foreach (var credential in query.ArrayMember("credentials")?.EnumerateArray() ?? default)
        {
            if (credential.StringMember("format") != "dc+sd-jwt"
                || credential.ObjectMember("meta")?.StringsMember("vct_values") is not { } types
                || credential.StringMember("id") is not { } id
                || copies.Where(copy => types.Contains(copy.Type)).Select(copy => Choose(id, credential, copy)).FirstOrDefault(choice => choice is not null) is not { } choice)
            {
                return null;
            }

            chosen.Add(choice);
        }

        return chosen.Count == 0 ? null : chosen;
    }

    private static ChosenCopy? Choose(string id, JsonElement credential, CardCopy copy) => ReadPaths(credential, copy) is { } paths ? new(id, copy, paths) : null;

    // §6.4.1: no claims member asks for no selectively disclosable claim; of claim sets the first counts that the card has whole.
    private static List<ClaimPath>? ReadPaths(JsonElement credential, CardCopy copy)
    {
        IReadOnlyList<JsonElement> claims = [.. credential.ArrayMember("claims")?.EnumerateArray() ?? default];
        if (credential.ArrayMember("claim_sets") is not { } sets)
        {
            return ReadPaths(claims, copy);
        }

        return sets.EnumerateArray()
            .Select(set => set.EnumerateArray().Select(id => id.GetString()).ToHashSet())
            .Select(ids => ReadPaths([.. claims.Where(claim => ids.Contains(claim.StringMember("id")))], copy))
            .FirstOrDefault(paths => paths is not null);
    }

    // §6.4.1: a claim that the card lacks fails the query, and one with another value than those asked for: a ticket to another event stays unshown.
    private static List<ClaimPath>? ReadPaths(IReadOnlyList<JsonElement> claims, CardCopy copy)
    {
        var paths = new List<ClaimPath>();
        foreach (var claim in claims)
        {
            if (claim.Member("path") is not { } json || ClaimPath.Parse(json).Failed(out _, out var path)
                || path.Select(copy.Card.Claims) is not { Count: > 0 } values || !IsAskedFor(claim, values))
            {
                return null;
            }

            paths.Add(path);
        }

        return paths;
    }

    private static bool IsAskedFor(JsonElement claim, IReadOnlyList<JsonElement> values) =>
        claim.ArrayMember("values") is not { } asked || values.All(value => asked.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)));
}
