using System.Xml.Linq;

namespace IdentityPlatform.EndToEnd.Tests.Guards;

/// <summary>Which project may reference which: the arrows of the house.</summary>
public sealed class ArrowTests
{
    public static TheoryData<string, string> Arrows { get; } = new()
    {
        { "Formats", "" },
        { "Verifier", "Formats" },
        { "Verifier.Refresh", "Verifier" },
        { "Verifier.AspNetCore", "Verifier.Refresh" },
        { "Verifier.Testing", "Verifier" },
        { "Hosting", "Formats" },
        { "OAuth", "Hosting" },
        { "IdP", "OAuth Verifier.AspNetCore" },
        { "Issuer", "OAuth Verifier.AspNetCore" },
    };

    [Theory]
    [MemberData(nameof(Arrows))]
    [Trait("Safeguard", "SG12")]
    public void A_project_references_what_the_house_allows_and_nothing_else(string project, string allowed)
    {
        var file = XDocument.Load(Path.Combine(Repository.Root, "src", project, $"{project}.csproj"));

        var references = file.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));

        Assert.Equal(allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), references.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_project_of_src_has_its_arrow() =>
        Assert.Equal(
            Arrows.Select(row => row.Data.Item1).Order(StringComparer.Ordinal),
            Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal));
}
