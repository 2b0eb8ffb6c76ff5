using System.Diagnostics;
using IdentityPlatform.Benchmarks.Load;
using IdentityPlatform.Benchmarks.Measuring;
using IdentityPlatform.Benchmarks.Servers;

namespace IdentityPlatform.Benchmarks.Tokens;

/// <summary>From nothing to the first token, and the most memory under load: many starts of ours and of the bare program, in turns. Here less is better.</summary>
internal sealed class StartSuite : Suite
{
    private const string Start = "token.start";
    private const string Memory = "token.memory";

    public override IReadOnlyList<string> Names { get; } = [Start, Memory];

    public override async Task<IReadOnlyList<Row>> RunAsync(IReadOnlyCollection<string> wanted, Bench bench, CancellationToken ct)
    {
        bench.Output.Say(string.Join(", ", Names.Where(wanted.Contains)));
        Contender[] contenders = [new OwnServer(bench.Places), new LimitServer(bench.Places)];
        var starts = contenders.Select(_ => new List<OneStart>()).ToList();
        foreach (var contender in contenders)
        {
            // The first start makes the database, and brings every file into the system's cache.
            await contender.PrepareAsync(ct);
            await OneStart.MeasureAsync(contender, bench, ct);
        }

        for (var round = 0; round < bench.Plan.Starts; round++)
        {
            foreach (var (contender, taken) in contenders.Zip(starts))
            {
                taken.Add(await OneStart.MeasureAsync(contender, bench, ct));
            }
        }

        foreach (var (contender, taken) in contenders.Zip(starts))
        {
            var (first, peak) = (Spread.Of(taken.Select(one => one.FirstTokenMs)), Spread.Of(taken.Select(one => one.PeakMegabytes)));
            bench.Output.Line(
                $"{contender.Name,-14} first token after {first.Min,5:N0} {first.Median,5:N0} {first.Max,5:N0} ms   peak memory under load {peak.Min,4:N0} {peak.Median,4:N0} {peak.Max,4:N0} MB");
        }

        Row[] rows =
        [
            new(Start, contenders[1].Name, Spread.Of(starts[0].Zip(starts[1], (ours, limit) => ours.FirstTokenMs / limit.FirstTokenMs))),
            new(Memory, contenders[1].Name, Spread.Of(starts[0].Zip(starts[1], (ours, limit) => ours.PeakMegabytes / limit.PeakMegabytes))),
        ];
        return [.. rows.Where(row => wanted.Contains(row.Name))];
    }

    private sealed record OneStart(double FirstTokenMs, double PeakMegabytes)
    {
        public static async Task<OneStart> MeasureAsync(Contender contender, Bench bench, CancellationToken ct)
        {
            var address = ServerProcess.FreeAddress();
            var target = contender.Target(address);
            var start = Stopwatch.GetTimestamp();
            await using var process = ServerProcess.Start(contender.LaunchAt(address), address, bench.Cores);
            await process.ListeningAsync(ct);
            FirstToken(target);
            var first = Stopwatch.GetElapsedTime(start);
            ClosedLoop.Run(address, [.. Enumerable.Range(0, Plan.Connections).Select(_ => new ClientCredentialsCaller(target))], bench.Plan.MemoryLoad);
            return new(first.TotalMilliseconds, ProcessUse.PeakMegabytes(process.Id));
        }

        private static void FirstToken(TokenTarget target)
        {
            var caller = new ClientCredentialsCaller(target);
            using var connection = new Connection(target.Server);
            connection.Send(caller.Begin());
            Response response;
            while (!connection.TryReceive(out response))
            {
            }

            caller.Continue(response);
        }
    }
}
