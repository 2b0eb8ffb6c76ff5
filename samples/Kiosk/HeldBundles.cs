using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Refresh;

namespace IdentityPlatform.Kiosk;

/// <summary>All bundles of a program: its own, and those of other issuers by the query that their credentials answer. None speaks for another.</summary>
public sealed class HeldBundles(KeptBundle own, IReadOnlyDictionary<string, KeptBundle> others)
{
    private IEnumerable<KeptBundle> All => others.Values.Distinct().Prepend(own);

    /// <summary>True when every one is there.</summary>
    public bool AreThere => All.All(bundle => bundle.Trust.Bundle is not null);

    /// <summary>The bundle that speaks for what answers a query.</summary>
    public KeptBundle For(string queryId) => others.GetValueOrDefault(queryId, own);

    /// <summary>Fetches all; what is worst is told.</summary>
    public async Task<RefreshResult> RefreshAsync(CancellationToken ct)
    {
        var results = await Task.WhenAll(All.Select(bundle => bundle.RefreshAsync(ct)));
        return results.FirstOrDefault(result => result is not RefreshResult.Offered { Offer: BundleOffer.Stored }) ?? results[0];
    }

    /// <summary>Takes a file: it is of the one whose pinned root signed it.</summary>
    public BundleOffer Offer(ReadOnlyMemory<byte> utf8)
    {
        var offer = own.Offer(utf8);
        return offer is BundleOffer.Refused ? others.Values.Select(bundle => bundle.Offer(utf8)).FirstOrDefault(other => other is not BundleOffer.Refused) ?? offer : offer;
    }
}
