using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace IdentityPlatform.Verifier.Tests;

/// <summary>
/// Offline is proved, not said: the tests of the checks run once more in a network namespace of their own, in which there is
/// nothing but a loopback that is down.
/// </summary>
public sealed partial class OfflineTests
{
    private static readonly string[] Isolated = Environment.IsPrivilegedProcess ? ["--net"] : ["--net", "--map-root-user"];

    [Fact]
    [Trait("Safeguard", "SG3")]
    public async Task Every_check_does_its_work_without_a_network()
    {
        var (code, output) = await RunAsync(
            "dotnet", typeof(OfflineTests).Assembly.Location, "--no-progress",
            "--filter-namespace", "*.Checks", "--filter-namespace", "*.Mdoc", "--filter-namespace", "*.Printed");
        Assert.True(code == 0, output);
        Assert.InRange(int.Parse(Succeeded().Match(output).Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture), 200, int.MaxValue);
    }

    [Fact]
    public async Task There_is_no_way_out_of_that_namespace()
    {
        var (code, output) = await RunAsync("sh", "-c", "cat /proc/net/dev /proc/net/route");
        Assert.Equal(0, code);
        Assert.Equal(["lo"], Interfaces().Matches(output).Select(match => match.Groups[1].Value));
        Assert.DoesNotMatch(Routes(), output);
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo("unshare") { RedirectStandardOutput = true, RedirectStandardError = true };
        Isolated.Concat(command).ToList().ForEach(start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    [GeneratedRegex(@"^ *(\w+):", RegexOptions.Multiline, 1000)]
    private static partial Regex Interfaces();

    [GeneratedRegex(@"^\w+\t[0-9A-F]{8}\t", RegexOptions.Multiline, 1000)]
    private static partial Regex Routes();

    [GeneratedRegex(@"succeeded: (\d+)", RegexOptions.None, 1000)]
    private static partial Regex Succeeded();
}
