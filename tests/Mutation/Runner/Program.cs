namespace IdentityPlatform.Mutation;

/// <summary>
/// Tries changes: a number a line comes in; out goes a "." for each test that held, and then one line: <c>survived</c>, <c>unreached</c>,
/// <c>afresh</c> (only a process that begins with this change can tell), or the name of the test that failed. <c>once</c> is such a process.
/// </summary>
internal static class Program
{
    private static readonly TextWriter Out = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };

    public static void Main(string[] args)
    {
        // Some tests write, and the lines here are counted.
        Console.SetOut(TextWriter.Null);
        var once = args is ["once"];
        var (mutants, tests) = (Mutants.Find(), Test.All());
        while (Console.In.ReadLine() is { } line)
        {
            var id = int.Parse(line, System.Globalization.CultureInfo.InvariantCulture);
            Out.WriteLine(mutants is null || id < 0 ? FirstFailure(tests) : Try(mutants, tests, id, once));
            if (once)
            {
                break;
            }
        }
    }

    private static string Try(Mutants mutants, List<Test> tests, int id, bool once)
    {
        var coverage = Coverage.Of(mutants, tests, () => Out.WriteLine("."));
        if (!once && coverage.Early.Contains(id))
        {
            return "afresh";
        }

        var covering = coverage.Tests(id);
        if (covering.Count == 0 && !coverage.Early.Contains(id))
        {
            return "unreached";
        }

        mutants.Active = id;
        var answer = FirstFailure(once && coverage.Early.Contains(id) ? [.. covering, .. tests.Except(covering)] : covering);
        mutants.Active = Mutants.None;
        return answer;
    }

    private static string FirstFailure(IEnumerable<Test> tests)
    {
        foreach (var test in tests)
        {
            if (test.Failure() is not null)
            {
                return test.Name;
            }

            Out.WriteLine(".");
        }

        return "survived";
    }
}
