using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>The centres of a deployment, from <c>centres.json</c> in its directory.</summary>
public sealed class Centres
{
    private const string FileName = "centres.json";
    private readonly IReadOnlyDictionary<string, Centre> _byId;

    private Centres(IReadOnlyList<Centre> all)
    {
        All = all;
        _byId = all.ToDictionary(centre => centre.Id, StringComparer.Ordinal);
    }

    /// <summary>All of them, in the order of the file.</summary>
    public IReadOnlyList<Centre> All { get; }

    /// <summary>Reads the file.</summary>
    /// <exception cref="CatalogueException">The file is wrong: it names the member.</exception>
    public static Centres Load(string directory)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(Path.Combine(directory, FileName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CatalogueException(CatalogueRule.Unreadable, Path.Combine(directory, FileName), e.Message);
        }

        return StrictJson.ParseObject(bytes).Succeeded(out var json, out var failure)
            ? Read(new CatalogueObject(json.Element, FileName))
            : throw new CatalogueException(CatalogueRule.Json, FileName, failure.Fact);
    }

    /// <summary>The centre of an id, or null.</summary>
    public Centre? Find(string? id) => id is null ? null : _byId.GetValueOrDefault(id);

    private static Centres Read(CatalogueObject file)
    {
        var all = file.Objects("centres").Select(ReadCentre).ToList();
        file.NothingElse();
        return all.GroupBy(centre => centre.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } doubled
            ? throw new CatalogueException(CatalogueRule.DoubledName, file.Place, $"centre '{doubled.Key}' occurs twice")
            : new Centres(all);
    }

    private static Centre ReadCentre(CatalogueObject centre)
    {
        var read = new Centre(
            centre.Text("id"),
            centre.Text("country"),
            TimeSpan.FromMinutes(centre.Number("utc_offset_minutes", -14 * 60, 14 * 60)),
            centre.Localised("name"),
            centre.Localised("address"));
        centre.NothingElse();
        return read;
    }
}
