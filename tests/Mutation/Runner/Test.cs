using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace IdentityPlatform.Mutation;

/// <summary>One test, or one row of a theory: run where it stands, without a test platform, because it is run ten thousand times.</summary>
internal sealed class Test(Type type, MethodInfo method, object?[] arguments, int row)
{
    // They look at the compiled assembly, which the tool has changed, or take long and are to find exceptions that nobody thought of.
    private static readonly string[] LeftOut = ["PurityTests", "RobustnessTests"];

    public string Name => $"{type.Name}.{method.Name}#{row}";

    public Assembly Assembly => type.Assembly;

    public static List<Test> All() =>
    [
        .. from assembly in new[] { Assembly.Load("IdentityPlatform.Formats.Tests"), typeof(Test).Assembly }
           from type in assembly.GetTypes()
           where type.IsPublic && !type.IsAbstract && !LeftOut.Contains(type.Name)
           from method in type.GetMethods()
           where method.GetCustomAttributes().Any(attribute => attribute is IFactAttribute)
           from one in Rows(type, method).Select((row, index) => new Test(type, method, Arguments(method, row), index))
           select one,
    ];

    public Exception? Failure()
    {
        try
        {
            var subject = Activator.CreateInstance(type);
            using var disposable = subject as IDisposable;
            switch (method.Invoke(subject, BindingFlags.DoNotWrapExceptions, null, arguments, null))
            {
                case Task task: task.GetAwaiter().GetResult(); break;
                case ValueTask task: task.AsTask().GetAwaiter().GetResult(); break;
            }

            return null;
        }
#pragma warning disable CA1031 // Whatever a changed program throws is a failure of the test.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return failure;
        }
    }

    private static IEnumerable<object?[]> Rows(Type type, MethodInfo method)
    {
        var sources = method.GetCustomAttributes().OfType<IDataAttribute>().ToList();
        foreach (var source in sources.OfType<ITypeAwareDataAttribute>())
        {
            source.MemberType ??= type;
        }

        return sources.Count == 0 ? [[]] : sources.SelectMany(source => source.GetData(method, new DisposalTracker()).AsTask().GetAwaiter().GetResult()).Select(row => row.GetData());
    }

    private static object?[] Arguments(MethodInfo method, object?[] row) =>
        TypeHelper.ConvertArguments(method.ResolveMethodArguments(row), [.. method.GetParameters().Select(parameter => parameter.ParameterType)]);
}
