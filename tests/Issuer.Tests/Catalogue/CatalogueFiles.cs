using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Tests.Catalogue;

/// <summary>The deployments that are shipped, and copies of their types with one thing changed.</summary>
internal static class CatalogueFiles
{
    public static string Directory { get; } = Find("card");

    public static string PatentDirectory { get; } = Find("patent");

    public static string EventsDirectory { get; } = Find("events");

    public static Deployment Shipped() => Deployment.Load(Directory);

    public static Deployment Patents() => Deployment.Load(PatentDirectory);

    public static Deployment Events() => Deployment.Load(EventsDirectory);

    public static CredentialType Card() => Shipped().Types[0];

    public static CredentialType ParseRepresentation(Action<JsonObject> change) => Parse(Path.Combine(Directory, "representation.json"), change);

    public static CredentialType Patent() => Patents().Types.Single();

    public static CredentialType Parse(Action<JsonObject> change) => Parse(Path.Combine(Directory, "compatriot-card.json"), change);

    public static CredentialType ParsePatent(Action<JsonObject> change) => Parse(Path.Combine(PatentDirectory, "work-patent.json"), change);

    public static CredentialType ParseAdmission(Action<JsonObject> change) => Parse(Path.Combine(EventsDirectory, "event-admission.json"), change);

    public static CredentialType ParseParticipation(Action<JsonObject> change) => Parse(Path.Combine(EventsDirectory, "programme-participation.json"), change);

    private static CredentialType Parse(string file, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        change(json);
        var bytes = System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
        return CredentialTypeFile.Parse(StrictJson.ParseObject(bytes).OrThrow().Element, Path.GetFileName(file));
    }

    private static string Find(string deployment)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "IdentityPlatform.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("IdentityPlatform.sln");
        }

        return Path.Combine(directory.FullName, "src", "Issuer", "deployments", deployment);
    }
}

/// <summary>A copy of a shipped deployment of which one file has one thing changed.</summary>
internal sealed class DeploymentCopy : IDisposable
{
    private readonly DirectoryInfo _folder = System.IO.Directory.CreateTempSubdirectory("deployment-");

    public DeploymentCopy(Action<JsonObject> change)
        : this(CatalogueFiles.Directory, "compatriot-card.json", change)
    {
    }

    public DeploymentCopy(string directory, string changed, Action<JsonObject> change)
    {
        foreach (var file in System.IO.Directory.GetFiles(directory))
        {
            File.Copy(file, Path.Combine(_folder.FullName, Path.GetFileName(file)));
        }

        var card = Path.Combine(_folder.FullName, changed);
        var json = JsonNode.Parse(File.ReadAllText(card))!.AsObject();
        change(json);
        File.WriteAllText(card, json.ToJsonString());
    }

    public string Folder => _folder.FullName;

    public Deployment Load() => Deployment.Load(_folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);
}
