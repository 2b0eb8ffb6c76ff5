using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Tests.Catalogue;

/// <summary>The deployment that is shipped, and copies of its card with one thing changed.</summary>
internal static class CatalogueFiles
{
    public static string Directory { get; } = Find();

    public static Deployment Shipped() => Deployment.Load(Directory);

    public static CredentialType Card() => Shipped().Types.Single();

    public static CredentialType Parse(Action<JsonObject> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(Directory, "compatriot-card.json")))!.AsObject();
        change(json);
        var bytes = System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
        return CredentialTypeFile.Parse(StrictJson.ParseObject(bytes).OrThrow().Element, "compatriot-card.json");
    }

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "IdentityPlatform.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("IdentityPlatform.sln");
        }

        return Path.Combine(directory.FullName, "src", "Issuer", "deployments", "card");
    }
}

/// <summary>A copy of the shipped deployment whose card has one thing changed.</summary>
internal sealed class DeploymentCopy : IDisposable
{
    private readonly DirectoryInfo _folder = System.IO.Directory.CreateTempSubdirectory("deployment-");

    public DeploymentCopy(Action<JsonObject> change)
    {
        foreach (var file in System.IO.Directory.GetFiles(CatalogueFiles.Directory))
        {
            File.Copy(file, Path.Combine(_folder.FullName, Path.GetFileName(file)));
        }

        var card = Path.Combine(_folder.FullName, "compatriot-card.json");
        var json = JsonNode.Parse(File.ReadAllText(card))!.AsObject();
        change(json);
        File.WriteAllText(card, json.ToJsonString());
    }

    public Deployment Load() => Deployment.Load(_folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);
}
