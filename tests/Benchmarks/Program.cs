using System.CommandLine;
using IdentityPlatform.Benchmarks;
using IdentityPlatform.Benchmarks.Issuing;
using IdentityPlatform.Benchmarks.Library;
using IdentityPlatform.Benchmarks.Load;
using IdentityPlatform.Benchmarks.Measuring;
using IdentityPlatform.Benchmarks.Servers;
using IdentityPlatform.Benchmarks.Tokens;

// A fresh process that does nothing but load a bundle: BundleSuite starts it.
if (args is [BundleLoad.Verb, var directory])
{
    BundleLoad.Run(directory);
    return 0;
}

// A process that may use both cores: ManySuite starts it.
if (args is [ManySuite.Verb, var count])
{
    ManySuite.Check(int.Parse(count, System.Globalization.CultureInfo.InvariantCulture));
    return 0;
}

// The benchmarks side by side with their peers. ./bench at the root of the repository builds what is measured and starts this.
Suite[] suites = [new VerifySuite(), new ManySuite(), new LookupSuite(), new BundleSuite(), new MintSuite(), new StatusSuite(), new IssueSuite(), new EndpointSuite(), new StartSuite()];
var names = new Argument<string[]>("names") { Description = "The benchmarks to run; all without one.", Arity = ArgumentArity.ZeroOrMore };
names.AcceptOnlyFromAmong([.. suites.SelectMany(suite => suite.Names)]);
var quick = new Option<bool>("--quick") { Description = "Short warm-ups and few rounds: shows that everything works, and roughly where it stands." };
var json = new Option<string?>("--json") { Description = "Writes the table of ratios to this file." };
var serverCore = new Option<int?>("--server-core") { Description = "The core that the servers are pinned to." };
var root = new RootCommand("Measures the platform beside its peers.") { names, quick, json, serverCore };
root.SetAction(async (parsed, ct) =>
{
    var wanted = parsed.GetValue(names) is { Length: > 0 } some ? some : [.. suites.SelectMany(suite => suite.Names)];
    var report = new Report(Console.Out);
    var plan = parsed.GetValue(quick) ? Plan.Quick : Plan.Full;
    var bench = new Bench(plan, new Cores(parsed.GetValue(serverCore)), new Places(), report);
    report.Line($"{ProcessUse.Machine()}; servers on {(parsed.GetValue(serverCore) is null ? "any core" : "one core, the load on another")}, {Plan.Connections} connections, {plan.WarmUp.TotalSeconds} s of warm-up, {plan.Rounds} rounds of {plan.Turn.TotalSeconds} s");
    try
    {
        var rows = new List<Row>();
        foreach (var suite in suites.Where(suite => suite.Names.Any(wanted.Contains)))
        {
            rows.AddRange(await suite.RunAsync(wanted, bench, ct));
        }

        await report.FinishAsync(rows, parsed.GetValue(json), ct);
        return 0;
    }
    catch (Exception e) when (e is BenchmarkException or LoadException)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 1;
    }
});
return await root.Parse(args).InvokeAsync();
