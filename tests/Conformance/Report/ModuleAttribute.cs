using System.Reflection;
using System.Runtime.CompilerServices;
using IdentityPlatform.Conformance.Official;
using Xunit.Sdk;
using Xunit.v3;

namespace IdentityPlatform.Conformance.Report;

/// <summary>
/// A test that is one official module, under the module's own name. It runs in every variant in which the official plans list
/// the module; <c>--filter-trait "module=NAME"</c> and <c>--filter-trait "plan=NAME"</c> find it.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ModuleAttribute : TheoryAttribute, IDataAttribute, ITraitAttribute
{
    public ModuleAttribute(string name, [CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => (Name, DisplayName) = (name, name);

    /// <summary>The module.</summary>
    public string Name { get; }

    bool? IDataAttribute.Explicit => null;

    int? IDataAttribute.Timeout => null;

    string? IDataAttribute.Label => null;

    string? IDataAttribute.Skip => null;

    Type? IDataAttribute.SkipType => null;

    string? IDataAttribute.SkipUnless => null;

    string? IDataAttribute.SkipWhen => null;

    string? IDataAttribute.TestDisplayName => null;

    string[]? IDataAttribute.Traits => null;

    public ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. OfficialModules.ToRun(Name).Select(Row)]);

    public bool SupportsDiscoveryEnumeration() => true;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [KeyValuePair.Create("module", Name)];

    private static TheoryDataRow Row(Entry entry)
    {
        var row = new TheoryDataRow(entry.Variant.ToString()) { TestDisplayName = $"{entry.Module} [{entry.Variant}]" };
        row.Traits["plan"] = [entry.Variant.Plan];
        return row;
    }
}
