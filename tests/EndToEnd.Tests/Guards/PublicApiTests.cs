using System.Reflection;
using System.Text;

namespace IdentityPlatform.EndToEnd.Tests.Guards;

/// <summary>
/// What the published packages promise: every public member in a reviewed file. A change of it is a change for integrators,
/// so it shows in the diff; where it is meant, the file that the failure names takes the place of the old one.
/// </summary>
public sealed class PublicApiTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Theory]
    [InlineData("IdentityPlatform.Formats")]
    [InlineData("IdentityPlatform.Verifier")]
    [InlineData("IdentityPlatform.Verifier.Refresh")]
    [InlineData("IdentityPlatform.Verifier.AspNetCore")]
    [InlineData("IdentityPlatform.Verifier.Testing")]
    public void The_public_face_of_a_package_is_the_reviewed_one(string package)
    {
        var reviewed = Path.Combine(Repository.Root, "tests", "EndToEnd.Tests", "Guards", "PublicApi", $"{package}.txt");
        var actual = Describe(Assembly.Load(package));
        var expected = File.Exists(reviewed) ? File.ReadAllText(reviewed) : string.Empty;
        if (actual != expected)
        {
            var proposal = Path.Combine(AppContext.BaseDirectory, $"{package}.txt");
            File.WriteAllText(proposal, actual);
            Assert.Fail($"{Repository.Relative(reviewed)} is not what {package} offers; the present face is in {Repository.Relative(proposal)}.");
        }
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(type.FullName).Append('\n');
            foreach (var member in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append("  ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Kind(Type type)
    {
        if (type.IsEnum)
        {
            return "enum";
        }

        return type.IsInterface ? "interface" : type.IsValueType ? "struct" : type.IsAbstract && type.IsSealed ? "static" : type.IsAbstract ? "abstract" : type.IsSealed ? "sealed" : "class";
    }

    private static IEnumerable<string> Members(Type type) => type.GetMembers(Declared).Where(IsOffered).Select(member => member switch
    {
        FieldInfo field when type.IsEnum => $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), System.Globalization.CultureInfo.InvariantCulture)}",
        FieldInfo field => $"{Static(field.IsStatic)}{field.FieldType} {field.Name}",
        PropertyInfo property => $"{Static((property.GetMethod ?? property.SetMethod)!.IsStatic)}{property.PropertyType} {property.Name} {{{Accessors(property)} }}",
        MethodBase method => $"{Static(method.IsStatic)}{method}",
        _ => member.ToString()!,
    });

    private static string Static(bool isStatic) => isStatic ? "static " : string.Empty;

    private static string Accessors(PropertyInfo property) =>
        (property.GetMethod is { } get && IsVisible(get) ? " get;" : string.Empty) + (property.SetMethod is { } set && IsVisible(set) ? " set;" : string.Empty);

    // Accessors show with their property; what the compiler adds to a record is not a promise.
    private static bool IsOffered(MemberInfo member) => member switch
    {
        _ when member.Name.Contains('<', StringComparison.Ordinal) || member.Name is "value__" or "PrintMembers" => false,
        MethodInfo { IsSpecialName: true } method => method.Name.StartsWith("op_", StringComparison.Ordinal) && IsVisible(method),
        MethodBase method => IsVisible(method),
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
        _ => member is not Type,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;
}
