using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using IdentityPlatform.EndToEnd.Tests.Guards;

namespace IdentityPlatform.EndToEnd.Tests.Packages;

/// <summary>What an integrator gets: the content of each package, what it depends on, and programs that know nothing but the packages.</summary>
public sealed class PackageTests(PackedPackages packed) : IClassFixture<PackedPackages>
{
    // What each may need beside the base class library and our own: CBOR, as a package or with the shared framework that carries it.
    private static readonly Dictionary<string, string[]> Foreign = new()
    {
        ["IdentityPlatform.Formats"] = ["System.Formats.Cbor", "Microsoft.AspNetCore.App"],
        ["IdentityPlatform.Verifier"] = [],
        ["IdentityPlatform.Verifier.Refresh"] = [],
        ["IdentityPlatform.Verifier.Testing"] = [],
        ["IdentityPlatform.Verifier.AspNetCore"] = ["Microsoft.AspNetCore.App", "QRCoder"],
    };

    public static TheoryData<string> Names => [.. PackedPackages.Names];

    [Fact]
    public void Every_project_that_is_a_package_is_packed_here() => Assert.Equal(
        PackedPackages.Names.Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("<PublishedPackage>true</PublishedPackage>", StringComparison.Ordinal))
            .Select(file => $"IdentityPlatform.{Path.GetFileNameWithoutExtension(file)}").Order(StringComparer.Ordinal));

    // Then the trimming and AOT analyzers run, and a warning of theirs breaks the build.
    [Theory]
    [MemberData(nameof(Names))]
    public void A_package_is_analyzed_for_trimming_and_AOT(string name) => Assert.Contains(
        "<IsAotCompatible>true</IsAotCompatible>",
        File.ReadAllText(Path.Combine(Repository.Root, "src", name["IdentityPlatform.".Length..], name["IdentityPlatform.".Length..] + ".csproj")),
        StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_package_holds_its_assembly_its_documentation_and_its_readme(string name)
    {
        using var package = Open(name, "nupkg");
        var files = package.Entries.Select(entry => entry.FullName).ToHashSet();
        Assert.Superset(new HashSet<string> { $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml", "README.md" }, files);
        Assert.All(files.Where(file => file.StartsWith("lib/", StringComparison.Ordinal)), file => Assert.StartsWith(name, Path.GetFileName(file), StringComparison.Ordinal));
        Assert.DoesNotContain(Repository.Root, Encoding.Latin1.GetString(Content(package, $"lib/net10.0/{name}.dll")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_package_needs_nothing_but_the_framework_our_own_and_CBOR(string name)
    {
        using var package = Open(name, "nupkg");
        var specification = XDocument.Parse(Encoding.UTF8.GetString(Content(package, $"{name}.nuspec")).TrimStart('\uFEFF'));
        var needed = specification.Descendants().Where(element => element.Name.LocalName is "dependency" or "frameworkReference")
            .Select(element => (string?)element.Attribute("id") ?? (string?)element.Attribute("name"));
        Assert.All(needed, one => Assert.True(PackedPackages.Names.Contains(one) || Foreign[name].Contains(one), $"{name} needs {one}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_symbols_are_there_and_no_path_of_this_machine(string name)
    {
        using var package = Open(name, "snupkg");
        var symbols = Content(package, $"lib/net10.0/{name}.pdb");
        Assert.Equal("BSJB"u8.ToArray(), symbols[..4]);
        Assert.DoesNotContain(Repository.Root, Encoding.Latin1.GetString(symbols), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("accepted", 0, "The card is accepted.", "Request: Passed")]
    [InlineData("exp-passed", 1, "The card has expired.", "Validity: Failed")]
    [InlineData("nonce-another", 1, "The answer belongs to another request.", "HolderBinding: Failed")]
    [InlineData("status-revoked", 1, "The card was withdrawn by its issuer.", "Revocation: Failed")]
    public async Task A_console_program_comes_to_its_first_verdicts(string name, int code, string words, string check)
    {
        var program = await packed.BuildAsync("Console");
        var (exit, output) = await PackedPackages.RunAsync("dotnet", program, Path.Combine(Repository.Root, "tests", "vectors", "negative", "sd-jwt-vc", $"{name}.json"));
        Assert.True(exit == code, output);
        Assert.Contains(words, output, StringComparison.Ordinal);
        Assert.Contains(check, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watcher_judges_what_comes_into_its_folder()
    {
        var program = await packed.BuildAsync("Watcher");
        var corpus = Path.Combine(Repository.Root, "tests", "vectors", "negative", "sd-jwt-vc");
        var (inbox, held) = (Directory.CreateDirectory(Path.Combine(packed.Folder, "inbox")).FullName, System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(corpus, "bundle.json"), TestContext.Current.CancellationToken))!);
        var root = Path.Combine(packed.Folder, "root.json");
        await File.WriteAllTextAsync(root, held["root"]!.ToJsonString(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(inbox, "bundle.json"), held["bundle"]!.ToJsonString(), TestContext.Current.CancellationToken);
        File.Copy(Path.Combine(corpus, "accepted.json"), Path.Combine(inbox, "good.json"));
        File.Copy(Path.Combine(corpus, "signature-first-bit.json"), Path.Combine(inbox, "bad.json"));

        var (exit, output) = await PackedPackages.RunAsync("dotnet", program, root, Path.Combine(packed.Folder, "store"), inbox, "--once");

        Assert.True(exit == 0, output);
        Assert.StartsWith("Accepted\n", await File.ReadAllTextAsync(Path.Combine(inbox, "good.verdict"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.StartsWith("Rejected: IssuerSignature, IssuerSignatureInvalid\n", await File.ReadAllTextAsync(Path.Combine(inbox, "bad.verdict"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_is_built_from_the_packages() => Assert.True(File.Exists(await packed.BuildAsync("Service")));

    [Fact]
    public void The_guide_shows_the_console_program_line_by_line()
    {
        var guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "verifier.md"));
        var program = File.ReadAllText(Path.Combine(Repository.Root, "samples", "Verify", "Console", "Program.cs"));
        Assert.Contains($"```csharp\n{program}```", guide, StringComparison.Ordinal);
    }

    private ZipArchive Open(string name, string kind) => ZipFile.OpenRead(Directory.EnumerateFiles(packed.Folder, $"{name}.?.?.?.{kind}").Single());

    private static byte[] Content(ZipArchive package, string file)
    {
        using var content = new MemoryStream();
        using var entry = (package.GetEntry(file) ?? throw new InvalidOperationException($"There is no {file}.")).Open();
        entry.CopyTo(content);
        return content.ToArray();
    }
}
