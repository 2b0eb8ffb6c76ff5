using IdentityPlatform.Benchmarks.Load;

namespace IdentityPlatform.Benchmarks.Measuring;

/// <summary>One turn of one server under load.</summary>
/// <param name="Rate">Units a second of the clock on the wall.</param>
/// <param name="RatePerCpu">Units a second of the server's processor time.</param>
/// <param name="ServerUse">The part of one core that the server used.</param>
/// <param name="LoadUse">The part of one core that the load used: far below one, or the load is what was measured.</param>
/// <param name="P50">Milliseconds that half of the units did not exceed.</param>
/// <param name="P99">Milliseconds that 99 of 100 units did not exceed.</param>
internal sealed record Sample(double Rate, double RatePerCpu, double ServerUse, double LoadUse, double P50, double P99)
{
    /// <summary>Runs the load and reads both processors' clocks around it.</summary>
    public static Sample Take(int serverProcess, Func<LoadResult> load) => Take([serverProcess], load);

    /// <summary>The same for a server of several processes.</summary>
    public static Sample Take(IReadOnlyList<int> serverProcesses, Func<LoadResult> load)
    {
        var (server, own) = (serverProcesses.Sum(ProcessUse.CpuSeconds), ProcessUse.CpuSeconds(Environment.ProcessId));
        var result = load();
        server = serverProcesses.Sum(ProcessUse.CpuSeconds) - server;
        own = ProcessUse.CpuSeconds(Environment.ProcessId) - own;
        return new(
            result.Units / result.Seconds, result.Units / server, server / result.Seconds, own / result.Seconds,
            result.Latencies.Percentile(0.5), result.Latencies.Percentile(0.99));
    }
}
