namespace IdentityPlatform.Issuer.Desk;

/// <summary>A centre where people are proofed.</summary>
/// <param name="Id">Its id, as officers and appointments name it.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Offset">Its distance from UTC. Countries that change their clocks get a changed file, so that no rule needs time-zone data.</param>
/// <param name="Names">Its name in each language; <c>en</c> always.</param>
/// <param name="Addresses">Its address in each language; <c>en</c> always.</param>
public sealed record Centre(
    string Id, string Country, TimeSpan Offset, IReadOnlyDictionary<string, string> Names, IReadOnlyDictionary<string, string> Addresses)
{
    /// <summary>The date on the centre's wall.</summary>
    public DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(now.ToOffset(Offset).DateTime);

    /// <summary>The name in the language, else in English.</summary>
    public string Name(string language) => Names.GetValueOrDefault(language) ?? Names["en"];

    /// <summary>The address in the language, else in English.</summary>
    public string Address(string language) => Addresses.GetValueOrDefault(language) ?? Addresses["en"];
}
