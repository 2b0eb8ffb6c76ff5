using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace IdentityPlatform.Formats.Tests;

/// <summary>Formats is pure: the compiled assembly refers to no network, file, clock, randomness or logger, and keeps no mutable static state.</summary>
public sealed class PurityTests
{
    // What Formats needs of System.IO is memory and the failures of a decompressor.
    private static readonly string[] AllowedIo = ["System.IO.Stream", "System.IO.MemoryStream", "System.IO.IOException", "System.IO.InvalidDataException"];

    private static readonly string[] ForbiddenNamespaces =
        ["Microsoft.AspNetCore", "Microsoft.Extensions", "System.Net", "System.Data", "System.Diagnostics.Process", "System.Threading.Tasks"];

    private static readonly string[] ForbiddenTypes =
    [
        "System.Random", "System.Console", "System.Environment", "System.TimeProvider", "System.Diagnostics.Stopwatch",
        "System.Security.Cryptography.RandomNumberGenerator", "System.Threading.Thread", "System.Threading.Timer",
    ];

    private static readonly string[] ForbiddenMembers =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now",
        "System.DateTimeOffset.get_UtcNow", "System.Guid.NewGuid", "System.Guid.CreateVersion7",
    ];

    [Fact]
    [Trait("Safeguard", "SG3")]
    public void Formats_is_pure() => Assert.Empty(Offences(typeof(Base64UrlText).Assembly));

    [Fact]
    public void The_guard_sees_what_is_not_pure()
    {
        var offences = Offences(typeof(PurityTests).Assembly);
        Assert.Contains("System.IO.File", offences);
        Assert.Contains("System.Security.Cryptography.RandomNumberGenerator", offences);
        Assert.Contains("System.DateTime.get_UtcNow", offences);
        Assert.Contains("static IdentityPlatform.Formats.Tests.Impure.Counter", offences);
    }

    private static List<string> Offences(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        var types = metadata.TypeReferences.Select(handle => NameOf(metadata, handle)).Where(IsForbiddenType);
        var members = metadata.MemberReferences.Select(handle => NameOf(metadata, metadata.GetMemberReference(handle))).Where(ForbiddenMembers.Contains);
        return [.. types, .. members, .. MutableStatics(metadata)];
    }

    private static bool IsForbiddenType(string name) =>
        ForbiddenTypes.Contains(name)
        || ForbiddenNamespaces.Any(space => name.StartsWith(space + ".", StringComparison.Ordinal))
        || (name.StartsWith("System.IO.", StringComparison.Ordinal) && !name.StartsWith("System.IO.Compression.", StringComparison.Ordinal)
            && !AllowedIo.Contains(name));

    private static IEnumerable<string> MutableStatics(MetadataReader metadata)
    {
        foreach (var handle in metadata.FieldDefinitions)
        {
            var field = metadata.GetFieldDefinition(handle);
            var type = metadata.GetTypeDefinition(field.GetDeclaringType());
            var (name, owner) = (metadata.GetString(field.Name), metadata.GetString(type.Name));

            // The compiler keeps delegates of its own in types whose names no program can write.
            if (field.Attributes.HasFlag(FieldAttributes.Static) && (field.Attributes & (FieldAttributes.InitOnly | FieldAttributes.Literal)) == 0
                && !owner.StartsWith('<'))
            {
                yield return $"static {metadata.GetString(type.Namespace)}.{owner}.{name}";
            }
        }
    }

    private static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }

    private static string NameOf(MetadataReader metadata, MemberReference member) =>
        member.Parent.Kind == HandleKind.TypeReference
            ? $"{NameOf(metadata, (TypeReferenceHandle)member.Parent)}.{metadata.GetString(member.Name)}"
            : "";
}

/// <summary>What the guard must find: the twin of a pure assembly.</summary>
internal static class Impure
{
    public static long Counter = System.Security.Cryptography.RandomNumberGenerator.GetInt32(2) + DateTime.UtcNow.Ticks;
}
