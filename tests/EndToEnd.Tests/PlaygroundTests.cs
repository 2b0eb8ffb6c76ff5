using System.Diagnostics;

namespace IdentityPlatform.EndToEnd.Tests;

/// <summary>The playground as a stranger starts it: a process, its exit code and what it prints.</summary>
public sealed class PlaygroundTests
{
    [Fact]
    public async Task The_story_holds_from_its_beginning_to_its_end()
    {
        var (code, output) = await PlayAsync();

        Assert.True(code == 0, output);
        foreach (var step in Enumerable.Range(0, 11))
        {
            Assert.Contains($"\n{step}. ", output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("FAILED", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public async Task Damage_to_a_step_ends_the_story_and_the_step_is_named(int step)
    {
        var (code, output) = await PlayAsync("--break", $"{step}");

        Assert.True(code == 1, output);
        Assert.Contains($"FAILED in step {step}:", output, StringComparison.Ordinal);
        Assert.DoesNotContain($"\n{step + 1}. ", output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> PlayAsync(params string[] more)
    {
        var data = Directory.CreateTempSubdirectory("playground-");
        try
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
            string[] arguments = [Path.Combine(AppContext.BaseDirectory, "IdentityPlatform.Playground.dll"), "--once", "--data", data.FullName, .. more];
            arguments.ToList().ForEach(start.ArgumentList.Add);
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, output);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }
}
