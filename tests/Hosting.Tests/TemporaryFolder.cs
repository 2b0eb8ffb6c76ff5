using Microsoft.Data.Sqlite;

namespace IdentityPlatform.Hosting.Tests;

/// <summary>A folder of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hosting-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A connection string for a SQLite file in this folder.</summary>
    public string Sqlite(string name) => new SqliteConnectionStringBuilder { DataSource = File(name) }.ToString();

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
