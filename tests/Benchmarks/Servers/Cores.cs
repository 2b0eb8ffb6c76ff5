using System.Diagnostics;
using System.Globalization;

namespace IdentityPlatform.Benchmarks.Servers;

/// <summary>Servers have one core of their own and the load another; <c>./bench</c> pins the load itself.</summary>
/// <param name="server">The servers' core, or null to let the system choose.</param>
internal sealed class Cores(int? server)
{
    public ProcessStartInfo ForServer(Launch launch)
    {
        var start = new ProcessStartInfo(server is null ? launch.Program : "taskset")
        {
            WorkingDirectory = launch.Directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (server is { } core)
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(core.ToString(CultureInfo.InvariantCulture));
            start.ArgumentList.Add(launch.Program);
        }

        launch.Arguments.ToList().ForEach(start.ArgumentList.Add);
        foreach (var (name, value) in launch.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>A program that may use the servers' core and the load's.</summary>
    public ProcessStartInfo ForBoth(params string[] command)
    {
        if (server is null)
        {
            return new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true };
        }

        var own = File.ReadLines("/proc/self/status").First(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split(':')[1].Trim();
        return new ProcessStartInfo("taskset", ["-c", string.Create(CultureInfo.InvariantCulture, $"{server},{own}"), .. command]) { RedirectStandardOutput = true };
    }
}
