using System.Diagnostics;

namespace IdentityPlatform.Mutation;

/// <summary>
/// The one test that the mutation tool runs for each change. It asks a runner that lives on from change to change, and where that one
/// cannot judge, a runner that was started for this change alone.
/// </summary>
public sealed class ChangeTests
{
    // For one test, not for all of a change, and of processor time: a busy machine is no failure. None takes a tenth of it where nothing was changed.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly string[] Alive = ["survived", "unreached"];

    private static readonly string Folder = WithTheChangedAssemblies();

    private static Process? _runner;

    [Fact]
    public async Task No_test_fails()
    {
        var change = Change();
        var answer = await Ask(_runner is { HasExited: false } living ? living : _runner = Start("serve"), change);
        if (answer == "afresh")
        {
            using var fresh = Start("once");
            answer = await Ask(fresh, change);
        }

        // For people, while it runs: the tool keeps its own account.
        await File.AppendAllTextAsync(Path.Combine(Folder, "answers.txt"), $"{change} {answer}\n", TestContext.Current.CancellationToken);
        Assert.Contains(answer, Alive);
    }

    // The tool writes the number of the change into a file; without it, or with -1, nothing is changed.
    private static int Change()
    {
        var file = Environment.GetEnvironmentVariable("STRYKER_MUTANT_FILE");
        return File.Exists(file) ? BitConverter.ToInt32(File.ReadAllBytes(file)) : -1;
    }

    // The tool puts the assembly that it has changed beside this one.
    private static string WithTheChangedAssemblies()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "runner");
        foreach (var name in new[] { "IdentityPlatform.Formats.dll", "IdentityPlatform.Verifier.dll" })
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, name), Path.Combine(folder, name), overwrite: true);
        }

        return folder;
    }

    private static Process Start(string how)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(Folder, "IdentityPlatform.Verifier.Tests.dll"));
        start.ArgumentList.Add(how);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("STRYKER_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        // What a change makes grow without end fails before it takes the machine along.
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x60000000";
        return Process.Start(start)!;
    }

    private static async Task<string> Ask(Process runner, int change)
    {
        await runner.StandardInput.WriteLineAsync($"{change}");
        await runner.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        string line;
        while ((line = await NextLine(runner)) == ".")
        {
        }

        return line;
    }

    private static async Task<string> NextLine(Process runner)
    {
        var (line, start) = (runner.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask(), runner.TotalProcessorTime);
        while (!line.IsCompleted && await Task.WhenAny(line, Task.Delay(500, TestContext.Current.CancellationToken)) != line)
        {
            if (!runner.HasExited && runner.TotalProcessorTime - start > Limit)
            {
                runner.Kill();
                await runner.WaitForExitAsync(CancellationToken.None);
                return "a test took too long";
            }
        }

        if (await line is { } answer)
        {
            return answer;
        }

        await runner.WaitForExitAsync(CancellationToken.None);
        return "the runner died";
    }
}
