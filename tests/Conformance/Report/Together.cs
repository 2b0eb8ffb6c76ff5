using System.Collections.Concurrent;
using IdentityPlatform.Conformance.Official;

namespace IdentityPlatform.Conformance.Report;

/// <summary>A module that waits: its first test starts every variant, so that all wait at the same time, and each test has its own result.</summary>
internal sealed class Together(string module)
{
    private readonly ConcurrentDictionary<string, Lazy<Task>> _runs = [];

    public Task RunAsync(string variant, Func<string, Task> run)
    {
        foreach (var entry in OfficialModules.ToRun(module))
        {
            _ = _runs.GetOrAdd(entry.Variant.ToString(), each => new(() => Task.Run(() => run(each)))).Value;
        }

        return _runs[variant].Value;
    }
}
