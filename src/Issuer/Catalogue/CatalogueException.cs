namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>The rule of the catalogue that a file broke.</summary>
public enum CatalogueRule
{
    /// <summary>The file is not there or cannot be read.</summary>
    Unreadable,

    /// <summary>Not strict JSON.</summary>
    Json,

    /// <summary>A member is missing.</summary>
    MissingMember,

    /// <summary>A member that the catalogue does not know.</summary>
    UnknownMember,

    /// <summary>A member has a wrong type or value.</summary>
    BadValue,

    /// <summary>A field that may not exist in any credential.</summary>
    ForbiddenField,

    /// <summary>A name occurs twice.</summary>
    DoubledName,
}

/// <summary>A catalogue file is wrong: the server does not start.</summary>
public sealed class CatalogueException(CatalogueRule rule, string place, string fact)
    : Exception($"{place}: {fact} ({rule})")
{
    /// <summary>The rule that was broken.</summary>
    public CatalogueRule Rule { get; } = rule;

    /// <summary>The file and the member.</summary>
    public string Place { get; } = place;
}
