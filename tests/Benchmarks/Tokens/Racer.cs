using IdentityPlatform.Benchmarks.Load;
using IdentityPlatform.Benchmarks.Measuring;
using IdentityPlatform.Benchmarks.Servers;

namespace IdentityPlatform.Benchmarks.Tokens;

/// <summary>One running server, the callers that keep it busy, and what its turns gave.</summary>
internal sealed class Racer : IAsyncDisposable
{
    private readonly ServerProcess _process;
    private readonly List<Sample> _samples = [];
    private List<Caller> _callers = [];

    private Racer(string name, ServerProcess process, TokenTarget target) => (Name, _process, Target) = (name, process, target);

    public string Name { get; }

    public TokenTarget Target { get; }

    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>Starts a server; where people are needed, they have signed in and agreed before the load comes.</summary>
    public static async Task<Racer> StartAsync(Contender contender, bool withoutPeople, Bench bench, CancellationToken ct)
    {
        await contender.PrepareAsync(ct);
        var address = ServerProcess.FreeAddress();
        var process = ServerProcess.Start(contender.LaunchAt(address), address, bench.Cores);
        try
        {
            await process.ListeningAsync(ct);
            var target = withoutPeople || !contender.KnowsPeople ? contender.Target(address) : await contender.TargetWithPeopleAsync(address, Plan.Connections, ct);
            return new(contender.Name, process, target);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes the callers, one a connection, and lets them work without measuring.</summary>
    public void WarmUp(Func<int, Caller> caller, Plan plan)
    {
        _callers = [.. Enumerable.Range(0, Plan.Connections).Select(caller)];
        ClosedLoop.Run(Target.Server, _callers, plan.WarmUp);
    }

    /// <summary>One turn of a round.</summary>
    public void TakeTurn(Plan plan)
    {
        ClosedLoop.Run(Target.Server, _callers, plan.LeadIn);
        _samples.Add(Sample.Take(_process.Id, () => ClosedLoop.Run(Target.Server, _callers, plan.Turn)));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
