using System.Diagnostics;
using IdentityPlatform.EndToEnd.Tests.Guards;

namespace IdentityPlatform.EndToEnd.Tests.Packages;

/// <summary>The packages as they would be published, in a folder of their own, and programs that are built from them alone.</summary>
public sealed class PackedPackages : IAsyncLifetime
{
    public static IReadOnlyList<string> Names { get; } = ["IdentityPlatform.Formats", "IdentityPlatform.Verifier", "IdentityPlatform.Verifier.Refresh", "IdentityPlatform.Verifier.AspNetCore", "IdentityPlatform.Verifier.Testing"];

    private readonly Dictionary<string, string> _built = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("packages-");

    public string Folder => _folder.FullName;

    public async ValueTask InitializeAsync()
    {
        foreach (var name in Names)
        {
            var (code, output) = await RunAsync(
                "dotnet", "pack", Path.Combine(Repository.Root, "src", name["IdentityPlatform.".Length..]), "--configuration", "Release", "--output", Folder, "--nologo", "--verbosity", "quiet");
            Assert.True(code == 0, output);
        }
    }

    /// <summary>Builds a program of <c>samples/Verify</c> and answers its assembly.</summary>
    public async Task<string> BuildAsync(string sample)
    {
        if (_built.TryGetValue(sample, out var built))
        {
            return built;
        }

        var output = Path.Combine(Folder, "bin", sample);
        var (code, said) = await RunAsync(
            "dotnet", "build", Path.Combine(Repository.Root, "samples", "Verify", sample), "--configuration", "Release", "--output", output, "--nologo", "--verbosity", "quiet",
            $"-p:Packages={Folder}", $"-p:RestorePackagesPath={Path.Combine(Folder, "restored")}", $"-p:RestoreFallbackFolders={OwnPackages()}");
        Assert.True(code == 0, said);
        return _built[sample] = Path.Combine(output, $"Verify{sample}.dll");
    }

    public static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = Repository.Root })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    // What others publish need not be fetched again. Ours is never there: it is taken from the folder, or the build fails.
    private static string OwnPackages() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
