using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace IdentityPlatform.Hosting.Tests.Servers;

/// <summary>Finds and runs the programs of database servers that the machine has installed.</summary>
internal static class InstalledServer
{
    /// <summary>The path of a program, or a failure that says how to install it.</summary>
    public static string Find(string program, string package, params string[] folders)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return folders.Concat(path).Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"{program} is not installed. On Debian or Ubuntu: apt-get install {package}");
    }

    /// <summary>Runs a program to its end; its output is the message when it fails.</summary>
    public static async Task RunAsync(params IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            var said = await output + await error;
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"{string.Join(' ', command)} ended with {process.ExitCode}: {said}"));
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
