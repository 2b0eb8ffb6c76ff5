using System.Reflection;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>
/// The numbered migrations of one part: embedded resources <c>FOLDER/Migrations/{sqlite,postgres}/NNNN_name.sql</c>,
/// numbered from 0001 without gaps.
/// </summary>
/// <param name="Name">The name in <c>schema_versions</c>; never changes.</param>
/// <param name="Assembly">The assembly that embeds the files.</param>
/// <param name="Folder">The folder in its project.</param>
public sealed record MigrationSet(string Name, Assembly Assembly, string Folder = "Storage")
{
    /// <summary>What both servers stand on: one-time state, audit.</summary>
    public static MigrationSet Hosting { get; } = new("hosting", typeof(MigrationSet).Assembly);

    internal IReadOnlyList<Migration> Read(StorageEngine engine)
    {
        var prefix = $"{Assembly.GetName().Name}.{Folder.Replace('/', '.')}.Migrations.{(engine == StorageEngine.Sqlite ? "sqlite" : "postgres")}.";
        var found = Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Migration.Read(this, name, name[prefix.Length..]))
            .ToList();
        if (found.Count == 0)
        {
            throw new MigrationException($"Migration set '{Name}' has no files for {engine}.");
        }

        for (var i = 0; i < found.Count; i++)
        {
            if (found[i].Number != i + 1)
            {
                throw new MigrationException($"Migration set '{Name}' for {engine} is not numbered 0001, 0002, … without gaps.");
            }
        }

        return found;
    }
}

/// <summary>One numbered file.</summary>
internal sealed record Migration(int Number, string Sql)
{
    public static Migration Read(MigrationSet set, string resource, string fileName)
    {
        if (fileName.Length < 5 || fileName[4] != '_' || !int.TryParse(fileName.AsSpan(0, 4), out var number))
        {
            throw new MigrationException($"Migration '{fileName}' of set '{set.Name}' is not named NNNN_name.sql.");
        }

        using var reader = new StreamReader(set.Assembly.GetManifestResourceStream(resource)!);
        return new Migration(number, reader.ReadToEnd());
    }
}

/// <summary>The migrations and the database do not belong together.</summary>
public sealed class MigrationException : Exception
{
    public MigrationException()
    {
    }

    public MigrationException(string message)
        : base(message)
    {
    }

    public MigrationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
