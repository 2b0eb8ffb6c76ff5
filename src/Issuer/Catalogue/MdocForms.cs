namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>Reads what a type's file says about its mdoc: the document type, and where each claim stands.</summary>
internal static class MdocForms
{
    // A driving licence is what its own authority issues: readers would take a document in its namespaces for one.
    private const string DrivingLicence = "org.iso.18013.";

    public static MdocForm Form(CatalogueObject json, Func<CatalogueObject, string, string> name)
    {
        var form = new MdocForm(name(json, "id"), name(json, "scope"), Dotted(json, "doctype"));
        json.NothingElse();
        return form;
    }

    public static MdocPlace Place(CatalogueObject json, ClaimType type)
    {
        // ISO/IEC TS 23220-2 has room for one nationality; a namespace of one's own may hold them all.
        var place = new MdocPlace(Dotted(json, "namespace"), json.Text("element"), type == ClaimType.List && json.Has("all_items") && json.Flag("all_items"));
        json.NothingElse();
        var ages = place.Element.Contains("{0}", StringComparison.Ordinal);
        if (ages != (type == ClaimType.Ages) || place.For(1).Element.AsSpan().ContainsAnyExcept(Letters))
        {
            throw json.Wrong("element", "small letters, digits and '_' are expected, and '{0}' in the place of an age");
        }

        return ForbiddenFields.Find(place.For(1).Element) is { } kind
            ? throw new CatalogueException(CatalogueRule.ForbiddenField, $"{json.Place}.element", $"no credential holds this ({kind})")
            : place;
    }

    /// <summary>What only the whole type shows.</summary>
    public static void Check(CredentialType type, string file)
    {
        var places = type.MdocPlaces().Select(entry => entry.Place).ToList();
        if (type.Mdoc is null != (places.Count == 0))
        {
            throw new CatalogueException(CatalogueRule.BadValue, $"{file}.mdoc", "a type has an mdoc form exactly when its claims have places in one");
        }

        if (places.GroupBy(place => place).FirstOrDefault(group => group.Count() > 1) is { } doubled)
        {
            throw new CatalogueException(CatalogueRule.DoubledName, $"{file}.claims", $"'{doubled.Key.NameSpace} {doubled.Key.Element}' occurs twice");
        }

        if (type.Claims.FirstOrDefault(claim => claim.Type == ClaimType.Whole && claim.Members.Any(member => member.Mdoc is not null)) is { } whole)
        {
            throw new CatalogueException(CatalogueRule.BadValue, $"{file}.claims.{whole.Name}", "what is disclosed whole stands in one place");
        }
    }

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    private static string Dotted(CatalogueObject json, string member)
    {
        var text = json.Text(member);
        return text.Length <= 128 && text.Split('.') is { Length: > 2 } parts && parts.All(part => part.Length > 0 && !part.AsSpan().ContainsAnyExcept(Letters))
            && !text.StartsWith(DrivingLicence, StringComparison.Ordinal)
            ? text
            : throw json.Wrong(member, "a reversed domain with a version is expected, and not one of a driving licence");
    }
}
