using System.Diagnostics;
using System.Globalization;

namespace IdentityPlatform.Playground.Story;

/// <summary>Plays steps in order and prints each with its time and what was checked; stops at the first that does not hold.</summary>
internal sealed class StoryTeller(TextWriter output)
{
    private readonly List<string> _checks = [];

    /// <summary>Plays one step; false when it did not hold.</summary>
    public async Task<bool> PlayAsync(int number, string title, Func<Task> step)
    {
        _checks.Clear();
        var clock = Stopwatch.StartNew();
        try
        {
            await step();
            await PrintAsync(number, title, clock.Elapsed, failure: null);
            return true;
        }
        catch (Exception e) when (e is StoryFailedException or HttpRequestException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            await PrintAsync(number, title, clock.Elapsed, e.Message);
            return false;
        }
    }

    /// <summary>One check of the step: printed when it holds, the end of the story when it does not.</summary>
    public void Check(string what, bool holds)
    {
        if (!holds)
        {
            throw new StoryFailedException(what);
        }

        _checks.Add(what);
    }

    /// <summary>A check that compares; the actual value is printed when they differ.</summary>
    public void CheckEqual(string what, string expected, string? actual)
    {
        if (expected != actual)
        {
            throw new StoryFailedException($"{what}: expected {expected}, found {actual ?? "nothing"}");
        }

        _checks.Add(what);
    }

    private async Task PrintAsync(int number, string title, TimeSpan took, string? failure)
    {
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"\n{number}. {title}  ({took.TotalSeconds:0.00} s)"));
        foreach (var check in _checks)
        {
            await output.WriteLineAsync($"   + {check}");
        }

        if (failure is not null)
        {
            await output.WriteLineAsync($"   - FAILED in step {number}: {failure}");
        }
    }
}
