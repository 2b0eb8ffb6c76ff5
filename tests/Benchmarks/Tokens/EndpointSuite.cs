using IdentityPlatform.Benchmarks.Load;
using IdentityPlatform.Benchmarks.Measuring;
using IdentityPlatform.Benchmarks.Servers;

namespace IdentityPlatform.Benchmarks.Tokens;

/// <summary>The token endpoint under load, beside the bare endpoint and a peer. All servers stand side by side, and take turns.</summary>
internal sealed class EndpointSuite : Suite
{
    private const string ClientCredentials = "token.client_credentials";
    private const string Code = "token.code";
    private const string Refresh = "token.refresh";

    public override IReadOnlyList<string> Names { get; } = [ClientCredentials, Code, Refresh];

    public override async Task<IReadOnlyList<Row>> RunAsync(IReadOnlyCollection<string> wanted, Bench bench, CancellationToken ct)
    {
        var rows = new List<Row>();
        foreach (var name in Names.Where(wanted.Contains))
        {
            rows.AddRange(await RunAsync(name, bench, ct));
        }

        return rows;
    }

    // Fresh processes for each scenario: what one leaves behind in memory or in a profile is not the next one's.
    private static async Task<IReadOnlyList<Row>> RunAsync(string name, Bench bench, CancellationToken ct)
    {
        bench.Output.Say(name);
        var racers = new List<Racer>();
        try
        {
            foreach (var contender in Contenders(bench.Places))
            {
                racers.Add(await Racer.StartAsync(contender, name == ClientCredentials, bench, ct));
            }

            racers.ForEach(racer => racer.WarmUp(CallersOf(name, racer.Target), bench.Plan));
            for (var round = 0; round < bench.Plan.Rounds; round++)
            {
                racers.ForEach(racer => racer.TakeTurn(bench.Plan));
            }

            bench.Output.SamplesHead();
            racers.ForEach(racer => bench.Output.Samples(racer.Name, racer.Samples));
            return Ratios(name, racers);
        }
        finally
        {
            foreach (var racer in racers)
            {
                await racer.DisposeAsync();
            }
        }
    }

    private static List<Contender> Contenders(Places places) => [new OwnServer(places), new LimitServer(places), new OidcProviderServer(places)];

    private static Func<int, Caller> CallersOf(string name, TokenTarget target) => name switch
    {
        ClientCredentials => _ => new ClientCredentialsCaller(target),
        Code => connection => new CodeCaller(target, target.Cookies[connection]),
        Refresh => connection => new RefreshCaller(target, target.RefreshTokens[connection]),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static IReadOnlyList<Row> Ratios(string name, List<Racer> racers) =>
        [.. racers.Skip(1).Select(other => new Row(
            name, other.Name, Spread.Of(racers[0].Samples.Zip(other.Samples, (ours, theirs) => ours.Rate / theirs.Rate))))];
}
