namespace IdentityPlatform.Hosting.Tests.Keys;

/// <summary>The folder keys.example of this checkout.</summary>
internal static class ExampleFolder
{
    public static string Path { get; } = Find();

    public static string Of(string name) => System.IO.Path.Combine(Path, name);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine(folder.FullName, "keys.example");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new InvalidOperationException("keys.example is not above the tests.");
    }
}
