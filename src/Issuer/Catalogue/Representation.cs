namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>What makes a type one by which its holder acts for another: which of its claims say for whom, and until when.</summary>
/// <param name="Claim">The parts that name the represented person; <see cref="Birthdate"/> is one of them.</param>
/// <param name="Until">The last day, which everybody sees.</param>
public sealed record Representation(string Claim, string Until)
{
    /// <summary>The part by which a representation ends by itself.</summary>
    public const string Birthdate = "birthdate";

    /// <summary>Reads and checks what only the whole type shows.</summary>
    internal static void Check(CredentialType type, string place)
    {
        // The safeguard of selective disclosure is lifted for what says nothing of who somebody is, and for nothing else.
        var always = type.Claims.Where(claim => claim.AlwaysDisclosed).ToList();
        if (always.FirstOrDefault(claim => !MayBeSeenByAll(claim, type.Represents)) is { } personal)
        {
            throw new CatalogueException(CatalogueRule.BadValue, $"{place}.claims.{personal.Name}.disclosed", "only a choice, a list of choices, or the last day of a representation is always disclosed");
        }

        if (always.Count > 0 && (type.Represents is null || type.Mdoc is not null))
        {
            throw new CatalogueException(CatalogueRule.BadValue, $"{place}.represents", "what is always disclosed belongs to a representation, which is no mdoc: each element of one is disclosed apart");
        }

        if (type.Represents is { } who && !Names(type, who))
        {
            throw new CatalogueException(
                CatalogueRule.BadValue, $"{place}.represents", "a representation names a required claim of parts with a required 'birthdate', and a required date that is always disclosed");
        }
    }

    internal static Representation Read(CatalogueObject json)
    {
        var read = new Representation(json.Text("claim"), json.Text("until"));
        json.NothingElse();
        return read;
    }

    private static bool MayBeSeenByAll(ClaimDefinition claim, Representation? represents) =>
        claim.Type == ClaimType.Choice || claim is { Type: ClaimType.List, Items: ClaimType.Choice } || (claim.Type == ClaimType.Date && claim.Name == represents?.Until);

    private static bool Names(CredentialType type, Representation who) =>
        type.Claims.Any(claim => claim.Name == who.Claim && claim is { Type: ClaimType.Parts, Required: true, AlwaysDisclosed: false }
            && claim.Members.Any(member => member is { Name: Birthdate, Type: ClaimType.Date, Required: true }))
        && type.Claims.Any(claim => claim.Name == who.Until && claim is { Type: ClaimType.Date, Required: true, AlwaysDisclosed: true });
}
