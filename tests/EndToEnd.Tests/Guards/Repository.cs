namespace IdentityPlatform.EndToEnd.Tests.Guards;

/// <summary>The repository that the tests run in.</summary>
internal static class Repository
{
    private static readonly string[] Folders = ["src", "samples", "tests"];

    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file that people write.</summary>
    public static IEnumerable<string> SourceFiles() => Folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(file => !Relative(file).Split('/').Any(part => part is "bin" or "obj" or "node_modules"));

    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "IdentityPlatform.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run from a clone of the repository.");
        }

        return folder.FullName;
    }
}
