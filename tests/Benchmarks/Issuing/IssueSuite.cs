using IdentityPlatform.Benchmarks.Load;
using IdentityPlatform.Benchmarks.Measuring;
using IdentityPlatform.Benchmarks.Servers;

namespace IdentityPlatform.Benchmarks.Issuing;

/// <summary>The credential endpoint of the issuer as it is deployed, under load; and what the reservation of status entries adds to it.</summary>
internal sealed class IssueSuite : Suite
{
    private const string Credential = "issue.credential";
    private const string Reserve = "status.reserve";

    public override IReadOnlyList<string> Names { get; } = [Credential, Reserve];

    public override async Task<IReadOnlyList<Row>> RunAsync(IReadOnlyCollection<string> wanted, Bench bench, CancellationToken ct)
    {
        bench.Output.Say(Credential);
        var batches = await IssueAsync(bench, ct);
        List<Row> rows =
        [
            new(Credential, "credentials", Spread.Of(batches.Select(batch => CredentialCaller.Batch / batch.Cpu))),
            new(Credential, "signatures", Spread.Of(batches.Select(batch => batch.Signatures / batch.Cpu))),
        ];
        if (wanted.Contains(Reserve))
        {
            bench.Output.Say(Reserve);
            var reserving = await Reservations.MeasureAsync(bench, ct);
            rows.Add(new(Reserve, Credential, Spread.Of(reserving.Select(cpu => cpu / Spread.Of(batches.Select(batch => batch.Cpu)).Median))));
        }

        return [.. rows.Where(row => wanted.Contains(row.Name))];
    }

    /// <summary>Seconds of processor time of one batch in each round, and those of its signature operations alone.</summary>
    private static async Task<IReadOnlyList<(double Cpu, double Signatures)>> IssueAsync(Bench bench, CancellationToken ct)
    {
        await using var provider = await SignInProvider.StartAsync($"http://localhost:{ServerProcess.FreeAddress().Port}", IssuerPrograms.ClientId, ct);
        await using var issuer = await IssuerPrograms.StartAsync(bench, ServerProcess.FreeAddress(), provider.Url, ct);
        using var desk = await Desk.OpenAsync(issuer, ct);
        var callers = new List<CredentialCaller>();
        try
        {
            for (var person = 0; person < Plan.Connections; person++)
            {
                var (code, spoken) = await desk.ServeAsync(provider, person, ct);
                callers.Add(new CredentialCaller(issuer));
                await callers[^1].RedeemAsync(code, spoken, ct);
            }

            return Measure(bench, issuer, callers);
        }
        finally
        {
            callers.ForEach(caller => caller.Dispose());
        }
    }

    private static List<(double Cpu, double Signatures)> Measure(Bench bench, IssuerPrograms issuer, IReadOnlyList<CredentialCaller> callers)
    {
        using var work = new SignatureWork();
        ClosedLoop.Run(issuer.Address, callers, bench.Plan.WarmUp);
        work.SecondsOfABatch(bench.Plan.LibraryWarmUp / 4);
        var (samples, batches) = (new List<Sample>(), new List<(double, double)>());
        for (var round = 0; round < bench.Plan.Rounds; round++)
        {
            samples.Add(Sample.Take(issuer.ProcessIds, () => ClosedLoop.Run(issuer.Address, callers, bench.Plan.Turn)));
            batches.Add((1 / samples[^1].RatePerCpu, work.SecondsOfABatch(bench.Plan.LibraryTurn)));
        }

        bench.Output.SamplesHead();
        bench.Output.Samples("batches of 10", samples);
        return batches;
    }
}
