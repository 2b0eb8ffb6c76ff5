namespace IdentityPlatform.Conformance.Programs;

/// <summary>Where the programs lie.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Keys => Path.Combine(Root, "keys.example");

    // bin/<Configuration>/net10.0: the programs were built together with the tests.
    private static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public static string ContentRootOf(string program) => Path.Combine(Root, "src", program);

    public static string AssemblyOf(string program) => Path.Combine(ContentRootOf(program), "bin", Configuration, "net10.0", $"IdentityPlatform.{program}.dll");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "IdentityPlatform.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run inside the repository.");
        }

        return folder.FullName;
    }
}
