namespace IdentityPlatform.Benchmarks.Servers;

/// <summary>Where the programs are, and where the benchmarks may write.</summary>
internal sealed class Places
{
    private readonly string _repository = FindRepository();

    /// <summary>What <c>./bench</c> published, and what the programs write. On a real disk: a flush has to cost what it costs.</summary>
    public string Artifacts => Path.Combine(_repository, "artifacts", "bench");

    public string Idp => Path.Combine(Artifacts, "idp", "IdentityPlatform.IdP.dll");

    public string Issuer => Path.Combine(Artifacts, "issuer", "IdentityPlatform.Issuer.dll");

    public string Limit => Path.Combine(Artifacts, "limit", "IdentityPlatform.Limit.dll");

    public string Peers => Path.Combine(_repository, "tests", "Benchmarks", "peers");

    /// <summary>A directory of <c>keys.example/</c>.</summary>
    public string ExampleKeys(string name) => Path.Combine(_repository, "keys.example", name);

    /// <summary>An empty directory of this name.</summary>
    public string Fresh(string name)
    {
        var directory = Path.Combine(Artifacts, name);
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }

        return Directory.CreateDirectory(directory).FullName;
    }

    private static string FindRepository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "IdentityPlatform.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new BenchmarkException("The benchmarks run from within the repository: start ./bench at its root.");
    }
}
