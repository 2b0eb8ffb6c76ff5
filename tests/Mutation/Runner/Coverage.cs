using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace IdentityPlatform.Mutation;

/// <summary>Which tests reach the place of a change, the quickest first. Found out once for an assembly and kept beside it, for the runners that follow.</summary>
internal sealed class Coverage
{
    private static Coverage? _known;
    private readonly Dictionary<int, List<int>> _reached = [];
    private readonly List<Test> _tests;

    private Coverage(List<Test> tests) => _tests = tests;

    /// <summary>Reached while static members were made, which happens once in a process.</summary>
    public HashSet<int> Early { get; } = [];

    public List<Test> Tests(int id) => [.. _reached.GetValueOrDefault(id, []).Select(index => _tests[index])];

    public static Coverage Of(Mutants mutants, List<Test> tests, Action living)
    {
        if (_known is null)
        {
            var file = Path.Combine(AppContext.BaseDirectory, $"{mutants.Assembly.ManifestModule.ModuleVersionId:N}.coverage");
            _known = new Coverage(tests);
            if (File.Exists(file))
            {
                _known.Load(file);
            }
            else
            {
                _known.FindOut(mutants, living);
                _known.Save(file);
            }
        }

        return _known;
    }

    private void FindOut(Mutants mutants, Action living)
    {
        Assembly[] assemblies = [mutants.Assembly, .. _tests.Select(test => test.Assembly).Distinct()];
        Early.UnionWith(mutants.Reached(() => MakeStatics(assemblies)));
        var took = new TimeSpan[_tests.Count];
        for (var index = 0; index < _tests.Count; index++)
        {
            var start = Stopwatch.GetTimestamp();
            foreach (var id in mutants.Reached(() => _tests[index].Failure()))
            {
                (_reached.TryGetValue(id, out var list) ? list : _reached[id] = []).Add(index);
            }

            took[index] = Stopwatch.GetElapsedTime(start);
            living();
        }

        foreach (var list in _reached.Values)
        {
            list.Sort((one, other) => took[one].CompareTo(took[other]));
        }
    }

    private static void MakeStatics(Assembly[] assemblies)
    {
        foreach (var type in assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => !type.ContainsGenericParameters))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }
    }

    private void Load(string file)
    {
        foreach (var line in File.ReadLines(file))
        {
            var numbers = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToList();
            _reached[numbers[0]] = numbers[2..];
            if (numbers[1] == 1)
            {
                Early.Add(numbers[0]);
            }
        }
    }

    private void Save(string file) => File.WriteAllLines(file, _reached.Keys.Union(Early)
        .Select(id => $"{id} {(Early.Contains(id) ? 1 : 0)} {string.Join(' ', _reached.GetValueOrDefault(id, []))}"));
}
