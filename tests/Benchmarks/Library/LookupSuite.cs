using IdentityPlatform.Benchmarks.Measuring;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.Benchmarks.Library;

/// <summary>The status of one entry in a list of full size that is in memory; entries in an order that no cache foresees.</summary>
internal sealed class LookupSuite : Suite
{
    private const string Lookup = "status.lookup";
    private const int Entries = 1 << 20;
    private const int Batch = 10_000;

    public override IReadOnlyList<string> Names { get; } = [Lookup];

    public override Task<IReadOnlyList<Row>> RunAsync(IReadOnlyCollection<string> wanted, Bench bench, CancellationToken ct)
    {
        var list = StatusList.Empty(Entries).With(Enumerable.Range(0, Entries / 100).Select(item => (item * 100, 1)));
        using OwnRunner ours = new("ours", () => LookUpMany(list));
        var nanoseconds = Race.Measure(Lookup, bench, ours)[0].Select(microseconds => microseconds * 1000 / Batch);
        var bytes = Allocation.Measure(bench, () => LookUpMany(list));
        return Task.FromResult<IReadOnlyList<Row>>([new(Lookup, "nanoseconds", Spread.Of(nanoseconds)), new(Lookup, "bytes", bytes)]);
    }

    private static int LookUpMany(StatusList list)
    {
        var (valid, index) = (0, 1u);
        for (var i = 0; i < Batch; i++)
        {
            // A linear congruential generator of full period (Hull and Dobell): each entry once before any comes again.
            index = ((index * 1_664_525) + 1_013_904_223) % Entries;
            valid += list.TryGet(index, out var status) && status == 0 ? 1 : 0;
        }

        return valid;
    }
}
