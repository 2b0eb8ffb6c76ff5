namespace IdentityPlatform.Issuer.Tests.Issuance;

/// <summary>What a verifier, or several who put their records together, could hold against each other of two copies.</summary>
/// <param name="Batch">Which copies were collected together.</param>
/// <param name="List">The status list.</param>
/// <param name="Index">The entry in it.</param>
/// <param name="Places">Where the digest of each claim stands among all digests, beginning with zero.</param>
/// <param name="Salts">The salts.</param>
internal sealed record SeenCopy(string Batch, string List, long Index, IReadOnlyDictionary<string, int> Places, IReadOnlyList<byte[]> Salts);

/// <summary>
/// Statistics over many copies, each as a number of standard deviations from what chance would do. Under chance they stay below
/// <see cref="Bound"/> in all but one of a hundred million runs.
/// </summary>
internal static class Linkability
{
    public const double Bound = 7;

    /// <summary>Whether copies of one batch stand in the same list more, or less, often than copies of different batches.</summary>
    public static double SharedLists(IReadOnlyList<SeenCopy> copies) => WithinAgainstAcross(Pairs(copies), pair => pair.One.List == pair.Other.List);

    /// <summary>Whether entries of one batch lie nearer to each other than those of different batches in the same list.</summary>
    public static double NearEntries(IReadOnlyList<SeenCopy> copies, int entries) => WithinAgainstAcross(
        Pairs(copies).Where(pair => pair.One.List == pair.Other.List), pair => Math.Abs(pair.One.Index - pair.Other.Index) < entries / 50);

    /// <summary>Whether entries prefer a part of the list.</summary>
    public static double UnevenEntries(IReadOnlyList<SeenCopy> copies, int entries) => Uneven(copies.Select(copy => (int)(copy.Index * 16 / entries)), 16);

    /// <summary>Whether the digest of a claim prefers a place: the worst of all claims.</summary>
    public static double PreferredPlaces(IReadOnlyList<SeenCopy> copies, int places) =>
        copies[0].Places.Keys.Max(claim => Uneven(copies.Where(copy => copy.Places.ContainsKey(claim)).Select(copy => copy.Places[claim]), places));

    /// <summary>Whether the bytes of salts prefer a value.</summary>
    public static double UnevenSalts(IReadOnlyList<SeenCopy> copies) => Uneven(copies.SelectMany(copy => copy.Salts).SelectMany(salt => salt).Select(value => (int)value), 256);

    private static List<(SeenCopy One, SeenCopy Other)> Pairs(IReadOnlyList<SeenCopy> copies) =>
        [.. copies.SelectMany((one, at) => copies.Skip(at + 1).Select(other => (one, other)))];

    // Two shares against each other: the pairs within a batch, and the pairs across batches.
    private static double WithinAgainstAcross(IEnumerable<(SeenCopy One, SeenCopy Other)> pairs, Func<(SeenCopy One, SeenCopy Other), bool> holds)
    {
        var groups = pairs.ToLookup(pair => pair.One.Batch == pair.Other.Batch, holds);
        var (within, across) = (groups[true].ToList(), groups[false].ToList());
        var (left, right) = (Share(within), Share(across));
        var all = Share([.. within, .. across]);
        return Math.Abs(left - right) / Math.Sqrt(all * (1 - all) * ((1.0 / within.Count) + (1.0 / across.Count)));
    }

    private static double Share(List<bool> values) => values.Count(value => value) / (double)values.Count;

    // Pearson's chi-squared for even shares, brought to mean nought and deviation one.
    private static double Uneven(IEnumerable<int> values, int kinds)
    {
        var counts = new int[kinds];
        foreach (var value in values)
        {
            counts[value]++;
        }

        var expected = counts.Sum() / (double)kinds;
        var chi = counts.Sum(count => (count - expected) * (count - expected) / expected);
        return (chi - (kinds - 1)) / Math.Sqrt(2.0 * (kinds - 1));
    }
}
