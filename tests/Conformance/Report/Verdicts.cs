using System.Collections.Concurrent;
using IdentityPlatform.Conformance.Official;

namespace IdentityPlatform.Conformance.Report;

/// <summary>What a run found about one entry.</summary>
/// <param name="Word">PASSED, WARNING, FAILED, OPEN or NOT APPLICABLE.</param>
/// <param name="Remark">Why, where the word alone does not say it.</param>
public sealed record Verdict(string Word, string? Remark = null);

/// <summary>Collects the verdicts of this run; at its end the page is written, and held against the one in docs.</summary>
public sealed class Verdicts : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Entry, Verdict> _found = [];
    private readonly ConcurrentDictionary<Entry, string> _warnings = [];

    /// <summary>The suite would end this module with a warning: noted before it passes.</summary>
    public void Warn(Entry entry, string remark) => _warnings[entry] = remark;

    /// <summary>A test has ended.</summary>
    public void Add(Entry entry, TestResultState state) => _found[entry] = state.Result switch
    {
        TestResult.Passed => _warnings.TryGetValue(entry, out var remark) ? new("WARNING", remark) : new("PASSED"),
        TestResult.Failed or TestResult.Skipped or TestResult.NotRun or _ => new("FAILED", FirstLine(state)),
    };

    /// <summary>A run of some of the tests writes no page: it would know the rest from nowhere.</summary>
    public ValueTask DisposeAsync()
    {
        if (OfficialModules.All.All(entry => !OfficialModules.IsToRun(entry) || _found.ContainsKey(entry)))
        {
            ConformancePage.Publish(Of);
        }

        return ValueTask.CompletedTask;
    }

    private Verdict Of(Entry entry) =>
        NotApplicable.ReasonFor(entry) is { } reason ? new("NOT APPLICABLE", reason)
        : Open.ReasonFor(entry) is { } gap ? new("OPEN", gap)
        : _found[entry];

    private static string FirstLine(TestResultState state) => state.ExceptionMessages is [{ } message, ..] ? message.Split('\n')[0].Trim() : "";
}
