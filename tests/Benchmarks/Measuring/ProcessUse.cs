using System.Globalization;
using System.Runtime.InteropServices;

namespace IdentityPlatform.Benchmarks.Measuring;

/// <summary>What the kernel says about a process (proc(5)).</summary>
internal static class ProcessUse
{
    // utime and stime count in ticks of a hundredth of a second on every Linux that runs .NET.
    private const double TicksPerSecond = 100;

    /// <summary>Seconds of processor time so far, all threads together.</summary>
    public static double CpuSeconds(int processId)
    {
        // The second field is the name in parentheses, and may hold spaces.
        var fields = File.ReadAllText($"/proc/{processId}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    /// <summary>The most memory that was resident at any time, in megabytes.</summary>
    public static double PeakMegabytes(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024.0;
    }

    /// <summary>The kind of machine, for the head of a report.</summary>
    public static string Machine()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        return $"{model ?? RuntimeInformation.OSArchitecture.ToString()}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
