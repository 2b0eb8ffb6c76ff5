using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>One deployment of the issuer: its names and the credential types it issues, read once from <c>Deployment:Directory</c>.</summary>
public sealed class Deployment
{
    private Deployment(CatalogueObject file, string directory)
    {
        Id = file.Text("id");
        Name = file.Localised("name");
        Authority = file.Text("issuing_authority");
        Country = file.Text("issuing_country");
        Types = [.. file.Texts("credential_types").Select(name => CredentialTypeFile.Parse(Read(directory, name), name))];
        Regions = Offsets(file);
        file.NothingElse();
        Configurations = [.. Types.SelectMany(type => type.Configurations)];
        if ((Doubled(Configurations.Select(configuration => configuration.Id)) ?? Doubled(Configurations.Select(configuration => configuration.Scope))) is { } doubled)
        {
            throw new CatalogueException(CatalogueRule.DoubledName, file.Place, $"credential configuration or scope '{doubled}' occurs twice");
        }
    }

    /// <summary>The deployment's short name.</summary>
    public string Id { get; }

    /// <summary>The issuer's name as wallets show it.</summary>
    public LocalisedText Name { get; }

    /// <summary>The claim <c>issuing_authority</c>.</summary>
    public string Authority { get; }

    /// <summary>The claim <c>issuing_country</c>.</summary>
    public string Country { get; }

    /// <summary>What is issued.</summary>
    public IReadOnlyList<CredentialType> Types { get; }

    /// <summary>What wallets may ask for: each type in each of its formats.</summary>
    public IReadOnlyList<CredentialConfiguration> Configurations { get; }

    /// <summary>Minutes from UTC by region, for offline checks of local dates.</summary>
    public IReadOnlyDictionary<string, int> Regions { get; }

    /// <summary>The configuration of a <c>credential_configuration_id</c>, or null.</summary>
    public CredentialConfiguration? Find(string configurationId) =>
        Configurations.FirstOrDefault(configuration => string.Equals(configuration.Id, configurationId, StringComparison.Ordinal));

    /// <summary>Reads <c>deployment.json</c> and the files it names.</summary>
    /// <exception cref="CatalogueException">A file is wrong: it names the file and the member.</exception>
    public static Deployment Load(string directory) =>
        new(new CatalogueObject(Read(directory, "deployment.json"), "deployment.json"), directory);

    private static string? Doubled(IEnumerable<string> names) => names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;

    private static Dictionary<string, int> Offsets(CatalogueObject file)
    {
        var regions = file.Objects("regions").Select(region =>
        {
            var offset = (Code: region.Text("code"), Minutes: region.Number("utc_offset_minutes", -14 * 60, 14 * 60));
            region.NothingElse();
            return offset;
        }).ToList();
        return regions.GroupBy(region => region.Code, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } doubled
            ? throw new CatalogueException(CatalogueRule.DoubledName, $"{file.Place}.regions", $"region '{doubled.Key}' occurs twice")
            : regions.ToDictionary(region => region.Code, region => region.Minutes, StringComparer.Ordinal);
    }

    private static System.Text.Json.JsonElement Read(string directory, string name)
    {
        // A name is a file of this directory, not a way out of it.
        if (Path.GetFileName(name) != name)
        {
            throw new CatalogueException(CatalogueRule.BadValue, name, "a file name without directories is expected");
        }

        try
        {
            return StrictJson.ParseObject(File.ReadAllBytes(Path.Combine(directory, name))).Succeeded(out var json, out var failure)
                ? json.Element
                : throw new CatalogueException(CatalogueRule.Json, name, failure.Fact);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CatalogueException(CatalogueRule.Unreadable, Path.Combine(directory, name), e.Message);
        }
    }
}
