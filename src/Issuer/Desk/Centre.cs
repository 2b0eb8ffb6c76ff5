using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>A centre where people are proofed.</summary>
/// <param name="Id">Its id, as officers and appointments name it.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Offset">Its distance from UTC. A country that changes its clocks gets a changed file, so that no rule needs time-zone data.</param>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where it is.</param>
public sealed record Centre(string Id, string Country, TimeSpan Offset, LocalisedText Name, LocalisedText Address)
{
    /// <summary>The date on the centre's wall.</summary>
    public DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(now.ToOffset(Offset).DateTime);
}
