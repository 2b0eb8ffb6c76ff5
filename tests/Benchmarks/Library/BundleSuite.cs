using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using IdentityPlatform.Benchmarks.Measuring;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier.Bundle;

namespace IdentityPlatform.Benchmarks.Library;

/// <summary>A bundle for 40 million cards with 20 copies each: 763 lists of 2^20 entries with 1 % revoked, loaded by a fresh process.</summary>
internal sealed class BundleSuite : Suite
{
    private const string Load = "bundle.load";
    private const int Lists = 763;
    private const int Entries = 1 << 20;

    // Lists that differ; the others repeat them under addresses of their own, or writing the bundle would take longer than all else.
    private const int Drawn = 8;

    public override IReadOnlyList<string> Names { get; } = [Load];

    public override Task<IReadOnlyList<Row>> RunAsync(IReadOnlyCollection<string> wanted, Bench bench, CancellationToken ct)
    {
        bench.Output.Say(Load);
        var directory = bench.Places.Fresh("bundle");
        Write(directory);
        var loads = Enumerable.Range(0, bench.Plan.Loads).Select(_ => LoadOnce(directory)).ToList();
        var (seconds, megabytes) = (Spread.Of(loads.Select(load => load.Seconds)), Spread.Of(loads.Select(load => load.Megabytes)));
        bench.Output.Line($"{"ours",-14} {seconds.Min,10:N2} {seconds.Median,10:N2} {seconds.Max,10:N2} s of processor time, the start of the process included");
        bench.Output.Line($"{"ours",-14} {megabytes.Min,10:N0} {megabytes.Median,10:N0} {megabytes.Max,10:N0} MB resident at most");
        return Task.FromResult<IReadOnlyList<Row>>([new(Load, "seconds", seconds), new(Load, "megabytes", megabytes)]);
    }

    private static void Write(string directory)
    {
        var now = DateTimeOffset.UtcNow;
        var (issuer, authority) = IssuerKey.CreateUnderAuthority();
        using var root = IssuerKey.Create();
        var drawn = Enumerable.Range(0, Drawn).Select(_ => StatusList.Empty(Entries).With(Enumerable.Range(0, Entries / 100).Select(_ => (RandomNumberGenerator.GetInt32(Entries), 1)))).ToList();
        var tokens = Enumerable.Range(0, Lists).Select(number =>
            StatusListToken.Write(issuer, BundleLoad.List(number), drawn[number % Drawn], now, now.AddDays(7), TimeSpan.FromHours(12)));
        var content = new BundleContent
        {
            Version = 1,
            IssuedAt = now,
            Anchors = [new() { Certificate = authority, Roles = [AnchorRole.Status], Types = [] }],
            Denied = [],
            Types = new Dictionary<string, System.Text.Json.JsonElement>(),
            Regions = new Dictionary<string, int>(),
            BundleMaxAge = TimeSpan.FromDays(30),
            StatusMaxAge = TimeSpan.FromDays(7),
        };
        File.WriteAllBytes(Path.Combine(directory, BundleLoad.BundleFile), BundleWriter.Write(content, root, tokens));
        File.WriteAllBytes(Path.Combine(directory, BundleLoad.RootFile), JsonText.Write(root.PublicKey.WriteTo));
        issuer.Dispose();
    }

    private static (double Seconds, double Megabytes) LoadOnce(string directory)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(BundleSuite).Assembly.Location, BundleLoad.Verb, directory]) { RedirectStandardOutput = true })!;
        var answer = process.StandardOutput.ReadToEnd().Split(' ');
        process.WaitForExit();
        return process.ExitCode == 0
            ? (double.Parse(answer[0], CultureInfo.InvariantCulture), double.Parse(answer[1], CultureInfo.InvariantCulture))
            : throw new Servers.BenchmarkException("The bundle was not loaded.");
    }
}
