namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>Reads regions and their agreements from a deployment's files.</summary>
internal static class RegionFiles
{
    // No place on earth is further from UTC.
    private const int MaxOffset = 14 * 60;

    public static Dictionary<string, Region> Regions(CatalogueObject file)
    {
        var regions = file.Objects("regions").Select(Region).ToList();
        return Doubled(regions.Select(region => region.Code)) is { } doubled
            ? throw new CatalogueException(CatalogueRule.DoubledName, $"{file.Place}.regions", $"region '{doubled}' occurs twice")
            : regions.ToDictionary(region => region.Code, StringComparer.Ordinal);
    }

    public static List<Agreement> Agreements(CatalogueObject file, IReadOnlyDictionary<string, Region> regions)
    {
        var agreements = file.Objects("agreements").Select(json => Agreement(json, regions)).ToList();
        file.NothingElse();
        if (Doubled(agreements.Select(agreement => agreement.Id)) is { } doubled)
        {
            throw new CatalogueException(CatalogueRule.DoubledName, $"{file.Place}.agreements", $"agreement '{doubled}' occurs twice");
        }

        // One region, one agreement at a time: which regions a patent has must not depend on the order of a file.
        foreach (var (first, second) in agreements.SelectMany((first, index) => agreements.Skip(index + 1).Select(second => (first, second))))
        {
            if (first.Overlaps(second))
            {
                throw new CatalogueException(CatalogueRule.BadValue, $"{file.Place}.agreements", $"'{first.Id}' and '{second.Id}' share a region and days");
            }
        }

        return agreements;
    }

    private static Region Region(CatalogueObject json)
    {
        var region = new Region(
            Code(json, json.Text("code"), "code"),
            json.Number("utc_offset_minutes", -MaxOffset, MaxOffset),
            json.Has("name") ? json.Localised("name") : null,
            json.Has("series") ? Series(json) : null,
            json.Has("monthly_prices") ? [.. json.Objects("monthly_prices").Select(Price)] : []);
        json.NothingElse();
        return region.Prices.Zip(region.Prices.Skip(1)).All(pair => pair.First.From < pair.Second.From)
            ? region
            : throw json.Wrong("monthly_prices", "prices stand in the order of their days");
    }

    private static MonthlyPrice Price(CatalogueObject json)
    {
        var price = new MonthlyPrice(json.Day("from"), json.Number("amount", 1, int.MaxValue));
        json.NothingElse();
        return price;
    }

    private static Agreement Agreement(CatalogueObject json, IReadOnlyDictionary<string, Region> regions)
    {
        var agreement = new Agreement(
            json.Text("id"),
            [.. json.Texts("regions").Select(code => Code(json, code, "regions"))],
            json.Has("signed_on") ? json.Day("signed_on") : null,
            json.Day("from"),
            json.Has("until") ? json.Day("until") : null);
        json.NothingElse();
        if (agreement.Regions.FirstOrDefault(code => !regions.ContainsKey(code)) is { } unknown)
        {
            throw json.Wrong("regions", $"'{unknown}' is no region of the deployment");
        }

        return agreement.Until < agreement.From || agreement.From < agreement.SignedOn
            ? throw json.Wrong("from", "an agreement is signed, then begins, then ends")
            : agreement;
    }

    private static string Code(CatalogueObject json, string text, string member) =>
        RegionCode.IsOne(text) ? text : throw json.Wrong(member, "an ISO 3166-2 code is expected");

    private static string Series(CatalogueObject json) => json.Text("series") is { Length: 2 } series && series.All(char.IsAsciiDigit)
        ? series
        : throw json.Wrong("series", "two digits are expected");

    private static string? Doubled(IEnumerable<string> names) => names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
}
