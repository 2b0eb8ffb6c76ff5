namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>How a type is printed for people without a smartphone: which of its claims everybody with a copy of the paper may read, and for how long it is good.</summary>
/// <param name="Claims">The claims, in the order in which the paper shows them.</param>
/// <param name="ValidityDays">The term of a paper; what ends earlier ends it.</param>
public sealed record PrintedForm(IReadOnlyList<string> Claims, int ValidityDays)
{
    internal static PrintedForm Read(CatalogueObject json)
    {
        var read = new PrintedForm(json.Texts("claims"), json.Number("validity_days", 1, 366));
        json.NothingElse();
        return read;
    }

    /// <summary>Checks what only the whole type shows.</summary>
    internal static void Check(CredentialType type, string place)
    {
        if (type.Printed is not { } printed)
        {
            return;
        }

        // Without a photograph nothing binds a paper to anybody; and nobody acts for a child by a paper that whoever finds it may show.
        if (type.Photograph is null || type.Represents is not null)
        {
            throw new CatalogueException(CatalogueRule.BadValue, $"{place}.printed", "what is printed has a claim of source 'photograph', and represents nobody");
        }

        if (printed.Claims.FirstOrDefault(name => !type.Claims.Any(claim => claim.Name == name && MayBeRead(claim))) is { } stranger)
        {
            throw new CatalogueException(CatalogueRule.BadValue, $"{place}.printed.claims", $"'{stranger}' is no claim of the type that a paper can show: a text, date, country, region, choice or digits, or a list");
        }

        if (printed.Claims.Distinct(StringComparer.Ordinal).Count() < printed.Claims.Count)
        {
            throw new CatalogueException(CatalogueRule.DoubledName, $"{place}.printed.claims", "a claim occurs twice");
        }
    }

    private static bool MayBeRead(ClaimDefinition claim) =>
        claim.Type is ClaimType.Text or ClaimType.Date or ClaimType.Country or ClaimType.Region or ClaimType.Choice or ClaimType.Digits or ClaimType.List;
}
