using System.Reflection;
using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Official;
using Xunit.v3;

namespace IdentityPlatform.Conformance.Report;

/// <summary>What every class of modules stands on: the running programs, and the verdict of each test.</summary>
public abstract class ModuleTests(Suite suite, Verdicts verdicts) : IAsyncDisposable
{
    private readonly List<IDisposable> _disposables = [];
    private bool _waits;

    protected Suite Suite { get; } = suite;

    /// <summary>The suite would end this module with a warning.</summary>
    protected void Warn(string remark) => verdicts.Warn(Current() ?? throw new InvalidOperationException("no module is running"), remark);

    public ValueTask DisposeAsync()
    {
        if (!_waits)
        {
            _disposables.ForEach(disposable => disposable.Dispose());
        }

        if (Current() is { } entry && TestContext.Current.TestState is { } state)
        {
            verdicts.Add(entry, state);
        }

        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs a module that waits in all its variants at the same time. What this test opened for the others has to outlive it.</summary>
    private protected Task TogetherAsync(Together variants, string variant, Func<string, Task> run)
    {
        _waits = true;
        return variants.RunAsync(variant, run);
    }

    /// <summary>A fresh browser of the person, without cookies.</summary>
    protected SuiteBrowser Browser()
    {
        var browser = Suite.Person.NewBrowser();
        _disposables.Add(browser);
        return browser;
    }

    /// <summary>The first client of a variant in a fresh browser.</summary>
    protected Flow Flow(string variant) => new(Suite.ClientOf(OfficialModules.Find(variant), 1), Browser());

    /// <summary>
    /// A client that no other module uses: the person's newest consent to a service stands in place of the one before, so that a
    /// module which looks at what was agreed to cannot share its client with others beside it.
    /// </summary>
    protected Flow OwnFlow(string variant, int client) => new(Suite.ClientOf(OfficialModules.Find(variant), client), Browser());

    /// <summary>The second client, where a module takes two: in the same browser when one is given.</summary>
    protected Flow OtherFlow(string variant, SuiteBrowser? browser = null) => new(Suite.ClientOf(OfficialModules.Find(variant), 2), browser ?? Browser());

    private static Entry? Current() =>
        TestContext.Current is { TestMethod: IXunitTestMethod { Method: { } method }, Test: IXunitTest { TestMethodArguments: [string variant] } }
        && method.GetCustomAttribute<ModuleAttribute>() is { } module
            ? new(module.Name, OfficialModules.Find(variant))
            : null;
}
