using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.Bundle;

namespace IdentityPlatform.Benchmarks.Library;

/// <summary>What the fresh process of <see cref="BundleSuite"/> does: load a bundle, check the signature of each list, and say what that took.</summary>
internal static class BundleLoad
{
    public const string Verb = "load-bundle";
    public const string BundleFile = "bundle.json";
    public const string RootFile = "root.json";

    public static string List(int number) => $"https://issuer.example.org/status/{number}";

    public static void Run(string directory)
    {
        var root = Jwk.Parse(JsonElement.Parse(File.ReadAllBytes(Path.Combine(directory, RootFile)))).OrThrow();
        var trust = Load(Path.Combine(directory, BundleFile), root);
        for (var number = 0; number < trust.Bundle!.StatusLists.Count; number++)
        {
            if (trust.GapOf(List(number), DateTimeOffset.UtcNow) is { } gap)
            {
                throw new Servers.BenchmarkException($"{List(number)}: {gap}");
            }
        }

        var peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        var kilobytes = double.Parse(peak["VmHWM:".Length..^"kB".Length], CultureInfo.InvariantCulture);
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"{Environment.CpuUsage.TotalTime.TotalSeconds} {kilobytes / 1000}"));
        GC.KeepAlive(trust);
    }

    private static Trust Load(string file, Jwk root) => Trust.From(OfflineBundle.Parse(File.ReadAllBytes(file), root).OrThrow());
}
