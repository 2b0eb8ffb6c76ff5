using System.Diagnostics;

namespace IdentityPlatform.Benchmarks.Library;

/// <summary>Code that does one thing again and again, on one core.</summary>
internal abstract class Runner : IDisposable
{
    /// <summary>What the tables call it.</summary>
    public abstract string Name { get; }

    /// <summary>Runs for about so long and answers the microseconds of processor time of one unit.</summary>
    public abstract double Run(TimeSpan time);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}

/// <summary>Code in this process, which does nothing else meanwhile.</summary>
/// <param name="name">What the tables call it.</param>
/// <param name="unit">One unit; it gives something back, so that nothing is left out.</param>
internal sealed class OwnRunner(string name, Func<int> unit) : Runner
{
    private int _made;

    public override string Name => name;

    public override double Run(TimeSpan time)
    {
        var (start, cpu, units) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, 0L);
        do
        {
            _made = unit();
            units++;
        }
        while (Stopwatch.GetElapsedTime(start) < time);
        return _made > 0
            ? (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / units
            : throw new Servers.BenchmarkException($"{name} made nothing.");
    }
}

/// <summary>A script of <c>peers/</c>: for each number of milliseconds on a line it works for so long, and answers microseconds a unit.</summary>
internal sealed class NodeRunner : Runner
{
    private readonly Process _process;

    public NodeRunner(string script, string input, Servers.Places places, string name = "node")
    {
        Name = name;
        _process = Process.Start(new ProcessStartInfo("node", [script])
        {
            WorkingDirectory = places.Peers,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["NODE_ENV"] = "production" },
        })!;
        _process.StandardInput.WriteLine(input);
    }

    public override string Name { get; }

    public override double Run(TimeSpan time)
    {
        _process.StandardInput.WriteLine(FormattableString.Invariant($"{time.TotalMilliseconds}"));
        var answer = _process.StandardOutput.ReadLine();
        return double.TryParse(answer, System.Globalization.CultureInfo.InvariantCulture, out var microseconds)
            ? microseconds
            : throw new Servers.BenchmarkException($"node {_process.StartInfo.ArgumentList[0]} answered: {answer}");
    }

    public override void Dispose()
    {
        _process.Kill();
        _process.Dispose();
        base.Dispose();
    }
}
