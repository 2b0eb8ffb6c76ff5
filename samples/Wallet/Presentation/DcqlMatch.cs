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

/// <summary>Finds copies for a DCQL query (OpenID4VP 1.0 §6).</summary>
public static class DcqlMatch
{
    /// <summary>A copy for every credential query that has to be served, or null when the wallet cannot: to a verifier that looks like having no card at all.</summary>
    public static IReadOnlyList<ChosenCopy>? Find(JsonElement query, WalletFile wallet) => Find(query, wallet.Copies.Where(copy => !copy.Used));

    /// <summary>The same among these copies, the first that serves each query; a careful wallet offers none that was shown before.</summary>
    public static IReadOnlyList<ChosenCopy>? Find(JsonElement query, IEnumerable<CardCopy> copies)
    {
        var served = (query.ArrayMember("credentials")?.EnumerateArray() ?? default)
            .Select(credential => (Id: credential.StringMember("id") ?? "", Choice: Choose(credential, copies)))
            .DistinctBy(one => one.Id)
            .ToDictionary(one => one.Id, one => one.Choice);
        IEnumerable<string>? wanted = served.Keys;
        if (query.ArrayMember("credential_sets") is { } sets)
        {
            // §6.4.2: of each set the first option that can be served whole; this wallet shows nothing that is not required.
            var options = sets.EnumerateArray()
                .Where(set => set.BooleanMember("required") != false)
                .Select(set => set.GetProperty("options").EnumerateArray().Select(option => option.EnumerateArray().Select(id => id.GetString()!)).FirstOrDefault(Serves))
                .ToList();
            wanted = options.Contains(null) ? null : options.SelectMany(option => option!).Distinct();
        }

        return wanted is not null && wanted.Any() && Serves(wanted) ? [.. wanted.Select(id => served[id]!)] : null;

        bool Serves(IEnumerable<string> ids) => ids.All(id => served.GetValueOrDefault(id) is not null);
    }

    private static ChosenCopy? Choose(JsonElement credential, IEnumerable<CardCopy> copies)
    {
        var meta = credential.ObjectMember("meta");
        var types = meta?.StringsMember("vct_values") ?? (meta?.StringMember("doctype_value") is { } docType ? [docType] : []);
        return credential.StringMember("id") is not { } id ? null : copies
            .Where(copy => copy.Format == credential.StringMember("format") && types.Contains(copy.Type))
            .Select(copy => Choose(id, credential, copy))
            .FirstOrDefault(choice => choice is not null);
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
                || copy.Find(path) is not { Count: > 0 } values || !IsAskedFor(claim, values))
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
