using System.Security.Cryptography;
using IdentityPlatform.Benchmarks.Measuring;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.Benchmarks.Library;

/// <summary>A status list of full size, from the numbers of the revoked entries to both signed forms.</summary>
internal sealed class StatusSuite : Suite
{
    private const string Build = "status.build";
    private const string Rebuild = "status.rebuild";
    private const int Lists = 763;
    private const int Entries = 1 << 20;
    private const int Revoked = Entries / 100;

    public override IReadOnlyList<string> Names { get; } = [Build, Rebuild];

    public override Task<IReadOnlyList<Row>> RunAsync(IReadOnlyCollection<string> wanted, Bench bench, CancellationToken ct)
    {
        using var key = IssuerKey.Create();
        var (drawn, made) = (Enumerable.Range(0, 8).Select(_ => Draw()).ToList(), 0);
        using OwnRunner ours = new("ours", () => Make(key, drawn[made++ % drawn.Count]).Sum(form => form.Length));
        var milliseconds = Spread.Of(Race.Measure(Build, bench, ours)[0].Select(microseconds => microseconds / 1000));
        var sizes = Enumerable.Range(0, bench.Plan.LibraryRounds).Select(_ => CompressedBytes(Draw())).ToList();
        bench.Output.Line($"{sizes.Min()} to {sizes.Max()} bytes compressed; the entropy of {Entries} entries with {Revoked} revoked is {EntropyBytes:N0} bytes");
        var rows = new List<Row> { new(Build, "milliseconds", milliseconds), new(Build, "entropy", Spread.Of(sizes.Select(size => size / EntropyBytes))) };
        if (wanted.Contains(Rebuild))
        {
            rows.Add(new(Rebuild, "seconds", RebuildAll(bench, key, drawn)));
        }

        return Task.FromResult<IReadOnlyList<Row>>(rows);
    }

    // All lists of 40 million cards with 20 copies each, in both forms, one after the other.
    private static Spread RebuildAll(Bench bench, SigningKey key, List<(int, int)[]> drawn)
    {
        bench.Output.Say(Rebuild);
        var seconds = new List<double>();
        for (var round = 0; round < bench.Plan.Loads; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            for (var list = 0; list < Lists; list++)
            {
                _ = Make(key, drawn[list % drawn.Count]);
            }

            seconds.Add((Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        var spread = Spread.Of(seconds);
        bench.Output.Line($"{"ours",-14} {spread.Min,10:N1} {spread.Median,10:N1} {spread.Max,10:N1} s of processor time for {Lists} lists");
        return spread;
    }

    // No code is shorter on average, however it is made (Shannon).
    private static double EntropyBytes
    {
        get
        {
            const double p = (double)Revoked / Entries;
            return Entries * -((p * Math.Log2(p)) + ((1 - p) * Math.Log2(1 - p))) / 8;
        }
    }

    private static (int, int)[] Draw()
    {
        var revoked = new HashSet<int>(Revoked);
        while (revoked.Count < Revoked)
        {
            revoked.Add(RandomNumberGenerator.GetInt32(Entries));
        }

        return [.. revoked.Select(index => (index, 1))];
    }

    private static byte[][] Make(SigningKey key, (int, int)[] revoked)
    {
        var list = StatusList.Empty(Entries).With(revoked);
        var (now, ttl) = (DateTimeOffset.FromUnixTimeSeconds(1795219200), TimeSpan.FromMinutes(15));
        const string uri = "https://issuer.example.org/status/17";
        return
        [
            System.Text.Encoding.ASCII.GetBytes(StatusListToken.Write(key, uri, list, now, now.AddDays(7), ttl)),
            CwtStatusListToken.Write(key, uri, list, now, now.AddDays(7), ttl),
        ];
    }

    private static int CompressedBytes((int, int)[] revoked) => StatusList.Empty(Entries).With(revoked).Compress().Length / 4 * 3;
}
