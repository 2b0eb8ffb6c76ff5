namespace IdentityPlatform.Playground.Programs;

/// <summary>Where things lie: the repository, the example keys, and the playground's own data.</summary>
internal sealed class Places
{
    private readonly string _configuration;

    private Places(string repository, string configuration, string? data) =>
        (Repository, _configuration, Data) = (repository, configuration, data ?? Path.Combine(repository, ".playground"));

    public string Repository { get; }

    public string Keys => Path.Combine(Repository, "keys.example");

    /// <summary>The playground's own files: databases, bundles, logs.</summary>
    public string Data { get; }

    /// <summary>Finds the repository above the running program.</summary>
    public static Places Find(string? data = null)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = here.Parent!.Name;
        for (var folder = here; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "IdentityPlatform.sln")))
            {
                return new(folder.FullName, configuration, data);
            }
        }

        throw new StoryFailedException("The playground runs from a clone of the repository.");
    }

    /// <summary>The built assembly of a project, in the configuration that the playground itself was built in.</summary>
    public string AssemblyOf(string project)
    {
        var name = Path.GetFileName(project);
        return Path.Combine(Repository, project, "bin", _configuration, "net10.0", $"IdentityPlatform.{name}.dll");
    }
}
