using IdentityPlatform.Benchmarks.Measuring;

namespace IdentityPlatform.Benchmarks.Library;

/// <summary>How many bytes a unit asks the collector for.</summary>
internal static class Allocation
{
    private const int Units = 1000;

    public static Spread Measure(Bench bench, Func<int> unit)
    {
        var rounds = new List<double>();
        for (var round = 0; round < bench.Plan.LibraryRounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Units; i++)
            {
                _ = unit();
            }

            rounds.Add((double)(GC.GetAllocatedBytesForCurrentThread() - before) / Units);
        }

        var spread = Spread.Of(rounds);
        bench.Output.Line($"{"ours",-14} {spread.Min,10:N0} {spread.Median,10:N0} {spread.Max,10:N0} bytes allocated a unit");
        return spread;
    }
}
