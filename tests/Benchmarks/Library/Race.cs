using IdentityPlatform.Benchmarks.Measuring;

namespace IdentityPlatform.Benchmarks.Library;

/// <summary>Code side by side: each is warmed, then they take turns, round by round.</summary>
internal static class Race
{
    /// <summary>Measures ours, which comes first, against the others: a row for each, ours of a second divided by theirs.</summary>
    public static IReadOnlyList<Row> Run(string name, Bench bench, params IReadOnlyList<Runner> runners)
    {
        var times = Measure(name, bench, runners);
        return [.. runners.Skip(1).Select((runner, other) => Row(name, runner.Name, times[0], times[other + 1]))];
    }

    /// <summary>The row of two times round by round: ours of a second divided by theirs.</summary>
    public static Row Row(string name, string against, IReadOnlyList<double> ours, IReadOnlyList<double> theirs) =>
        new(name, against, Spread.Of(theirs.Zip(ours, (their, our) => their / our)));

    /// <summary>Microseconds of processor time a unit, of each runner in each round.</summary>
    public static IReadOnlyList<IReadOnlyList<double>> Measure(string name, Bench bench, params IReadOnlyList<Runner> runners)
    {
        bench.Output.Say(name);
        foreach (var runner in runners)
        {
            runner.Run(bench.Plan.LibraryWarmUp);
        }

        var times = runners.Select(_ => new List<double>()).ToList();
        for (var round = 0; round < bench.Plan.LibraryRounds; round++)
        {
            foreach (var (runner, taken) in runners.Zip(times))
            {
                taken.Add(runner.Run(bench.Plan.LibraryTurn));
            }
        }

        foreach (var (runner, taken) in runners.Zip(times))
        {
            var spread = Spread.Of(taken);
            bench.Output.Line($"{runner.Name,-14} {spread.Min,10:N1} {spread.Median,10:N1} {spread.Max,10:N1} us of processor time a unit");
        }

        return times;
    }
}
