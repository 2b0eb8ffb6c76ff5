using System.Diagnostics;
using IdentityPlatform.Benchmarks.Measuring;
using IdentityPlatform.Benchmarks.Servers;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Benchmarks.Issuing;

/// <summary>A hundred batches reserve their status entries at the same moment, over and over, in SQLite with full sync.</summary>
internal static class Reservations
{
    private const int AtOnce = 100;
    private const long LastDay = 30_000;

    /// <summary>Seconds of processor time of one batch's reservation, in each round.</summary>
    /// <exception cref="BenchmarkException">An entry was given out twice.</exception>
    public static async Task<IReadOnlyList<double>> MeasureAsync(Bench bench, CancellationToken ct)
    {
        await using var database = Database.Open(StorageEngine.Sqlite, $"Data Source={Path.Combine(bench.Places.Fresh("reserve-data"), "status.db")}");
        await database.MigrateAsync([MigrationSet.Hosting, .. Issuer.CardIssuer.Program.Migrations], ct);
        var (indexes, seen) = (new StatusIndexes(database, new StatusPolicy()), new HashSet<StatusIndex>());
        await RunAsync(indexes, seen, bench.Plan.LibraryWarmUp, ct);
        var rounds = new List<double>();
        for (var round = 0; round < bench.Plan.LibraryRounds; round++)
        {
            rounds.Add(await RunAsync(indexes, seen, bench.Plan.LibraryTurn, ct));
        }

        var spread = Spread.Of(rounds.Select(seconds => seconds * 1_000_000));
        bench.Output.Line($"reserving 10    {spread.Min,10:N1} {spread.Median,10:N1} {spread.Max,10:N1} us of processor time a batch; {seen.Count} entries, none twice");
        return rounds;
    }

    private static async Task<double> RunAsync(StatusIndexes indexes, HashSet<StatusIndex> seen, TimeSpan time, CancellationToken ct)
    {
        var (start, cpu, batches) = (Stopwatch.GetTimestamp(), TimeSpan.Zero, 0);
        do
        {
            var before = Environment.CpuUsage.TotalTime;
            var taken = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => indexes.ReserveAsync(CredentialCaller.Batch, LastDay, ct)));
            cpu += Environment.CpuUsage.TotalTime - before;
            batches += taken.Length;
            if (!taken.SelectMany(batch => batch).All(seen.Add))
            {
                throw new BenchmarkException("A status entry was given out twice.");
            }
        }
        while (Stopwatch.GetElapsedTime(start) < time);
        return cpu.TotalSeconds / batches;
    }
}
