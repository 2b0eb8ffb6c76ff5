using System.Buffers;

namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>A region of the country, as a deployment names it.</summary>
/// <param name="Code">Its ISO 3166-2 code.</param>
/// <param name="OffsetMinutes">Minutes from UTC: local dates are compared with it, so that no rule needs time-zone data.</param>
/// <param name="Name">Its name; null where nobody reads it.</param>
/// <param name="Series">The two digits before the numbers of what it issues; null where it issues nothing.</param>
/// <param name="Prices">What a month costs, by the day from which, oldest first.</param>
public sealed record Region(string Code, int OffsetMinutes, LocalisedText? Name, string? Series, IReadOnlyList<MonthlyPrice> Prices)
{
    /// <summary>The date on the region's wall.</summary>
    public DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(now.ToOffset(TimeSpan.FromMinutes(OffsetMinutes)).DateTime);

    /// <summary>The instant at which a local day is over here: the midnight after it.</summary>
    public DateTimeOffset EndOf(DateOnly day) => new(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.FromMinutes(OffsetMinutes));

    /// <summary>What a month costs for who pays on this day, in the smallest unit of the currency; null where there is no price.</summary>
    public long? PriceOn(DateOnly day) => Prices.LastOrDefault(price => price.From <= day)?.Amount;

    /// <summary>The name in a language, or the code.</summary>
    public string NameIn(string language) => Name?.In(language) ?? Code;
}

/// <summary>What a month costs from a day on.</summary>
/// <param name="From">The first day.</param>
/// <param name="Amount">In the smallest unit of the currency.</param>
public sealed record MonthlyPrice(DateOnly From, long Amount);

/// <summary>ISO 3166-2 codes.</summary>
public static class RegionCode
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    /// <summary>True for a country's two letters, a hyphen, and up to three letters or digits.</summary>
    public static bool IsOne(string text) =>
        text.Length is >= 4 and <= 6 && text[2] == '-'
        && !text.AsSpan(0, 2).ContainsAnyExceptInRange('A', 'Z')
        && !text.AsSpan(3).ContainsAnyExcept(Letters);
}
