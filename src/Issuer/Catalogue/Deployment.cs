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
        Currency = file.Has("currency") ? file.Text("currency") : null;
        Types = [.. file.Texts("credential_types").Select(name => CredentialTypeFile.Parse(Read(directory, name), name))];
        Regions = file.Has("regions") ? RegionFiles.Regions(file) : new Dictionary<string, Region>();
        Agreements = file.Has("agreements") ? ReadAgreements(file.Text("agreements"), directory) : [];
        file.NothingElse();
        Configurations = [.. Types.SelectMany(type => type.Configurations)];
        if ((Doubled(Configurations.Select(configuration => configuration.Id)) ?? Doubled(Configurations.Select(configuration => configuration.Scope))) is { } doubled)
        {
            throw new CatalogueException(CatalogueRule.DoubledName, file.Place, $"credential configuration or scope '{doubled}' occurs twice");
        }

        CheckPaidTypes(file.Place);
        if (IsOfEvents && !Types.All(type => type.IsOfEvent))
        {
            throw new CatalogueException(CatalogueRule.BadValue, $"{file.Place}.credential_types", "who issues tickets issues nothing that names a person");
        }

        if (Types[0].Represents is not null)
        {
            throw new CatalogueException(CatalogueRule.BadValue, $"{file.Place}.credential_types", "the first type is its holder's own: a representation stands beside it");
        }
    }

    private Deployment(Deployment other)
    {
        (Id, Name, Authority, Country, Currency) = (other.Id, other.Name, other.Authority, other.Country, other.Currency);
        (Types, Regions, Agreements, Configurations) = (other.Types, other.Regions, other.Agreements, other.Configurations);
    }

    /// <summary>The deployment's short name.</summary>
    public string Id { get; }

    /// <summary>The issuer's name as wallets show it.</summary>
    public LocalisedText Name { get; }

    /// <summary>The claim <c>issuing_authority</c>.</summary>
    public string Authority { get; }

    /// <summary>The claim <c>issuing_country</c>.</summary>
    public string Country { get; }

    /// <summary>The currency of what is paid for (ISO 4217); null where nothing is.</summary>
    public string? Currency { get; }

    /// <summary>What is issued.</summary>
    public IReadOnlyList<CredentialType> Types { get; }

    /// <summary>True where something is issued under agreements of regions, and lasts as long as it is paid for.</summary>
    public bool IsPaid => Types.Any(type => type.IsPaid);

    /// <summary>True where tickets are issued: then nobody signs in, and nobody is known.</summary>
    public bool IsOfEvents => Types.Any(type => type.IsOfEvent);

    /// <summary>What wallets may ask for: each type in each of its formats.</summary>
    public IReadOnlyList<CredentialConfiguration> Configurations { get; }

    /// <summary>The regions by their codes.</summary>
    public IReadOnlyDictionary<string, Region> Regions { get; }

    /// <summary>The agreements of regions, also those that have ended: those of the files, unless others were given (<see cref="Under"/>).</summary>
    public IReadOnlyList<Agreement> Agreements { get; private init; }

    /// <summary>The agreement under which a region may issue on a day, or null.</summary>
    public Agreement? AgreementFor(string region, DateOnly day) => Agreements.FirstOrDefault(agreement =>
        agreement.On(day) == AgreementState.InForce && agreement.Regions.Contains(region, StringComparer.Ordinal));

    /// <summary>The same deployment under these agreements; one of a region that the files do not know is none.</summary>
    public Deployment Under(IEnumerable<Agreement> agreements) => new(this) { Agreements = [.. agreements.Where(one => one.Regions.All(MayIssue))] };

    /// <summary>True for a region that can issue: it has a series and a price.</summary>
    public bool MayIssue(string region) => Regions.GetValueOrDefault(region) is { Series: not null, Prices.Count: > 0 };

    /// <summary>The configuration of a <c>credential_configuration_id</c>, or null.</summary>
    public CredentialConfiguration? Find(string configurationId) =>
        Configurations.FirstOrDefault(configuration => string.Equals(configuration.Id, configurationId, StringComparison.Ordinal));

    /// <summary>The type as rows name it: the first one by an empty text.</summary>
    public CredentialType TypeOf(string stored) => stored.Length == 0 ? Types[0] : Types.Single(type => type.Id == stored);

    /// <summary>What rows name a type by.</summary>
    public string Stored(CredentialType type) => type == Types[0] ? "" : type.Id;

    /// <summary>Reads <c>deployment.json</c> and the files it names.</summary>
    /// <exception cref="CatalogueException">A file is wrong: it names the file and the member.</exception>
    public static Deployment Load(string directory) =>
        new(new CatalogueObject(Read(directory, "deployment.json"), "deployment.json"), directory);

    private static string? Doubled(IEnumerable<string> names) => names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;

    private List<Agreement> ReadAgreements(string name, string directory) =>
        RegionFiles.Agreements(new CatalogueObject(Read(directory, name), name), Regions);

    // What is paid for month by month is issued by a region that has a series and a price, under an agreement.
    private void CheckPaidTypes(string place)
    {
        if (!IsPaid)
        {
            return;
        }

        if (Currency is null)
        {
            throw new CatalogueException(CatalogueRule.MissingMember, $"{place}.currency", "a type that is paid for has prices");
        }

        if (Agreements.Count == 0)
        {
            throw new CatalogueException(CatalogueRule.MissingMember, $"{place}.agreements", "a type that is paid for is issued under agreements");
        }

        if (Agreements.SelectMany(agreement => agreement.Regions).FirstOrDefault(region => !MayIssue(region)) is { } unready)
        {
            throw new CatalogueException(CatalogueRule.MissingMember, $"{place}.regions.{unready}", "a region of an agreement has 'series' and 'monthly_prices'");
        }
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
