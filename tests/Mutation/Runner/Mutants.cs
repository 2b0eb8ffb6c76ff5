using System.Reflection;

namespace IdentityPlatform.Mutation;

/// <summary>The switch that the mutation tool compiles into the assembly it changes: all changes are in it, and one number says which is active.</summary>
internal sealed class Mutants(Type control)
{
    public const int None = -1;

    private static readonly string[] Changeable = ["IdentityPlatform.Formats", "IdentityPlatform.Verifier"];

    private readonly FieldInfo _active = control.GetField("ActiveMutant")!;
    private readonly FieldInfo _capture = control.GetField("CaptureCoverage")!;
    private readonly MethodInfo _covered = control.GetMethod("GetCoverageData")!;

    public Assembly Assembly => control.Assembly;

    public int Active
    {
        set => _active.SetValue(null, value);
    }

    /// <summary>Null where the assemblies are as they were written.</summary>
    public static Mutants? Find() =>
        Changeable.SelectMany(name => Assembly.Load(name).GetTypes()).Where(type => type.Name == "MutantControl").Select(type => new Mutants(type)).SingleOrDefault();

    /// <summary>The changes whose place was reached while <paramref name="run"/> ran; none of them is active.</summary>
    public IEnumerable<int> Reached(Action run)
    {
        _capture.SetValue(null, true);
        run();
        _capture.SetValue(null, false);
        return ((IList<int>[])_covered.Invoke(null, null)!)[0];
    }
}
