using System.Diagnostics;
using System.Globalization;
using IdentityPlatform.Benchmarks.Measuring;
using IdentityPlatform.Verifier;

namespace IdentityPlatform.Benchmarks.Library;

/// <summary>A queue of presentations checked by two threads at once against one: by the clock, since two cores are the point of it.</summary>
internal sealed class ManySuite : Suite
{
    /// <summary>What the process of its own is started with.</summary>
    public const string Verb = "verify-many";

    private const string Many = "verify.many";
    private const int Queue = 4096;

    public override IReadOnlyList<string> Names { get; } = [Many];

    public override async Task<IReadOnlyList<Row>> RunAsync(IReadOnlyCollection<string> wanted, Bench bench, CancellationToken ct)
    {
        bench.Output.Say(Many);
        using var process = Process.Start(bench.Cores.ForBoth(
            "dotnet", typeof(ManySuite).Assembly.Location, Verb, bench.Plan.LibraryRounds.ToString(CultureInfo.InvariantCulture)))!;
        var said = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        var rounds = said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray()).ToList();
        if (process.ExitCode != 0 || rounds.Count == 0)
        {
            throw new Servers.BenchmarkException("The queue was not checked.");
        }

        var (one, two) = (Spread.Of(rounds.Select(round => Queue / round[0])), Spread.Of(rounds.Select(round => Queue / round[1])));
        bench.Output.Line($"{"one at once",-14} {one.Min,10:N0} {one.Median,10:N0} {one.Max,10:N0} a second");
        bench.Output.Line($"{"two at once",-14} {two.Min,10:N0} {two.Median,10:N0} {two.Max,10:N0} a second");
        return [new(Many, "one", Spread.Of(rounds.Select(round => round[0] / round[1])))];
    }

    /// <summary>What a process of its own does, which may use both cores: seconds of one and of two threads, a line a round.</summary>
    public static void Check(int rounds)
    {
        using var shown = new Shown();
        var presented = shown.SdJwts();
        var batch = Enumerable.Range(0, Queue).Select(number => new PresentedCredential
        {
            Presentation = presented[number % presented.Length],
            Expectation = shown.SdJwtExpectation,
            At = shown.Now,
        }).ToList();
        for (var warmUp = 0; warmUp < 3; warmUp++)
        {
            _ = (Seconds(shown, batch, 1), Seconds(shown, batch, 2));
        }

        for (var round = 0; round < rounds; round++)
        {
            var (one, two) = (Seconds(shown, batch, 1), Seconds(shown, batch, 2));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{one} {two}"));
        }
    }

    private static double Seconds(Shown shown, List<PresentedCredential> batch, int atOnce)
    {
        var start = Stopwatch.GetTimestamp();
        var verdicts = CredentialVerifier.VerifyMany(batch, shown.Policy, shown.Trust, atOnce);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return verdicts.All(verdict => verdict is VerificationResult.Accepted) ? seconds : throw new Servers.BenchmarkException("Not every card was accepted.");
    }
}
