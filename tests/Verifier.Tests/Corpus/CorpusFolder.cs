using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>The committed corpus: a folder a family, a file a case.</summary>
internal static class CorpusFolder
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Root { get; } = Path.Combine(FindRepository(), "tests", "vectors", "negative");

    public static IEnumerable<string> Cases() => Directory.EnumerateFiles(Root, "*.json", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/')[..^".json".Length])
        .Where(name => !name.EndsWith("/bundle", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    public static JsonObject Read(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Root, name + ".json")))!.AsObject();

    public static void Write(string folder, string name, JsonObject json)
    {
        var file = Path.Combine(folder, name + ".json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, json.ToJsonString(Readable) + "\n");
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "IdentityPlatform.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run from a clone of the repository.");
        }

        return folder.FullName;
    }
}
