using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace IdentityPlatform.Verifier.Tests;

/// <summary>SG3: verifying calls nobody. What the assembly does not refer to, it cannot do.</summary>
public sealed class PurityTests
{
    private static readonly string[] ForbiddenNamespaces = ["System.Net", "System.IO", "System.Diagnostics", "Microsoft.Extensions", "Microsoft.AspNetCore"];

    private static readonly string[] ForbiddenTypes =
        ["System.TimeProvider", "System.Random", "System.Environment", "System.Console", "System.Security.Cryptography.RandomNumberGenerator"];

    // A Guid is sixteen bytes that somebody handed in; only making one asks for randomness.
    private static readonly string[] ForbiddenMembers =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow", "System.DateTime.get_Today",
        "System.Guid.NewGuid", "System.Guid.CreateVersion7",
    ];

    [Theory]
    [InlineData(typeof(CredentialVerifier))]
    [InlineData(typeof(Formats.StrictJson))]
    [Trait("Safeguard", "SG3")]
    public void A_pure_assembly_refers_to_no_network_file_clock_or_randomness(Type inside)
    {
        using var file = new PEReader(File.OpenRead(inside.Assembly.Location));
        var metadata = file.GetMetadataReader();
        var types = metadata.TypeReferences.Select(metadata.GetTypeReference).Select(type => Name(metadata, type)).ToList();
        Assert.NotEmpty(types);
        Assert.DoesNotContain(types, type => ForbiddenNamespaces.Any(name => type.StartsWith(name + ".", StringComparison.Ordinal)) && !IsHarmless(type));
        Assert.Empty(types.Intersect(ForbiddenTypes));
        var members = metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => $"{Name(metadata, metadata.GetTypeReference((TypeReferenceHandle)member.Parent))}.{metadata.GetString(member.Name)}");
        Assert.Empty(members.Intersect(ForbiddenMembers));
    }

    [Fact]
    [Trait("Safeguard", "SG3")]
    public void The_verifier_refers_to_Formats_and_the_framework_alone() =>
        Assert.Equal(
            ["IdentityPlatform.Formats"],
            typeof(CredentialVerifier).Assembly.GetReferencedAssemblies().Select(name => name.Name).Where(name => !name!.StartsWith("System.", StringComparison.Ordinal)));

    [Fact]
    public void A_verified_credential_cannot_be_made_from_outside() =>
        Assert.Empty(typeof(VerifiedCredential).GetConstructors());

    // Attributes for the compiler and debugger, exceptions, and memory and compression streams reach nothing outside the process.
    private static bool IsHarmless(string type) =>
        type.StartsWith("System.Diagnostics.CodeAnalysis.", StringComparison.Ordinal) || type.StartsWith("System.IO.Compression.", StringComparison.Ordinal)
        || type is "System.Diagnostics.DebuggableAttribute" or "System.Diagnostics.DebuggableAttribute/DebuggingModes" or "System.Diagnostics.DebuggerHiddenAttribute"
            or "System.Diagnostics.DebuggerBrowsableAttribute" or "System.Diagnostics.DebuggerBrowsableState" or "System.Diagnostics.DebuggerNonUserCodeAttribute"
            or "System.Diagnostics.UnreachableException" or "System.IO.MemoryStream" or "System.IO.Stream" or "System.IO.InvalidDataException" or "System.IO.IOException";

    private static string Name(MetadataReader metadata, TypeReference type) => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
}
