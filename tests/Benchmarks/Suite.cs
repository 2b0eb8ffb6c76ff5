using IdentityPlatform.Benchmarks.Measuring;
using IdentityPlatform.Benchmarks.Servers;

namespace IdentityPlatform.Benchmarks;

/// <summary>Benchmarks that are measured together.</summary>
internal abstract class Suite
{
    /// <summary>The names of its rows, each of which may be asked for alone.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>Measures the wanted ones.</summary>
    public abstract Task<IReadOnlyList<Row>> RunAsync(IReadOnlyCollection<string> wanted, Bench bench, CancellationToken ct);
}

/// <summary>What every suite needs.</summary>
/// <param name="Plan">How long and how often.</param>
/// <param name="Cores">What runs where.</param>
/// <param name="Places">Where the programs are.</param>
/// <param name="Output">Where the report goes.</param>
internal sealed record Bench(Plan Plan, Cores Cores, Places Places, Report Output);
